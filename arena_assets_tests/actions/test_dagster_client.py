"""What is asked of Dagster, and what its answers become. The answers' shapes are Dagster's own:
``test_serve`` asks a real one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from arena_assets.actions.dagster_client import DagsterClient
from arena_assets.errors import Outage, Refused

_SOCKET = Path("/nowhere/web.sock")
_Answer = Callable[[dict[str, Any]], dict[str, Any]]


def _client(answer: _Answer) -> DagsterClient:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": answer(json.loads(request.content))})

    return DagsterClient(_SOCKET, transport=httpx.MockTransport(handle))


def test_a_launch_carries_its_tags_and_returns_the_run() -> None:
    asked: list[dict[str, Any]] = []

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        asked.append(question["variables"]["params"])
        return {"launchRun": {"__typename": "LaunchRunSuccess", "run": {"runId": "r-1"}}}

    tags = {"dagster/partition": "arena-000001", "dagster/run_key": "arena-000001-launch-1"}
    assert _client(answer).launch(tags) == "r-1"
    assert {tag["key"]: tag["value"] for tag in asked[0]["executionMetadata"]["tags"]} == tags
    assert asked[0]["selector"]["jobName"] == "make_arena"


def test_a_partition_that_is_known_already_is_fine() -> None:
    known = {"addDynamicPartition": {"__typename": "DuplicateDynamicPartitionError"}}
    _client(lambda _question: known).add_partition("arena-000001")


def test_a_no_is_refused_with_dagsters_words() -> None:
    no = {"launchRun": {"__typename": "PythonError", "message": "no such job\nTraceback"}}
    with pytest.raises(Refused, match="no such job"):
        _client(lambda _question: no).launch({"dagster/partition": "arena-000001"})


def test_only_runs_that_were_told_count_as_stopped() -> None:
    results = [{"__typename": "TerminateRunSuccess"}, {"__typename": "RunNotFoundError"}]
    told = {"terminateRuns": {"__typename": "TerminateRunsResult", "terminateRunResults": results}}
    assert _client(lambda _question: told).terminate(["r-1", "r-2"]) == 1


def test_no_answer_is_an_outage_that_names_the_socket() -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    client = DagsterClient(_SOCKET, transport=httpx.MockTransport(fail))
    assert client.answers() is False
    with pytest.raises(Outage, match=r"/nowhere/web\.sock"):
        client.launch({})


def test_another_program_on_the_port_is_no_server() -> None:
    page = httpx.MockTransport(lambda _request: httpx.Response(200, text="<html>"))
    client = DagsterClient(_SOCKET, transport=page)
    assert client.answers() is False
    with pytest.raises(Outage, match="is not Dagster"):
        client.location()
