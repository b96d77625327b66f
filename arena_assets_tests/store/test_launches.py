"""A wanted launch is handed to exactly one launcher, and never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from arena_assets.store import base, launches, plans
from arena_assets.store.claims import open_claims
from arena_assets.store.database import Database
from arena_assets.store.launches import claim_launches, confirm_launch, want_launch
from arena_assets.store.plan_states import PlanState
from arena_assets.store.requests import place_request
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import place, spec


def _claimed(db: Database, limit: int = 100, lease: float = 60) -> list[tuple[int, int]]:
    return [(each.arena_id, each.launch) for each in claim_launches(db, limit, lease)]


def test_a_claim_goes_to_one_caller_until_its_lease_ends(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(db, 2)
    assert _claimed(db) == [(1, 1), (2, 1)]
    assert _claimed(db) == []
    assert [each.run_key for each in open_claims(db)] == [
        "arena-000001-launch-1",
        "arena-000002-launch-1",
    ]
    now = base.utc_now()
    monkeypatch.setattr(launches, "utc_now", lambda: now + timedelta(seconds=61))
    assert _claimed(db) == [(1, 1), (2, 1)]


def test_a_clock_set_back_an_hour_blocks_no_claim(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(db)
    assert _claimed(db) == [(1, 1)]
    now = base.utc_now()
    monkeypatch.setattr(launches, "utc_now", lambda: now - timedelta(hours=1))
    assert _claimed(db) == [(1, 1)]


def test_the_urgent_come_first_then_the_oldest(db: Database) -> None:
    place(db, 2)
    place_request(db, spec(1, priority=5))
    assert _claimed(db, limit=2) == [(3, 1), (1, 1)]
    assert _claimed(db) == [(2, 1)]


def test_what_was_confirmed_is_not_claimed_again(db: Database) -> None:
    place(db)
    assert _claimed(db, lease=0) == [(1, 1)]
    assert confirm_launch(db, 1, 1, "run-a")
    assert confirm_launch(db, 1, 1, "run-a")
    assert _claimed(db, lease=0) == []
    plan = plans.get_plan(db, 1)
    assert (plan.state, plan.launched, plan.run_id) == (PlanState.QUEUED, 1, "run-a")


def test_a_launch_cancelled_before_it_was_confirmed_says_that_its_run_must_stop(
    db: Database,
) -> None:
    place(db)
    _claimed(db)
    plans.mark_cancelled(db, 1)
    assert not confirm_launch(db, 1, 1)
    assert _claimed(db, lease=0) == []


def test_a_cancelled_arena_is_not_launched_until_someone_wants_it(db: Database) -> None:
    place(db)
    plans.mark_cancelled(db, 1)
    assert _claimed(db) == []
    assert want_launch(db, 1, "resume") == 1
    assert _claimed(db) == [(1, 1)]


def test_a_double_click_is_one_launch(db: Database) -> None:
    place(db)
    _claimed(db)
    confirm_launch(db, 1, 1)
    plans.mark_running(db, 1)
    plans.mark_failed(db, 1, "a service is down")
    assert [want_launch(db, 1, "redo"), want_launch(db, 1, "redo")] == [2, 2]
    assert _claimed(db) == [(1, 2)]


def test_a_launch_wanted_in_flight_waits_for_the_end_of_the_run(db: Database) -> None:
    place(db)
    _claimed(db)
    confirm_launch(db, 1, 1)
    plans.mark_running(db, 1)
    assert want_launch(db, 1, "redo") == 2
    assert _claimed(db, lease=0) == []
    plans.mark_made(db, 1)
    assert _claimed(db) == [(1, 2)]
    confirm_launch(db, 1, 2)
    assert plans.get_plan(db, 1).state is PlanState.QUEUED


def test_eight_launchers_at_once_claim_each_launch_once(db: Database) -> None:
    place(db, 60)

    def claim_all(_number: int) -> list[tuple[int, int]]:
        mine: list[tuple[int, int]] = []
        while more := _claimed(db, limit=3):
            for arena_id, launch in more:
                confirm_launch(db, arena_id, launch)
            mine += more
        return mine

    claimed = [each for mine in race(8, claim_all) for each in mine]
    assert sorted(claimed) == [(arena_id, 1) for arena_id in range(1, 61)]
