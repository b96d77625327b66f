"""The event log: in order, complete for every reader, pruned and never rewritten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from arena_assets.domain.slots import image_slot
from arena_assets.store import base, events
from arena_assets.store.database import Database
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import place, view

WRITERS, EACH = 4, 25


def test_an_event_carries_what_it_is_about(db: Database) -> None:
    place(db)
    before = events.last_seq(db)
    events.append(db, "slot_done", slot=view(1), data={"seconds": 1.5, "notes": [None, "é"]})
    events.append(db, "server_started")
    done, started = events.since(db, before)
    assert (done.arena_id, done.request_id, done.project_id) == (1, 1, 1)
    assert (done.slot, done.data) == (str(image_slot(3)), {"seconds": 1.5, "notes": [None, "é"]})
    assert (started.arena_id, started.data) == (None, {})
    assert done.seq < started.seq == events.last_seq(db)


def test_an_event_is_undone_with_its_transaction(db: Database) -> None:
    def fail() -> None:
        with db.write() as session:
            events.append(session, "never_happened")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail()
    assert events.last_seq(db) == 0
    assert events.since(db, 0) == []


def test_a_reader_chooses_arenas_kinds_and_pages(db: Database) -> None:
    place(db, 3)
    planned = events.since(db, 0, kinds=["arena_planned"])
    assert [event.arena_id for event in planned] == [1, 2, 3]
    assert [event.arena_id for event in events.since(db, 0, arena_ids=[2])] == [2]
    assert events.since(db, 0, arena_ids=[]) == []
    first = events.since(db, 0, limit=2)
    rest = events.since(db, first[-1].seq)
    assert len(first + rest) == len(events.since(db, 0, request_id=1)) == 4


def test_retention_removes_the_old_and_reuses_no_number(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(db)
    last = events.last_seq(db)
    assert events.prune(db, base.utc_now() - timedelta(days=1)) == 0
    assert events.prune(db, base.utc_now() + timedelta(days=1)) == last
    events.append(db, "afterwards")
    assert events.last_seq(db) == last + 1


def test_a_reader_that_follows_misses_nothing_while_many_write(db: Database) -> None:
    """Numbers are given before commits; one that became visible late would be skipped for ever."""

    def work(number: int) -> list[int]:
        if number < WRITERS:
            for turn in range(EACH):
                with db.write() as session:
                    events.append(session, "first", data={"writer": number, "turn": turn})
                    events.append(session, "second")
            return []
        seen: list[int] = []
        while len(seen) < 2 * WRITERS * EACH:
            seen += [event.seq for event in events.since(db, seen[-1] if seen else 0, limit=7)]
        return seen

    followed = race(WRITERS + 1, work)[-1]
    assert followed == [event.seq for event in events.since(db, 0, limit=1000)]
