"""Two daemons, one tick twice, a double click, one idempotency key at once: one order, each time.

The racers are real processes; each race is over things of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from arena_assets.actions.once import once
from arena_assets.domain.request import parse_request
from arena_assets.errors import Refused
from arena_assets.store.database import Database
from arena_assets.store.launches import claim_launches, confirm_launch, want_launch
from arena_assets.store.plans import list_plans
from arena_assets.store.requests import place_request
from arena_assets_tests.counting import Counted
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import place

RACES, RACERS = 100, 3
_LEASE_SECONDS = 600

pytestmark = pytest.mark.faults


def _races(work: Callable[[int, int], str]) -> list[list[str]]:
    """Results of each race; every racer runs all of them, so that they meet again and again."""

    def runner(number: int) -> list[str]:
        return [work(turn, number) for turn in range(RACES)]

    per_racer = race(RACERS, runner, patience=300)
    return [list(results) for results in zip(*per_racer, strict=True)]


def test_two_daemons_and_a_tick_given_twice_launch_each_arena_once(
    db: Database, counted: Counted
) -> None:
    """Each arena is claimed by one of the daemons, and a confirmed claim is no one's again."""
    place(db, RACES)

    def tick(_turn: int, _racer: int) -> str:
        claimed = claim_launches(db, 1, _LEASE_SECONDS)
        for each in claimed:
            # Two ticks of one daemon confirm the same launch; the second changes nothing.
            confirm_launch(db, each.arena_id, each.launch)
            confirm_launch(db, each.arena_id, each.launch)
        return " ".join(str(each.arena_id) for each in claimed)

    ends = Counter(each for results in _races(tick) for each in results if each)
    assert ends == Counter({str(arena_id): 1 for arena_id in range(1, RACES + 1)})
    assert not claim_launches(db, RACES, _LEASE_SECONDS)
    counted("races of two daemons and doubled ticks for a launch", RACES)


def test_a_double_click_wants_one_launch(db: Database, counted: Counted) -> None:
    """Clicks while a launch is wanted are that launch; none adds another."""
    place(db, RACES)

    def click(turn: int, _racer: int) -> str:
        return str(want_launch(db, turn + 1, "redo"))

    for results in _races(click):
        assert len(set(results)) == 1
    claimed = claim_launches(db, 2 * RACES, _LEASE_SECONDS)
    assert sorted(each.arena_id for each in claimed) == list(range(1, RACES + 1))
    counted("races of a double click", RACES)


def test_one_idempotency_key_places_one_request(db: Database, counted: Counted) -> None:
    def submit(turn: int, _racer: int) -> str:
        spec = parse_request(project="cards", count=1, brief=f"race {turn}")
        return str(place_request(db, spec, f"key-{turn}").request_id)

    for results in _races(submit):
        assert len(set(results)) == 1
    assert len(list_plans(db, limit=10 * RACES)) == RACES
    counted("races of one idempotency key", RACES)


def test_one_idempotency_key_with_other_bodies_has_one_winner(
    db: Database, tmp_path: Path, counted: Counted
) -> None:
    """Whoever is first acts; every other body is refused (409) and does nothing."""
    acts = tmp_path / "acts"
    acts.mkdir()

    def submit(turn: int, racer: int) -> str:
        def act() -> tuple[int, dict[str, int]]:
            (acts / f"{turn}-{racer}").touch(exist_ok=False)
            return 201, {"racer": racer}

        try:
            (_status, answer), _now = once(
                db, "user 1", f"key-{turn}", "/requests", {"racer": racer}, act
            )
        except Refused as refused:
            return f"refused with {refused.http_status}"
        assert answer == {"racer": racer}
        return "done"

    for turn, results in enumerate(_races(submit)):
        assert Counter(results) == Counter({"done": 1, "refused with 409": RACERS - 1}), turn
    assert len(list(acts.iterdir())) == RACES
    counted("races of one idempotency key with other bodies", RACES)
