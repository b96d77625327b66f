"""What machines ask: alive, ready, metrics, the state of the system."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from arena_assets.actions.dagster_client import DagsterClient
from arena_assets.console.desk import Desk
from arena_assets.console.health import readiness
from arena_assets.domain.roles import Role, Scope
from arena_assets_tests.console.conftest import Browser, Program
from arena_assets_tests.store.samples import place

_DAEMONS = [
    {"daemonType": "SENSOR", "required": True, "healthy": True, "lastHeartbeatTime": 1.0},
    {"daemonType": "BACKFILL", "required": True, "healthy": None, "lastHeartbeatTime": None},
    {"daemonType": "ASSET", "required": False, "healthy": False, "lastHeartbeatTime": None},
]


def test_alive_is_not_ready(stranger: TestClient) -> None:
    assert stranger.get("/healthz").json() == {"status": "ok"}
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {
        "database": "ok",
        "blobs": "ok",
        "dagster": "not ready",
        "daemon": "not ready",
    }


def test_a_blob_folder_that_takes_nothing_is_told(here: Desk) -> None:
    here.settings.blob_dir.parent.mkdir(exist_ok=True)
    here.settings.blob_dir.write_text("a file where the folder should be")
    assert "takes no file" in (readiness(here)["blobs"] or "")


def test_a_daemon_without_heartbeat_is_named(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        data: dict[str, object]
        asked = json.loads(request.content)["query"]
        if "daemonHealth" in asked:
            data = {"instance": {"daemonHealth": {"allDaemonStatuses": _DAEMONS}}}
        else:
            data = {"workspaceOrError": {"__typename": "Workspace", "locationEntries": []}}
        return httpx.Response(200, json={"data": data})

    def client(_self: Desk) -> DagsterClient:
        return DagsterClient(Path("web.sock"), transport=httpx.MockTransport(answer))

    monkeypatch.setattr(Desk, "dagster", client)
    found = readiness(here)
    assert "backfill" in (found["daemon"] or "")
    assert "sensor" not in (found["daemon"] or "")
    assert "has not loaded the code" in (found["dagster"] or "")


def test_the_system_is_told_to_who_may_read(browser: Browser, here: Desk) -> None:
    place(here.db)
    found = browser(Role.VIEWER).get("/api/v1/system").json()
    assert found["disk"]["free"] + found["disk"]["used"] <= found["disk"]["total"]
    assert 0 < found["memory"]["available"] <= found["memory"]["total"]
    assert found["arenas"]["planned"] >= 1
    assert found["pools"] is None
    assert "arena serve" in found["ready"]["dagster"]


def test_metrics_are_for_this_machine_and_for_tokens(
    stranger: TestClient, program: Program, here: Desk
) -> None:
    place(here.db)
    assert stranger.get("/metrics").status_code == 401
    text = program(Scope.READ).get("/metrics").text
    families = {each.name: each for each in text_string_to_metric_families(text)}
    planned = {each.labels["state"]: each.value for each in families["arena_arenas"].samples}[
        "planned"
    ]
    assert planned >= 1
    assert families["arena_dagster_up"].samples[0].value == 0
    local = TestClient(stranger.app, "http://127.0.0.1:3000", client=("127.0.0.1", 5))
    assert local.get("/metrics").status_code == 200
    # What a proxy on this machine passes on comes from elsewhere.
    passed_on = local.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert passed_on.status_code == 401
