"""The page of operations: pools with their work, the queue, processes as really read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from pydantic import JsonValue

from arena_assets.actions.dagster_client import DagsterClient
from arena_assets.actions.server_record import ProcessRecord, ServerRecord
from arena_assets.console.desk import Desk
from arena_assets.console.machine import machine, parts
from arena_assets.domain.roles import Role, Scope
from arena_assets.store import events
from arena_assets.store.budgets import Scope as Cap
from arena_assets.store.budgets import set_budget
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import set_state
from arena_assets.store.versions import ensure_project
from arena_assets_tests.console.conftest import HTML, Browser, Program
from arena_assets_tests.store.samples import place

_POOLS = [{"concurrencyKey": "render", "slotCount": 3, "activeSlotCount": 2, "pendingStepCount": 7}]


@pytest.fixture
def dagster(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": {"instance": {"concurrencyLimits": _POOLS}}})

    def client(_self: Desk) -> DagsterClient:
        return DagsterClient(Path("web.sock"), transport=httpx.MockTransport(answer))

    monkeypatch.setattr(Desk, "dagster", client)


@pytest.mark.usefixtures("dagster")
def test_pools_show_what_is_taken_what_waits_and_what_is_made(here: Desk, browser: Browser) -> None:
    running, waiting = place(here.db, count=2)
    for state in (PlanState.QUEUED, PlanState.RUNNING):
        set_state(here.db, running, state)
    slot = "image_set/view_04"
    events.append(here.db, "slot_started", arena_id=running, slot=slot)
    told: dict[str, JsonValue] = {"fraction": 0.42, "note": "lighting"}
    events.append(here.db, "slot_progress", arena_id=running, slot=slot, data=told)
    text = browser(Role.VIEWER).get("/operations/live", headers=HTML).text
    assert "2 of 3 taken, 7 steps wait" in text
    assert "42 %, lighting" in text
    assert f"arena-{waiting:06d}" in text
    assert "1 at work, 1 wait" in text


def test_the_page_stands_while_dagster_does_not_answer(here: Desk, browser: Browser) -> None:
    (arena_id,) = place(here.db)
    told = {"code": "outage", "why": "nobody there"}
    events.append(here.db, "slot_failed", arena_id=arena_id, slot="clips/clip_01", data=told)
    client = browser(Role.VIEWER)
    assert "Dagster does not answer" in client.get("/operations/live", headers=HTML).text
    page = client.get("/operations", headers=HTML).text
    assert "nobody there" in page
    assert 'hx-get="/operations/live"' in page


def test_with_nothing_at_work_no_event_is_read(
    here: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(here.db)

    def since(*_args: object, **_named: object) -> None:
        pytest.fail("events were read for no arena")

    monkeypatch.setattr("arena_assets.store.events.since", since)
    text = browser(Role.VIEWER).get("/operations/live", headers=HTML).text
    assert "0 at work, 1 wait" in text


@pytest.fixture
def family() -> Iterator[subprocess.Popen[bytes]]:
    """A process with one child that both wait for their input's end."""
    child = "import sys; print(flush=True); sys.stdin.read()"
    script = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', sys.argv[1]],"
        " stdin=subprocess.PIPE); sys.stdin.read(); p.stdin.close(); p.wait()"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", script, child], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert started.stdin is not None
    assert started.stdout is not None
    started.stdout.readline()  # the child stands
    yield started
    started.stdin.close()
    started.wait(30)
    started.stdout.close()


def test_processes_are_counted_with_their_children_and_runs_apart(
    here: Desk, family: subprocess.Popen[bytes]
) -> None:
    assert parts(here) == []
    parent = ProcessRecord.of(family.pid)
    gone = ProcessRecord(family.pid, "1")
    record = ServerRecord(
        "http://127.0.0.1:1",
        "web.sock",
        ProcessRecord.of(os.getpid()),
        {"warm parent": parent, "daemon": parent, "console": gone},
    )
    record.write(here.settings)
    found = {each.name: each for each in parts(here)}
    assert {name: each.count for name, each in found.items()} == {
        "serve": 1,
        "warm parent": 1,
        "runs": 1,
        "daemon": 2,
    }
    assert all(each.resident > 1_000_000 for each in found.values())
    now = machine(here)
    assert 0 < now.memory_available <= now.memory_total
    assert now.cores >= 1


def test_a_token_held_to_a_project_sees_no_budget_but_its_own(here: Desk, program: Program) -> None:
    for project in ("hall", "vault"):
        ensure_project(here.db, project)
        set_budget(here.db, Cap.PROJECT, project, Decimal("41.07"))
    set_budget(here.db, Cap.MONTH, "", Decimal("977.13"))
    limited = program(Scope.READ, projects=["hall"])
    page = limited.get("/operations", headers=HTML).text
    assert "$41.07" in page
    assert "vault" not in page
    assert "977.13" not in page
    told = limited.get("/api/v1/projects/hall/budgets").json()
    assert [each["scope"] for each in told] == ["project", "project_month"]
    whole = program(Scope.READ).get("/operations", headers=HTML).text
    assert "vault" in whole
    assert "$977.13" in whole
    admin = program(*Scope, projects=["hall"])
    set_ = admin.put("/api/v1/projects/hall/budgets", json={"total_usd": "3"}).json()
    assert [each["scope"] for each in set_] == ["project", "project_month"]
