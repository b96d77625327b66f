"""What this machine and its queues look like right now, as really read."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from arena_assets import __version__
from arena_assets.actions.server_record import read_record
from arena_assets.console.desk import Desk
from arena_assets.console.health import readiness
from arena_assets.errors import ArenaError
from arena_assets.ledger.breaker import service_states
from arena_assets.store.plans import count_by_state

_RUNS_OF = "warm parent"
"""The part of the server whose children are the runs."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of the file system that holds the data folder; below ``needed`` free, new work is
    refused."""

    total: int
    used: int
    free: int
    needed: int

    @property
    def low(self) -> bool:
        return self.free < 2 * self.needed


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the server: how many processes, and their resident bytes."""

    name: str
    count: int
    resident: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What this machine has: bytes, cores, and the one-minute average of runnable processes."""

    disk: Disk
    memory_total: int
    memory_available: int
    cores: int
    load: float


def disk(here: Desk) -> Disk:
    found = shutil.disk_usage(here.settings.data_dir)
    needed = round(here.settings.min_free_gb * 1024**3)
    return Disk(found.total, found.used, found.free, needed)


def machine(here: Desk) -> Machine:
    """As it is now."""
    memory = psutil.virtual_memory()
    return Machine(
        disk(here),
        memory.total,
        memory.available,
        len(os.sched_getaffinity(0)),
        round(os.getloadavg()[0], 2),
    )


def parts(here: Desk) -> list[Part]:
    """The parts of the running server with their children, the runs apart; empty without one."""
    record = read_record(here.settings)
    if record is None or not record.serve.alive:
        return []
    children = _children()
    found = [_part("serve", [record.serve.pid])]
    for name, process in record.processes.items():
        if not process.alive:
            continue
        below = _below(process.pid, children)
        if name == _RUNS_OF:
            found += [_part(name, [process.pid]), _part("runs", below)]
        else:
            found.append(_part(name, [process.pid, *below]))
    return found


def pools(here: Desk) -> list[dict[str, Any]] | None:
    """Dagster's pools with what is taken and what waits; None while Dagster does not answer."""
    try:
        with here.dagster() as client:
            return [asdict(each) for each in client.pools()]
    except ArenaError:
        return None


def snapshot(here: Desk) -> dict[str, Any]:
    """All of it, for ``/api/v1/system`` and the page of operations."""
    now, found = machine(here), parts(here)
    return {
        "version": __version__,
        "ready": readiness(here),
        "disk": asdict(now.disk),
        "memory": {
            "total": now.memory_total,
            "available": now.memory_available,
            "processes": {each.name: each.resident for each in found},
        },
        "cores": now.cores,
        "load": now.load,
        "processes": {each.name: each.count for each in found},
        "pools": pools(here),
        "arenas": {state.value: count for state, count in count_by_state(here.db).items()},
        "services": [
            {
                "service": each.service,
                "state": each.state,
                "uptime": each.uptime,
                "due_seconds": round(each.due_seconds, 1),
                "error": each.error,
            }
            for each in service_states(here.db)
        ],
    }


def _children() -> dict[int, list[int]]:
    """Every process's children, in one look over the process table."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for pid, parent in _parents().items():
        found[parent].append(pid)
    return found


def _parents() -> dict[int, int]:
    found = {}
    for process in psutil.process_iter():
        try:
            found[process.pid] = process.ppid()
        except psutil.Error:
            continue
    return found


def _below(pid: int, children: dict[int, list[int]]) -> list[int]:
    found, open_ = [], list(children.get(pid, ()))
    while open_:
        each = open_.pop()
        found.append(each)
        open_ += children.get(each, ())
    return found


def _part(name: str, pids: list[int]) -> Part:
    total = count = 0
    for pid in pids:
        try:
            total += psutil.Process(pid).memory_info().rss
            count += 1
        except psutil.Error:
            continue
    return Part(name, count, total)
