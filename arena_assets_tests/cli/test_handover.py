"""A launch handed over by the command line is the one the sensor would have started."""

from __future__ import annotations

from typing import Any

import pytest

from arena_assets.actions import dagster_client, handover
from arena_assets.actions.dagster_client import DagsterClient
from arena_assets.actions.handover import hand_over, launch_tags
from arena_assets.actions.server_record import ProcessRecord, ServerRecord
from arena_assets.errors import Outage
from arena_assets.settings import Settings
from arena_assets.store.database import Database
from arena_assets.store.launches import Launch, claim_launches
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import get_plan, mark_cancelled
from arena_assets_tests.cli.conftest import Arena


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A running server that starts what it is given; what it was told, in order."""
    told: list[str] = []
    record = ServerRecord("http://127.0.0.1:1", "/nowhere/web.sock", ProcessRecord(1, "0"), {})
    monkeypatch.setattr(handover, "find_server", lambda _settings: record)
    monkeypatch.setattr(DagsterClient, "answers", lambda _self: True)
    monkeypatch.setattr(DagsterClient, "add_partition", lambda _self, name: told.append(name))

    def launch(_self: DagsterClient, tags: dict[str, str]) -> str:
        told.append(tags["dagster/run_key"])
        return f"run-{len(told)}"

    monkeypatch.setattr(DagsterClient, "launch", launch)
    monkeypatch.setattr(DagsterClient, "terminate", lambda _self, runs: told.append(f"stop {runs}"))
    return told


def test_the_first_launch_is_started_and_the_rest_left_to_the_sensor(
    arena: Arena, db: Database, served: list[str]
) -> None:
    data = arena("request", "--count", "3", "--json").data
    assert data["started"] == ["arena-000001"]
    assert served == ["arena-000001", "arena-000001-launch-1"]
    assert (get_plan(db, 1).state, get_plan(db, 1).run_id) == (PlanState.QUEUED, "run-2")
    assert [each.arena_id for each in claim_launches(db, 10, 60.0)] == [2, 3]


def test_a_server_that_says_no_leaves_the_launch_to_the_sensor(
    arena: Arena, db: Database, served: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any) -> str:
        raise Outage("no answer", "try again")

    monkeypatch.setattr(DagsterClient, "launch", fail)
    answer = arena("request", "--json")
    assert answer.code == 0
    assert answer.data["started"] == []
    assert get_plan(db, 1).launched == 0
    assert served == ["arena-000001"]


def test_an_arena_cancelled_while_it_was_handed_over_is_stopped(
    arena: Arena,
    db: Database,
    served: list[str],
    monkeypatch: pytest.MonkeyPatch,
    installation: Settings,
) -> None:
    def launch(_self: DagsterClient, _tags: dict[str, str]) -> str:
        mark_cancelled(db, 1)
        return "run-9"

    with monkeypatch.context() as without_server:
        without_server.setattr(handover, "find_server", lambda _settings: None)
        arena("request")
    monkeypatch.setattr(DagsterClient, "launch", launch)
    hand_over(installation, db)
    assert served[-1] == "stop ['run-9']"


def test_the_tags_and_names_are_those_of_the_definitions() -> None:
    from arena_assets.defs import sensors
    from arena_assets.defs.jobs import ARENA_JOB
    from arena_assets.defs.partitions import ARENAS

    launch = Launch(7, 2, "card-game", 3, 5)
    assert launch_tags(launch) == {
        "dagster/partition": "arena-000007",
        "dagster/run_key": "arena-000007-launch-2",
        "dagster/sensor_name": sensors.REQUEST_SENSOR,
        **sensors.run_tags("card-game", 3, 5),
    }
    assert sensors.CLAIM_SECONDS == handover.CLAIM_SECONDS
    assert ARENA_JOB.name == dagster_client.JOB
    assert ARENAS.name == dagster_client.PARTITION_SET
