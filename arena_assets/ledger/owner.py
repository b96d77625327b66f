"""Who holds a lease: a process, named so that its death can be noticed on its own host."""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path

import psutil

_GONE = "gone"
_SAME_START_SECONDS = 1.0


def owner_id() -> str:
    """This process as ``host:pid:start``, where ``start`` tells it from an earlier one's number."""
    return _owner_of(os.getpid())


@lru_cache(maxsize=1)  # by the pid, so that a forked child is not taken for its parent
def _owner_of(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{started(pid)}"


def owner_alive(owner: str) -> bool | None:
    """Whether an owner still runs; None when it lives on another host and nobody here can tell."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return None
    return still_runs(int(rest), owner.rpartition(":")[2])


def started(pid: int) -> str:
    """When a process started, in a form that setting the clock does not change; ``gone`` for none.

    On Linux: clock ticks since boot, field 22 of ``/proc/<pid>/stat`` (proc(5)); the command name
    in field 2 may hold spaces, so count from its closing parenthesis. What psutil tells instead is
    counted back from the clock of now, and so differs once that has been set.
    """
    try:
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            return stat.read_text().rpartition(")")[2].split()[19]
        return f"{psutil.Process(pid).create_time():.0f}"
    except (psutil.Error, OSError):
        return _GONE


def still_runs(pid: int, since: str) -> bool:
    """Whether the process of that number is the one that :func:`started` then, and no zombie."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if "." in since:  # Unix time, as earlier versions wrote it
            return abs(process.create_time() - float(since)) < _SAME_START_SECONDS
    except (psutil.Error, OSError, ValueError):
        return False
    return since == started(pid) != _GONE
