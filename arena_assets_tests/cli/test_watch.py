"""Progress is the event log: what is shown follows from events alone."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from arena_assets.actions.eta import Forecast, span, words
from arena_assets.actions.tracking import TOTAL, Tracker
from arena_assets.domain.slots import UPSTREAM, clip_slot, image_slot, pack_slot
from arena_assets.settings import Settings
from arena_assets.store import events
from arena_assets.store.database import Database
from arena_assets.store.history import EtaRange
from arena_assets.store.launches import confirm_launch
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import mark_failed, mark_made, mark_published, mark_running
from arena_assets_tests.cli.conftest import Arena


def _made(db: Database, slot: object, seconds: float = 2.0) -> None:
    done: dict[str, JsonValue] = {"seconds": seconds, "provider": "embedded", "take": 1}
    events.append(db, "slot_done", arena_id=1, slot=str(slot), data=done)


def _start(db: Database) -> None:
    confirm_launch(db, 1, 1, "run-1")
    mark_running(db, 1, "run-1")


def test_slots_fill_the_bar_as_they_are_made(arena: Arena, db: Database) -> None:
    arena("request")
    tracker = Tracker(db, [1])
    assert tracker.arenas[1].amount == 0
    _start(db)
    progress: dict[str, JsonValue] = {"fraction": 0.5, "note": "lighting"}
    events.append(db, "slot_started", arena_id=1, slot=image_slot(3), data={"take": 1})
    events.append(db, "slot_progress", arena_id=1, slot=image_slot(3), data=progress)
    _made(db, image_slot(1))
    tracker.poll()
    found = tracker.arenas[1]
    assert found.state is PlanState.RUNNING
    assert found.amount == pytest.approx(1.5)
    assert found.at_work[image_slot(3)].note == "lighting"
    assert not tracker.finished


def test_an_arena_is_finished_with_its_pack_not_with_its_row(arena: Arena, db: Database) -> None:
    arena("request")
    _start(db)
    for slot in UPSTREAM:
        if slot != pack_slot():
            _made(db, slot)
    mark_made(db, 1)
    mark_published(db, 1)
    tracker = Tracker(db, [1])
    assert not tracker.finished
    _made(db, pack_slot())
    tracker.poll()
    assert tracker.finished
    assert len(tracker.arenas[1].done) == TOTAL


def test_a_new_launch_waits_for_the_new_pack(arena: Arena, db: Database) -> None:
    arena("request")
    _start(db)
    for slot in UPSTREAM:
        _made(db, slot)
    mark_made(db, 1)
    mark_published(db, 1)
    assert Tracker(db, [1]).finished
    arena("redo", "1", str(clip_slot(2)))
    tracker = Tracker(db, [1])
    assert not tracker.finished
    assert pack_slot() not in tracker.arenas[1].done


def test_watch_exits_with_4_and_the_reason(arena: Arena, db: Database) -> None:
    arena("request", "--count", "2")
    mark_failed(db, 1, "image_set/view_03: the picture is flat")
    arena("cancel", "2")
    answer = arena("watch", "1", "2")
    assert answer.code == 4
    assert "image_set/view_03: the picture is flat" in answer.err
    data = arena("watch", "--request", "1", "--json").data
    assert [(each["state"], each["slots"]) for each in data["arenas"]] == [
        ("failed", TOTAL),
        ("cancelled", TOTAL),
    ]


def test_nothing_to_watch_is_no_error(arena: Arena) -> None:
    answer = arena("watch", "--json")
    assert answer.code == 0
    assert answer.data["arenas"] == []


def test_watching_two_things_at_once_is_a_usage_fault(arena: Arena) -> None:
    assert arena("watch", "1", "--all").code == 2


def test_the_forecast_is_a_range_from_history(
    arena: Arena, db: Database, installation: Settings
) -> None:
    arena("request")
    _start(db)
    tracker = Tracker(db, [1])
    assert words(Forecast(db, installation).of(tracker.arenas[1])) == ""
    for number, seconds in enumerate((10.0, 20.0, 30.0), 1):
        _made(db, image_slot(number), seconds)
    tracker.poll()
    eta = Forecast(db, installation).of(tracker.arenas[1])
    nine_pictures = EtaRange(9 * 12.0, 9 * 20.0, 9 * 28.0)
    assert eta.work.low == pytest.approx(nine_pictures.low)
    assert eta.work.high == pytest.approx(nine_pictures.high)
    assert words(eta) == "at least 2–4 min left"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(3, 3.2, "3 s"), (20, 80, "20–80 s"), (60, 240, "1–4 min"), (3600, 9000, "1.0–2.5 h")],
)
def test_a_range_in_words(low: float, high: float, said: str) -> None:
    assert span(EtaRange(low, (low + high) / 2, high)) == said
