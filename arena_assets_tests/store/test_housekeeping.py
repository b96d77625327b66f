"""A sweep keeps every blob that anything still refers to."""

from __future__ import annotations

from sqlalchemy import text

from arena_assets.store import game, plans, results
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database
from arena_assets.store.housekeeping import live_hashes
from arena_assets_tests.store.samples import game_rows, manifest, place, view


def test_results_of_every_take_and_publications_are_live(db: Database) -> None:
    place(db, 2)
    results.keep(db, view(1), manifest("a", content="1"))
    results.keep(db, view(1), manifest("b", content="2", take=2))
    results.keep(db, view(2), manifest("c", content="3"))
    plans.mark_running(db, 2)
    game.publish_rows(db, *game_rows(2, content="4"))
    assert live_hashes(db) == {letter * 64 for letter in "1234"}


def test_what_only_a_removed_arena_used_is_swept(db: Database, blobs: BlobStore) -> None:
    place(db, 2)
    refs = [blobs.put_bytes(each, "image/png", ".png") for each in (b"kept", b"gone")]
    for arena_id, ref in enumerate(refs, start=1):
        made = manifest("ab"[arena_id - 1]).model_copy(update={"files": {"picture": ref}})
        results.keep(db, view(arena_id), made)
    with db.write() as session:
        session.execute(text("DELETE FROM arena_plans WHERE id = 2"))
    assert blobs.sweep(live_hashes(db), older_than=-1).files == 1
    assert list(blobs.all_hashes()) == [refs[0].sha256]
