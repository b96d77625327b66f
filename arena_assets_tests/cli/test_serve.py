"""The real server: it starts, is the only one, takes work at once, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from arena_assets.actions.dagster_client import DagsterClient
from arena_assets.actions.server_record import ServerRecord, find_server, record_path
from arena_assets.settings import Settings
from arena_assets.store.database import Database
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan, get_plan

pytestmark = pytest.mark.heavy

_PATIENCE_SECONDS = 150.0


def _until(true: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if true():
            return True
        time.sleep(0.1)
    return False


def _arena(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "arena_assets.cli.main", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def serving(installation: Settings, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "arena_assets.cli.main", "serve", "--port", "0", "--json"],
            stdout=log,
            stderr=log,
        )
        try:
            assert _until(lambda: find_server(installation) is not None), (
                tmp_path / "serve.log"
            ).read_text()
            yield process
        finally:
            process.kill()
            process.wait()


def _record(settings: Settings) -> ServerRecord:
    found = find_server(settings)
    assert found is not None
    return found


def _plan(settings: Settings) -> Plan:
    db = Database(settings.sqlalchemy_url)
    try:
        return get_plan(db, 1)
    finally:
        db.dispose()


def _descendants(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def _all_gone(processes: list[psutil.Process]) -> bool:
    return not any(
        each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes
    )


def test_a_server_from_start_to_clean_end(
    serving: subprocess.Popen[bytes], installation: Settings
) -> None:
    record = _record(installation)
    assert set(record.processes) == {
        "warm parent",
        "code server",
        "webserver",
        "console",
        "daemon",
    }
    assert all(process.alive for process in record.processes.values())
    with DagsterClient(Path(record.dagster_socket)) as client:
        assert client.location().loaded

    second = _arena("serve", "--port", "0", "--json")
    assert second.returncode == 3
    assert record.url in json.loads(second.stdout)["error"]["what"]

    asked = json.loads(_arena("request", "--json").stdout)
    assert asked["server"] == record.url
    # The run may have been started by the sensor, whose next tick confirms what it launched.
    assert _until(lambda: _plan(installation).launched == 1)
    assert _until(lambda: _plan(installation).run_id is not None)
    assert _plan(installation).launch == 1
    assert _arena("cancel", "1").returncode == 0
    assert _plan(installation).state is PlanState.CANCELLED

    family = _descendants(serving.pid)
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(timeout=90) == 0
    assert _all_gone(family)
    assert not record_path(installation).exists()


def test_a_dead_child_is_replaced(serving: subprocess.Popen[bytes], installation: Settings) -> None:
    del serving
    before = _record(installation).processes["code server"]
    os.kill(before.pid, signal.SIGKILL)
    assert _until(lambda: _record(installation).processes["code server"].pid != before.pid)
    with DagsterClient(Path(_record(installation).dagster_socket)) as client:
        assert _until(lambda: client.location().loaded)


def test_a_killed_server_leaves_no_process_and_no_valid_record(
    serving: subprocess.Popen[bytes], installation: Settings
) -> None:
    family = _descendants(serving.pid)
    serving.kill()
    serving.wait()
    assert _until(lambda: _all_gone(family), seconds=60)
    assert find_server(installation) is None
    with suppress(FileNotFoundError):
        assert not (installation.dagster_home / "warm.sock").is_socket()
