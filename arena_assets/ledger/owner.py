"""Who holds a lease: a process, named so that its death can be noticed on its own host."""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path

import psutil


def owner_id() -> str:
    """This process as ``host:pid:start``, where ``start`` tells it from an earlier one's number."""
    return _owner_of(os.getpid())


@lru_cache(maxsize=1)  # by the pid, so that a forked child is not taken for its parent
def _owner_of(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_started(pid)}"


def owner_alive(owner: str) -> bool | None:
    """Whether an owner still runs; None when it lives on another host and nobody here can tell."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdigit():
        return None
    try:
        if psutil.Process(int(rest)).status() == psutil.STATUS_ZOMBIE:
            return False
        return _started(int(rest)) == started
    except (psutil.Error, OSError):
        return False


def _started(pid: int) -> str:
    """When a process started, in a form that setting the clock does not change.

    On Linux: clock ticks since boot, field 22 of ``/proc/<pid>/stat`` (proc(5)); the command name
    in field 2 may hold spaces, so count from its closing parenthesis.
    """
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        return stat.read_text().rpartition(")")[2].split()[19]
    return f"{psutil.Process(pid).create_time():.0f}"
