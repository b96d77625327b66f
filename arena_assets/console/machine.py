"""What this machine and its queues look like right now, as really read."""

from __future__ import annotations

import shutil
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


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of the file system that holds the data folder."""

    total: int
    used: int
    free: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes: of the machine, and resident in each of the server's process trees."""

    total: int
    available: int
    processes: dict[str, int]


def disk(here: Desk) -> Disk:
    found = shutil.disk_usage(here.settings.data_dir)
    return Disk(found.total, found.used, found.free)


def memory(here: Desk) -> Memory:
    """Children included: the warm parent's are the runs."""
    machine = psutil.virtual_memory()
    record = read_record(here.settings)
    trees = {} if record is None else record.processes
    return Memory(
        machine.total,
        machine.available,
        {name: _resident(process.pid) for name, process in trees.items() if process.alive},
    )


def pools(here: Desk) -> list[dict[str, Any]] | None:
    """Dagster's pools with what is taken and what waits; None while Dagster does not answer."""
    try:
        with here.dagster() as client:
            return [asdict(each) for each in client.pools()]
    except ArenaError:
        return None


def snapshot(here: Desk) -> dict[str, Any]:
    """All of it, for ``/api/v1/system`` and the page of operations."""
    return {
        "version": __version__,
        "ready": readiness(here),
        "disk": asdict(disk(here)),
        "memory": asdict(memory(here)),
        "pools": pools(here),
        "arenas": {state.value: count for state, count in count_by_state(here.db).items()},
        "services": [
            {
                "service": each.service,
                "state": each.state,
                "uptime": each.uptime,
                "error": each.error,
            }
            for each in service_states(here.db)
        ],
    }


def _resident(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for each in family:
        try:
            total += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
