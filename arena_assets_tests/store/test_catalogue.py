"""What is undecided is found by the bytes there are and the last word about them."""

from __future__ import annotations

from sqlalchemy import update

from arena_assets.domain.slots import IMAGES, MUSIC
from arena_assets.store import catalogue, results
from arena_assets.store.database import Database
from arena_assets.store.decisions import Verdict, decide
from arena_assets.store.plan_states import PlanState
from arena_assets.store.tables import PlanRow
from arena_assets_tests.store.samples import manifest, place, view


def _undecided(db: Database, *assets: str, after: int = 0, limit: int = 9) -> list[int]:
    found = catalogue.undecided(db, {"cards": assets, "others": (IMAGES,)}, after, limit)
    return [plan.arena_id for plan in found]


def _say(db: Database, arena_id: int, verdict: Verdict, key: str = "a") -> None:
    with db.write() as session:
        decide(session, view(arena_id), 1, key * 64, verdict, "", "mira")


def test_an_arena_is_undecided_until_the_last_word_is_about_what_it_holds(db: Database) -> None:
    for arena_id in place(db, 7):
        results.keep(db, view(arena_id), manifest())
    with db.write() as session:
        made = update(PlanRow).where(PlanRow.id < 7)
        session.execute(made.values(state=PlanState.MADE.value))
    _say(db, 2, Verdict.APPROVE)
    _say(db, 3, Verdict.APPROVE, "b")  # about other bytes
    _say(db, 4, Verdict.REJECT)
    _say(db, 5, Verdict.APPROVE)
    _say(db, 5, Verdict.UNPIN)
    results.keep(db, view(6), manifest("b"))
    _say(db, 6, Verdict.APPROVE)
    assert _undecided(db, IMAGES) == _undecided(db, MUSIC, IMAGES) == [1, 3, 5, 6]
    assert _undecided(db, IMAGES, after=1, limit=2) == [3, 5]
    assert _undecided(db, MUSIC) == []
    assert catalogue.undecided(db, {}) == []
    _say(db, 6, Verdict.CHOOSE, "b")
    assert _undecided(db, IMAGES) == [1, 3, 5]
