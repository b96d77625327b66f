"""Guessing is slow from anywhere, and shuts nobody out for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from arena_assets.errors import TooMany
from arena_assets.store import base
from arena_assets.store.database import Database
from arena_assets.store.tries import ACCOUNT, ADDRESS, PAIR, begin_try, forget_tries, forgive
from arena_assets_tests.racing import race


class Clock:
    """The store's clock, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "utc_now", made)
    return made


def _fail(db: Database, address: str, account: str, times: int) -> None:
    for _ in range(times):
        begin_try(db, address, account)


def _wait(db: Database, address: str, account: str) -> float:
    with pytest.raises(TooMany) as told:
        begin_try(db, address, account)
    return told.value.retry_after


def test_each_failure_beyond_the_free_ones_doubles_the_wait(db: Database, clock: Clock) -> None:
    _fail(db, "10.0.0.1", "mira", 10)
    waits = []
    for _ in range(10):
        waits.append(_wait(db, "10.0.0.1", "Mira"))
        clock.on(seconds=waits[-1])
        begin_try(db, "10.0.0.1", "mira")
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]


def test_an_account_waits_a_minute_at_most_whoever_guesses(db: Database, clock: Clock) -> None:
    for number in range(40):
        clock.on(seconds=ACCOUNT.longest.total_seconds())
        begin_try(db, f"10.0.{number}.1", "mira")
    assert _wait(db, "10.9.9.9", "mira") == ACCOUNT.longest.total_seconds() == 60


def test_somebody_known_at_an_address_is_not_kept_out_by_guesses_from_elsewhere(
    db: Database, clock: Clock
) -> None:
    begin_try(db, "10.0.0.1", "mira")
    forgive(db, "10.0.0.1", "mira")
    for number in range(20):
        clock.on(seconds=60)
        begin_try(db, f"10.1.{number}.1", "mira")
    assert _wait(db, "10.2.0.1", "mira") > 30
    begin_try(db, "10.0.0.1", "mira")
    clock.on(days=91)
    _fail(db, "10.1.1.1", "mira", 10)
    assert _wait(db, "10.0.0.1", "mira") == 1, "a door not used for long is as any other"


def test_one_address_is_slowed_over_all_names_and_a_network_is_one(
    db: Database, clock: Clock
) -> None:
    for number in range(ADDRESS.free):
        begin_try(db, f"2001:db8::{number:x}", f"name {number}")
    assert _wait(db, "2001:db8::ffff", "another") == 1
    begin_try(db, "2001:db8:0:1::1", "another")
    clock.on(seconds=1)
    begin_try(db, "2001:db8::1", "one more")
    assert _wait(db, "2001:db8::2", "one more") == 2


def test_an_own_account_buys_no_guesses_at_others(db: Database, clock: Clock) -> None:
    for number in range(ADDRESS.free):
        begin_try(db, "10.0.0.1", f"name {number}")
        if number % 10 == 5:
            begin_try(db, "10.0.0.1", "mine")
            forgive(db, "10.0.0.1", "mine")
    assert _wait(db, "10.0.0.1", "mira") >= 1


def test_quiet_is_forgotten_and_a_known_address_kept(db: Database, clock: Clock) -> None:
    _fail(db, "10.0.0.1", "mira", 10)
    begin_try(db, "10.0.0.2", "otto")
    forgive(db, "10.0.0.2", "otto")
    clock.on(hours=1)
    begin_try(db, "10.0.0.1", "mira")
    clock.on(hours=2)
    assert forget_tries(db) == 5
    clock.on(days=91)
    assert forget_tries(db) == 1
    assert PAIR.wait(10**6) == PAIR.longest


def test_processes_that_guess_at_once_are_counted_together(db: Database) -> None:
    db.dispose()

    def guess(number: int) -> int:
        mine = Database(db.url.render_as_string(hide_password=False))
        done = 0
        for _ in range(5):
            try:
                begin_try(mine, f"10.0.0.{number}", "mira")
                done += 1
            except TooMany:
                pass
        return done

    # Ten are free; the eleventh comes after a second at the earliest.
    assert 10 <= sum(race(6, guess)) < 15
