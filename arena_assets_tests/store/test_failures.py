"""Failures are counted by class; publications by their day in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from arena_assets.store import base, events
from arena_assets.store.catalogue import published_per_day, waiting
from arena_assets.store.database import Database
from arena_assets.store.failures import failures_by_class
from arena_assets.store.requests import place_request
from arena_assets_tests.store.samples import place, spec


def test_errors_and_checks_are_counted_by_what_they_are(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = place(db)
    at = base.utc_now()
    monkeypatch.setattr("arena_assets.store.events.utc_now", lambda: at - timedelta(days=8))
    events.append(db, "slot_failed", arena_id=arena_id, data={"code": "outage"})
    monkeypatch.setattr("arena_assets.store.events.utc_now", lambda: at)
    for why in ("first", "second"):
        data = {"code": "content_fault", "why": why}
        events.append(db, "slot_failed", arena_id=arena_id, slot="clips/clip_01", data=data)
    told: dict[str, JsonValue] = {"checks": ["loop_seam", "true_peak"], "why": "a seam"}
    events.append(db, "checks_failed", arena_id=arena_id, slot="music_tracks/main", data=told)
    events.append(db, "slot_failed", arena_id=arena_id, data={"why": "of an older version"})
    found = failures_by_class(db)
    assert [(each.check, each.name, each.count) for each in found] == [
        (False, "content_fault", 2),
        (True, "loop_seam", 1),
        (False, "not_told", 1),
        (True, "true_peak", 1),
    ]
    assert (found[0].why, found[0].slot) == ("second", "clips/clip_01")
    assert len(failures_by_class(db, ["cards"])) == 4
    assert failures_by_class(db, ["another"]) == []


def test_publications_are_counted_by_day(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    (arena_id,) = place(db)
    now = datetime(2026, 3, 14, 12, tzinfo=UTC)
    monkeypatch.setattr("arena_assets.store.catalogue.utc_now", lambda: now)
    midnight = datetime(2026, 3, 14, tzinfo=UTC)
    times = [midnight, midnight - timedelta(seconds=1), now, now - timedelta(days=14)]
    for at in times:
        monkeypatch.setattr("arena_assets.store.events.utc_now", lambda at=at: at)
        events.append(db, "arena_published", arena_id=arena_id)
    found = published_per_day(db)
    assert len(found) == 14
    assert list(found.values())[-3:] == [0, 1, 2]
    assert sum(found.values()) == 3


def test_what_waits_is_listed_in_the_order_of_the_queue(db: Database) -> None:
    first = place(db)[0]
    (urgent,) = place_request(db, spec(priority=5)).arena_ids
    assert [plan.arena_id for plan in waiting(db, None)] == [urgent, first]
    assert waiting(db, ["another"]) == []
