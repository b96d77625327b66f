"""Publishing starts no work: what is still to be made takes a resume, and its rights."""

from __future__ import annotations

import pytest

from arena_assets.actions import arenas
from arena_assets.errors import Refused
from arena_assets.store.audit import entries
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import get_plan, mark_failed, set_state, set_withheld
from arena_assets_tests.arenas import Hall


def _state(hall: Hall, arena_id: int, state: PlanState) -> None:
    if state is PlanState.RUNNING:
        set_state(hall.studio.db, arena_id, PlanState.QUEUED)
    if state is not PlanState.PLANNED:
        set_state(hall.studio.db, arena_id, state)


@pytest.mark.parametrize("withheld", [False, True])
@pytest.mark.parametrize(
    ("state", "next_step"),
    [
        (PlanState.PLANNED, "arena watch"),
        (PlanState.QUEUED, "arena watch"),
        (PlanState.RUNNING, "arena watch"),
        (PlanState.FAILED, "arena resume"),
        (PlanState.CANCELLED, "arena resume"),
    ],
)
def test_what_is_not_made_is_not_published_and_stays_as_it_is(
    hall: Hall, state: PlanState, next_step: str, withheld: bool
) -> None:
    db = hall.studio.db
    (arena_id,) = hall.request()
    _state(hall, arena_id, state)
    set_withheld(db, arena_id, withheld)
    before = get_plan(db, arena_id)
    with pytest.raises(Refused, match=f"is {state} and cannot be published yet") as told:
        arenas.publish(db, arena_id)
    assert f"'{next_step} {before.partition}'" in told.value.next_step
    assert get_plan(db, arena_id) == before
    assert entries(db) == []


def test_what_is_published_is_not_published_again(hall: Hall, finished: int) -> None:
    before = get_plan(hall.studio.db, finished)
    with pytest.raises(Refused, match="is published already"):
        arenas.publish(hall.studio.db, finished)
    assert get_plan(hall.studio.db, finished) == before


def test_what_is_made_is_published_by_its_next_run(hall: Hall, finished: int) -> None:
    db = hall.studio.db
    arenas.unpublish(hall.settings, db, finished)
    assert arenas.publish(db, finished) == get_plan(db, finished).launch
    assert get_plan(db, finished).state is PlanState.PLANNED
    hall.run(finished)
    assert get_plan(db, finished).state is PlanState.PUBLISHED


def test_a_new_run_that_failed_is_no_way_around_a_resume(hall: Hall, finished: int) -> None:
    db = hall.studio.db
    mark_failed(db, finished, "its pictures were not made")
    with pytest.raises(Refused, match="cannot be published yet"):
        arenas.publish(db, finished)
