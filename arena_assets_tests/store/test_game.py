"""Publishing is one change: rows, record, state and event together, or none of them."""

from __future__ import annotations

import pytest

from arena_assets.errors import Cancelled, Refused
from arena_assets.store import events, game, plans
from arena_assets.store.database import Database
from arena_assets.store.plan_states import PlanState
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import game_rows, place


def _made(db: Database) -> int:
    (arena_id,) = place(db)
    plans.mark_running(db, arena_id)
    plans.mark_made(db, arena_id)
    return arena_id


def test_what_was_published_is_what_the_game_reads(db: Database) -> None:
    arena_id = _made(db)
    arena, clips, publication = game_rows(arena_id)
    assert game.game_arena(db, arena_id) is None
    game.publish_rows(db, arena, clips, publication)
    assert game.game_arena(db, arena_id) == arena
    assert game.game_clips(db, arena_id) == clips
    assert game.publication(db, arena_id) == publication
    assert game.publications(db) == [publication]
    assert plans.get_plan(db, arena_id).state is PlanState.PUBLISHED
    assert events.since(db, 0)[-1].kind == "arena_published"


def test_publishing_anew_replaces_every_row(db: Database) -> None:
    arena_id = _made(db)
    game.publish_rows(db, *game_rows(arena_id))
    arena, clips, publication = game_rows(arena_id, revision=2, name="Ash Court", content="e")
    game.publish_rows(db, arena, clips[:1], publication)
    assert game.game_arena(db, arena_id) == arena
    assert game.game_clips(db, arena_id) == clips[:1]
    assert game.publications(db) == [publication]


def test_a_failure_in_the_middle_leaves_the_old_arena_whole(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena_id = _made(db)
    arena, clips, publication = game_rows(arena_id)
    game.publish_rows(db, arena, clips, publication)
    before = events.last_seq(db)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(events, "append", die)
    with pytest.raises(KeyboardInterrupt):
        game.publish_rows(db, *game_rows(arena_id, revision=2, name="Ash Court", content="e"))
    monkeypatch.undo()
    assert game.game_arena(db, arena_id) == arena
    assert game.game_clips(db, arena_id) == clips
    assert game.publication(db, arena_id) == publication
    assert events.last_seq(db) == before


def test_the_run_that_made_an_arena_publishes_it(db: Database) -> None:
    (arena_id,) = place(db)
    plans.mark_running(db, arena_id)
    game.publish_rows(db, *game_rows(arena_id))
    told = [event.kind for event in events.since(db, 0, arena_ids=[arena_id])]
    assert told == ["arena_planned", "arena_running", "arena_made", "arena_published"]


@pytest.mark.parametrize("state", ["planned", "failed"])
def test_what_is_not_made_is_not_published(db: Database, state: str) -> None:
    (arena_id,) = place(db)
    if state == "failed":
        plans.mark_failed(db, arena_id, "an outage")
    with pytest.raises(Refused, match="cannot become published"):
        game.publish_rows(db, *game_rows(arena_id))
    assert game.game_arena(db, arena_id) is None


def test_a_cancelled_arena_leaves_no_row(db: Database) -> None:
    arena_id = _made(db)
    plans.mark_cancelled(db, arena_id)
    with pytest.raises(Cancelled):
        game.publish_rows(db, *game_rows(arena_id))
    assert (game.game_arena(db, arena_id), game.publication(db, arena_id)) == (None, None)


def test_an_older_revision_never_replaces_a_newer_one(db: Database) -> None:
    arena_id = _made(db)
    newer = game_rows(arena_id, revision=2)
    game.publish_rows(db, *newer)
    game.publish_rows(db, *newer)
    for revision, content in ((1, "d"), (2, "e")):
        with pytest.raises(Refused, match="published anew meanwhile"):
            game.publish_rows(db, *game_rows(arena_id, revision=revision, content=content))
    assert game.publication(db, arena_id) == newer[2]


def test_of_publishers_at_once_one_wins_whole(db: Database) -> None:
    arena_id = _made(db)

    def publish(number: int) -> bool:
        rows = game_rows(arena_id, name=f"Court {number}", content="0123456789"[number])
        try:
            game.publish_rows(db, *rows)
        except Refused:
            return False
        return True

    assert race(4, publish).count(True) == 1
    arena, record = game.game_arena(db, arena_id), game.publication(db, arena_id)
    assert arena is not None
    assert record is not None
    assert arena.name == f"Court {record.manifest_hash[0]}"
    assert len(game.game_clips(db, arena_id)) == 2


def test_unpublishing_takes_rows_clips_and_record_away(db: Database) -> None:
    arena_id = _made(db)
    rows = game_rows(arena_id)
    game.publish_rows(db, *rows)
    assert game.unpublish_rows(db, arena_id) == rows[2]
    assert game.unpublish_rows(db, arena_id) is None
    assert (game.game_arena(db, arena_id), game.game_clips(db, arena_id)) == (None, [])
    assert plans.get_plan(db, arena_id).state is PlanState.MADE
    game.publish_rows(db, *rows)
    assert game.game_arena(db, arena_id) == rows[0]


def test_rows_of_another_arena_are_never_published(db: Database) -> None:
    arena_id = _made(db)
    arena, _, publication = game_rows(arena_id)
    _, foreign, _ = game_rows(arena_id + 1)
    with pytest.raises(ValueError, match="another arena"):
        game.publish_rows(db, arena, foreign, publication)
