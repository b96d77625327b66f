"""How this installation is, as really read now."""

from __future__ import annotations

import os
import shutil
from typing import Any

import psutil

from arena_assets import __version__
from arena_assets.actions.dagster_client import DagsterClient
from arena_assets.actions.server_record import find_server
from arena_assets.console.desk import Desk
from arena_assets.errors import ArenaError
from arena_assets.store import plans
from arena_assets.store.breakers import list_breakers, outage_waits
from arena_assets.store.calls import CallState, list_calls


def readiness(at: Desk) -> dict[str, bool]:
    """Which parts that work needs are there."""
    return {"database": _database(at), "blobs": _writable(at), "dagster": _dagster(at)}


def system_facts(at: Desk) -> dict[str, Any]:
    """What ``/api/v1/system`` answers."""
    memory, disk = psutil.virtual_memory(), shutil.disk_usage(at.settings.data_dir)
    record = find_server(at.settings)
    return {
        "version": __version__,
        "database": at.db.dialect,
        "parts": readiness(at),
        "cores": os.cpu_count(),
        "load": list(os.getloadavg()),
        "memory_bytes": {"total": memory.total, "available": memory.available},
        "disk_bytes": {"total": disk.total, "free": disk.free},
        "arenas": {str(state): n for state, n in plans.count_by_state(at.db).items()},
        "waiting_for_services": len(outage_waits(at.db)),
        "parked_calls": len(list_calls(at.db, states=[CallState.UNKNOWN])),
        "services": [
            {"service": each.service, "state": each.state, "error": each.error}
            for each in list_breakers(at.db)
        ],
        "processes": {} if record is None else _processes(record.processes),
        "limits": {
            "runs_at_once": at.settings.runs_at_once,
            "slots_at_once": at.settings.slots_at_once,
        },
    }


def _processes(processes: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, each in processes.items():
        try:
            resident = psutil.Process(each.pid).memory_info().rss
        except psutil.Error:
            resident = 0
        found[name] = {"pid": each.pid, "alive": each.alive, "resident_bytes": resident}
    return found


def _database(at: Desk) -> bool:
    try:
        at.db.check()
    except ArenaError:
        return False
    return True


def _writable(at: Desk) -> bool:
    return os.access(at.settings.blob_dir, os.W_OK)


def _dagster(at: Desk) -> bool:
    record = find_server(at.settings)
    if record is None:
        return False
    try:
        with DagsterClient.of(record, timeout=2.0) as client:
            return client.location().loaded and record.daemon_alive
    except ArenaError:
        return False
