"""An ETA is a range learned from what really happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from arena_assets.store import base, events, history, plans
from arena_assets.store.database import Database
from arena_assets.store.history import EtaRange, SlotKind
from arena_assets.store.launches import confirm_launch
from arena_assets_tests.store.samples import place, view

PICTURE = SlotKind("image_set", "embedded")


def _done(db: Database, seconds: float, **more: object) -> None:
    data = {"seconds": seconds, "provider": "embedded", **more}
    events.append(db, history.SLOT_DONE, slot=view(1), data=data)  # type: ignore[arg-type]


def test_the_range_holds_the_middle_of_what_was_seen(db: Database) -> None:
    place(db)
    for seconds in range(11):
        _done(db, float(seconds))
    _done(db, 1000.0, reused=True)
    assert history.slot_seconds(db) == {PICTURE: EtaRange(1.0, 5.0, 9.0)}


def test_the_rest_is_the_sum_of_its_slots_shared_by_those_in_work_together(db: Database) -> None:
    place(db)
    for seconds in (10.0, 20.0, 30.0):
        _done(db, seconds)
    clip = SlotKind("clips", "embedded")
    eta = history.eta(db, [PICTURE, PICTURE, clip], at_once=2)
    assert eta.work == EtaRange(12.0, 20.0, 28.0)
    assert eta.unseen == {clip}
    assert eta.wait is None


def test_waiting_in_the_queue_is_learned_apart(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(db, 2)
    start = base.utc_now()
    for arena_id, wait in ((1, 4), (2, 8)):
        monkeypatch.setattr(events, "utc_now", lambda: start)
        confirm_launch(db, arena_id, 1)
        monkeypatch.setattr(events, "utc_now", lambda wait=wait: start + timedelta(seconds=wait))
        plans.mark_running(db, arena_id)
    learned = history.queue_wait(db)
    assert learned is not None
    assert (learned.low, learned.expected, learned.high) == pytest.approx((4.4, 6.0, 7.6))


def test_nothing_left_takes_no_time(db: Database) -> None:
    assert history.eta(db, []).work == history.NOTHING
