"""Arenas wait for a service that is down, and only those that need it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import dagster as dg
import pytest

from arena_assets.definitions import defs
from arena_assets.defs.sensors import new_requests
from arena_assets.domain.calls import Call
from arena_assets.domain.identity import partition_key
from arena_assets.domain.slots import Slot, track_slot
from arena_assets.ledger.breaker import Breakers, Health
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.store import base, launches, plans, takes
from arena_assets.store.breakers import note_outage, outage_waits
from arena_assets.store.calls import Purpose
from arena_assets.workshop.holds import held_back, resume_waiting
from arena_assets_tests.arenas import Hall

SHOP = "shop"
MAIN = str(track_slot("main"))


def go_down(hall: Hall) -> None:
    """The shop was used for music in this project, and fails five times in a row."""
    call = Call(SHOP, SHOP, "/v1/goods", {"n": 1}, 1, Decimal("0.1"))
    CallJournal(hall.studio.db).begin(call, Purpose("hall", 1, 1, MAIN))
    breakers = Breakers(hall.studio.db, chance=lambda: 0.5)
    for _ in range(5):
        breakers.report(breakers.admit(SHOP), Health.DOWN, "503")


def come_back(hall: Hall) -> None:
    breakers = Breakers(hall.studio.db)
    breakers.report(breakers.admit(SHOP), Health.UP)


def pass_time(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = base.utc_now() + timedelta(seconds=seconds)
    monkeypatch.setattr(base, "utc_now", lambda: now)


def launched(hall: Hall) -> list[str | None]:
    """What a tick of the request sensor starts, or why it starts nothing."""
    context = dg.build_sensor_context(instance=hall.instance, definitions=defs)
    found = new_requests(context)
    if isinstance(found, dg.SkipReason):
        return [found.skip_message]
    assert isinstance(found, dg.SensorResult)
    return [request.partition_key for request in found.run_requests or []]


def test_a_tick_launches_nothing_that_needs_a_service_that_is_down_and_says_why(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = hall.request(3)
    go_down(hall)
    (said,) = launched(hall)
    assert said is not None
    assert said.startswith("3 arenas wait: shop has been failing since")
    pass_time(monkeypatch, 31)
    assert launched(hall) == [partition_key(ids[0])], "one arena goes first, as a probe"
    come_back(hall)
    assert launched(hall) == [partition_key(each) for each in ids[1:]]


def test_another_project_and_an_arena_that_needs_none_are_launched(hall: Hall) -> None:
    (waits, done) = hall.request(2)
    hall.run(done)
    (launch,) = [x for x in launches.claim_launches(hall.studio.db, 9, 0) if x.arena_id == done]
    launches.confirm_launch(hall.studio.db, done, launch.launch)
    plans.mark_failed(hall.studio.db, done, "its pack was not written")
    launches.want_launch(hall.studio.db, done, "resume")
    go_down(hall)
    assert held_back(hall.studio.db).arenas == {waits}
    takes.next_take(hall.studio.db, Slot(done, track_slot("main")))
    assert held_back(hall.studio.db).arenas == {waits, done}


def test_what_failed_for_want_of_a_service_goes_on_once_it_is_back(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = hall.request(3)
    db = hall.studio.db
    for launch in launches.claim_launches(db, 9, 60):
        launches.confirm_launch(db, launch.arena_id, launch.launch)
    go_down(hall)
    for arena_id in ids:
        note_outage(db, SHOP, Purpose("hall", 1, arena_id, MAIN))
    plans.mark_failed(db, ids[0], "the shop is down")
    plans.mark_failed(db, ids[1], "the shop is down")
    plans.mark_cancelled(db, ids[2])
    assert resume_waiting(db) == []
    pass_time(monkeypatch, 31)
    assert resume_waiting(db) == [ids[0]], "the first probes"
    assert resume_waiting(db) == []
    come_back(hall)
    assert resume_waiting(db) == [ids[1]]
    assert outage_waits(db) == []
    assert [arena_id for arena_id, _ in launches.wanted(db)] == [ids[0], ids[1]]
