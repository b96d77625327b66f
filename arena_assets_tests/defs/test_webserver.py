"""What the webserver's module takes from Dagster: names and shapes it makes no promise about."""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import pytest
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from starlette.testclient import TestClient

from arena_assets.actions import dagster_client
from arena_assets.defs import webserver


def test_the_app_answers_under_our_prefix_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text("load_from: []\n")
    target = WorkspaceFileTarget(paths=[str(workspace)])
    with (
        DagsterInstance.get() as instance,
        WorkspaceProcessContext(instance, version="", workspace_load_target=target) as context,
    ):
        app = create_app_from_workspace_process_context(context, webserver.PREFIX)
        client = TestClient(app)
        assert client.get(f"{webserver.PREFIX}/server_info").status_code == 200
        assert "dagster_version" in client.get(f"{webserver.PREFIX}/server_info").text
        page = client.get(f"{webserver.PREFIX}/runs").text
        assert f'"{webserver.PREFIX}' in page
        assert client.get("/server_info").status_code == 404
        for question in (dagster_client._POOLS, dagster_client._HEALTH):
            answer = client.post(f"{webserver.PREFIX}/graphql", json={"query": question})
            assert "errors" not in answer.json()


def test_the_instance_takes_the_webservers_limits() -> None:
    taken = inspect.signature(DagsterInstance.optimize_for_webserver).parameters
    assert list(taken)[1:] == ["statement_timeout", "pool_recycle", "max_overflow"]


def test_both_sides_of_the_door_name_one_prefix() -> None:
    assert webserver.PREFIX == dagster_client.PREFIX


def test_a_socket_is_private_and_replaces_a_dead_one(tmp_path: Path) -> None:
    place = tmp_path / "web.sock"
    before = os.umask(0)
    try:
        webserver.private_socket(place).close()
        again = webserver.private_socket(place)
    finally:
        os.umask(before)
    assert place.stat().st_mode & 0o777 == 0o600
    again.close()
