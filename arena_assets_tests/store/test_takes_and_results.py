"""Takes count up, results are found by key from anywhere, and the latest is the one kept last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from arena_assets.domain.slots import image_slot
from arena_assets.errors import NotFound, UsageFault
from arena_assets.store import base, results, takes
from arena_assets.store.database import Database
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import manifest, place, view


def test_the_first_take_needs_no_row_and_a_redo_is_the_next(db: Database) -> None:
    place(db)
    assert takes.current_take(db, view(1)) == 1
    assert [takes.next_take(db, view(1)), takes.next_take(db, view(1))] == [2, 3]
    assert takes.current_take(db, view(1, number=4)) == 1
    takes.set_take(db, view(1), 2)
    assert takes.takes_of(db, 1) == {image_slot(3): 2}
    takes.set_take(db, view(1), 1)
    assert takes.takes_of(db, 1) == {}
    with pytest.raises(UsageFault, match="counted from 1"):
        takes.set_take(db, view(1), 0)


def test_redos_at_once_get_different_takes(db: Database) -> None:
    place(db)
    assert sorted(race(6, lambda _number: takes.next_take(db, view(1)))) == [2, 3, 4, 5, 6, 7]


def test_a_result_is_found_by_its_key_from_any_arena(db: Database) -> None:
    place(db, 2)
    results.keep(db, view(1), manifest("a"))
    found = results.find(db, "a" * 64)
    assert found == manifest("a")
    assert found is not None
    results.keep(db, view(2), found)
    assert results.latest(db, view(2)) == manifest("a")
    assert results.find(db, "b" * 64) is None
    assert results.latest(db, view(1, number=4)) is None


def test_the_latest_is_what_was_kept_last_whatever_the_clock_says(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(db)
    results.keep(db, view(1), manifest("a"))
    now = base.utc_now()
    monkeypatch.setattr(results, "utc_now", lambda: now - timedelta(hours=1))
    results.keep(db, view(1), manifest("b", take=2))
    assert results.latest(db, view(1)) == manifest("b", take=2)
    results.keep(db, view(1), manifest("a"))
    results.keep(db, view(1), manifest("a"))
    assert results.for_arena(db, 1) == {image_slot(3): manifest("a")}
    assert results.history_of(db, view(1)) == [manifest("a"), manifest("b", take=2)]


def test_other_bytes_under_one_key_replace_what_was_there(db: Database) -> None:
    place(db)
    results.keep(db, view(1), manifest("a", content="c"))
    results.keep(db, view(1), manifest("a", content="e"))
    assert results.find(db, "a" * 64) == manifest("a", content="e")


def test_progress_counts_slots_and_not_takes(db: Database) -> None:
    place(db, 2)
    results.keep(db, view(1), manifest("a"))
    results.keep(db, view(1), manifest("b"))
    results.keep(db, view(1, number=4), manifest("a"))
    assert results.slots_done(db, [1, 2]) == {1: 2, 2: 0}


def test_results_belong_to_an_arena_that_exists(db: Database) -> None:
    with pytest.raises(NotFound):
        results.keep(db, view(9), manifest("a"))
