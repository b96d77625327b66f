"""A request becomes plans all at once, exactly once, and goes on where the last one stopped."""

from __future__ import annotations

import pytest

from arena_assets.domain.palette import PAIR_COUNT, ManaColor, Theme, pair_at
from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.store import events, plans
from arena_assets.store.database import Database
from arena_assets.store.plan_states import PlanState
from arena_assets.store.requests import get_request, list_projects, list_requests, place_request
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import spec


def _pairs(db: Database, project: str = "cards") -> list[tuple[ManaColor, Theme]]:
    return [plan.pair for plan in plans.list_plans(db, projects=[project], limit=500)]


def test_a_request_plans_its_arenas_and_says_so(db: Database) -> None:
    asked = spec(3, brief="by the sea", priority=4)
    placed = place_request(db, asked)
    assert placed.fresh
    assert get_request(db, placed.request_id).spec == asked
    for arena_id in placed.arena_ids:
        plan = plans.get_plan(db, arena_id)
        assert (plan.state, plan.launch, plan.launched) == (PlanState.PLANNED, 1, 0)
        assert (plan.brief, plan.priority, plan.project) == ("by the sea", 4, "cards")
    said = [(event.kind, event.arena_id) for event in events.since(db, 0)]
    assert said == [("request_placed", None)] + [("arena_planned", n) for n in placed.arena_ids]
    assert {event.request_id for event in events.since(db, 0)} == {placed.request_id}


def test_requests_go_on_in_the_round_of_pairs_and_projects_do_not_share_it(db: Database) -> None:
    place_request(db, spec(50))
    place_request(db, spec(5, project="other"))
    place_request(db, spec(30))
    assert _pairs(db) == [pair_at(n) for n in range(80)]
    assert _pairs(db, "other") == [pair_at(n) for n in range(5)]
    assert list_projects(db) == ["cards", "other"]


def test_a_pinned_theme_repeats_no_colour_before_all_were_used(db: Database) -> None:
    for _ in range(6):
        place_request(db, spec(1, theme=Theme.FROZEN_TUNDRA))
    assert len(set(_pairs(db))) == len(ManaColor)
    place_request(db, spec(2))
    assert _pairs(db)[6:] == [pair_at(0), pair_at(1)]


def test_one_key_is_one_request(db: Database) -> None:
    first = place_request(db, spec(2), "order-7")
    again = place_request(db, spec(2), "order-7")
    assert (again.request_id, again.arena_ids, again.fresh) == (
        first.request_id,
        first.arena_ids,
        False,
    )
    assert place_request(db, spec(2, project="other"), "order-7").fresh
    with pytest.raises(Refused, match="already placed another request") as caught:
        place_request(db, spec(3), "order-7")
    assert caught.value.http_status == 409


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_cannot_be_stored_is_refused(db: Database, key: str) -> None:
    with pytest.raises(UsageFault, match="idempotency key"):
        place_request(db, spec(), key)


def test_one_key_from_eight_processes_at_once_is_one_request(db: Database) -> None:
    placed = race(8, lambda _number: place_request(db, spec(2), "double-click"))
    assert len({each.request_id for each in placed}) == 1
    assert sum(each.fresh for each in placed) == 1
    assert len(_pairs(db)) == 2


def test_eight_processes_at_once_repeat_no_pair(db: Database) -> None:
    placed = race(8, lambda _number: place_request(db, spec(PAIR_COUNT // 8)))
    ids = [arena_id for each in placed for arena_id in each.arena_ids]
    assert len(set(ids)) == PAIR_COUNT
    assert len(set(_pairs(db))) == PAIR_COUNT


def test_requests_are_listed_newest_first_in_pages(db: Database) -> None:
    for count in (1, 2, 3):
        place_request(db, spec(count))
    first = list_requests(db, projects=["cards"], limit=2)
    rest = list_requests(db, before=first[-1].request_id)
    assert [each.spec.count for each in (*first, *rest)] == [3, 2, 1]
    assert list_requests(db, projects=["nobody"]) == []


def test_a_request_that_is_not_there_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound, match="request 9"):
        get_request(db, 9)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**20])
def test_nothing_has_a_number_that_no_column_can_hold(db: Database, number: int) -> None:
    with pytest.raises(NotFound):
        get_request(db, number)
