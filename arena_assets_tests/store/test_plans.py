"""Plans: names unique in a project, pages, and what needs looking after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from arena_assets.errors import Cancelled, NotFound, Refused
from arena_assets.store import base, events, plans
from arena_assets.store.database import Database
from arena_assets.store.launches import claim_launches, confirm_launch, want_launch
from arena_assets.store.plan_states import PlanState
from arena_assets.store.requests import place_request
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import place, spec


def _launch(db: Database, *arena_ids: int) -> None:
    claim_launches(db, 100, 60)
    for arena_id in arena_ids:
        confirm_launch(db, arena_id, plans.get_plan(db, arena_id).launch)


def test_plans_are_listed_in_pages_by_project_state_and_request(db: Database) -> None:
    place(db, 3)
    other = place_request(db, spec(2, project="other"))
    plans.mark_running(db, 2)
    page = plans.list_plans(db, limit=2)
    assert [plan.arena_id for plan in page] == [1, 2]
    assert [plan.arena_id for plan in plans.list_plans(db, after=2)] == [3, 4, 5]
    assert [plan.arena_id for plan in plans.list_plans(db, states=[PlanState.RUNNING])] == [2]
    found = plans.list_plans(db, projects=["other"], request_id=other.request_id)
    assert tuple(plan.arena_id for plan in found) == other.arena_ids
    counts = plans.count_by_state(db, "cards")
    assert (counts[PlanState.PLANNED], counts[PlanState.RUNNING], sum(counts.values())) == (2, 1, 3)


def test_an_arena_that_is_not_there_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound, match="arena-000042"):
        plans.get_plan(db, 42)
    with pytest.raises(NotFound):
        plans.mark_failed(db, 42, "never was")


def test_a_name_belongs_to_one_arena_of_its_project(db: Database) -> None:
    place(db, 2)
    place_request(db, spec(1, project="other"))
    assert plans.take_name(db, 1, "Straße der Glut")
    assert not plans.take_name(db, 2, "STRASSE  der glut")
    assert plans.take_name(db, 3, "Straße der Glut")
    assert plans.take_name(db, 1, "Straße der Glut")
    assert plans.get_plan(db, 2).name is None
    assert plans.taken_names(db, "cards") == ["Straße der Glut"]


def test_of_eight_arenas_that_want_one_name_one_gets_it(db: Database) -> None:
    place(db, 8)
    got = race(8, lambda number: plans.take_name(db, number + 1, "Ember Court"))
    assert sum(got) == 1
    assert plans.taken_names(db, "cards") == ["Ember Court"]


def test_a_late_event_of_an_old_run_does_not_fail_the_new_one(db: Database) -> None:
    place(db)
    plans.mark_running(db, 1, "run-b")
    assert plans.mark_failed(db, 1, "lost", only_run="run-a").state is PlanState.RUNNING
    failed = plans.mark_failed(db, 1, "lost", only_run="run-b")
    assert (failed.state, failed.reason) == (PlanState.FAILED, "lost")


def test_nothing_revives_a_cancelled_arena(db: Database) -> None:
    place(db)
    plans.mark_running(db, 1, "run-a")
    plans.mark_cancelled(db, 1)
    for late in (plans.mark_running, plans.mark_made, plans.mark_published):
        with pytest.raises(Cancelled, match=r"stopped by a person.*arena resume"):
            late(db, 1)
    place(db)
    with pytest.raises(Refused, match="cannot become published"):
        plans.mark_published(db, 2)


def test_every_change_is_an_event_and_a_repeated_one_is_not(db: Database) -> None:
    place(db)
    before = events.last_seq(db)
    plans.mark_running(db, 1, "run-a")
    plans.mark_running(db, 1, "run-a")
    plans.mark_failed(db, 1, "the disk is full")
    said = [(event.kind, event.data["from"]) for event in events.since(db, before)]
    assert said == [("arena_running", "planned"), ("arena_failed", "running")]
    assert events.since(db, before)[1].data["reason"] == "the disk is full"


def test_what_needs_looking_after_is_found(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    place(db, 6)
    _launch(db, 1, 2, 3, 4, 5)
    for arena_id in (1, 2, 3, 4):
        plans.mark_running(db, arena_id)
    plans.mark_failed(db, 1, "an outage")
    plans.mark_made(db, 2)
    plans.mark_failed(db, 4, "an outage")
    want_launch(db, 4, "again")
    assert [plan.arena_id for plan in plans.stale_or_incomplete(db)] == [1, 2]

    now = base.utc_now()
    for module in (plans, events):
        monkeypatch.setattr(module, "utc_now", lambda: now + timedelta(hours=2))
    events.append(db, "slot_progress", arena_id=5)
    assert [plan.arena_id for plan in plans.stale_or_incomplete(db)] == [1, 2, 3]


def test_an_arena_kept_back_needs_no_looking_after(db: Database) -> None:
    place(db)
    _launch(db, 1)
    plans.mark_running(db, 1)
    plans.mark_made(db, 1)
    plans.set_withheld(db, 1, True)
    assert plans.get_plan(db, 1).withheld
    assert plans.stale_or_incomplete(db) == []
    plans.set_withheld(db, 1, False)
    assert [plan.arena_id for plan in plans.stale_or_incomplete(db)] == [1]
