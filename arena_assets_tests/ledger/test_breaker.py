"""Breakers: they open after failures in a row, back off, and let exactly one probe through."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from arena_assets.errors import Outage
from arena_assets.ledger import breaker
from arena_assets.ledger.breaker import (
    CLOSED,
    HALF_OPEN,
    OPEN,
    Breakers,
    Health,
    Permit,
    service_states,
    uptime,
)
from arena_assets.ledger.owner import owner_id
from arena_assets.store import base
from arena_assets.store.breakers import BreakerRecord, read_breaker
from arena_assets.store.database import Database
from arena_assets_tests.racing import killed, race

SHOP = "shop"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(base, "utc_now", made)
    return made


def steady(db: Database) -> Breakers:
    """Breakers without jitter."""
    return Breakers(db, chance=lambda: 0.5)


def fail(breakers: Breakers, times: int = 1) -> None:
    for _ in range(times):
        breakers.report(breakers.admit(SHOP), Health.DOWN, "503")


def record(db: Database) -> BreakerRecord:
    found = read_breaker(db, SHOP)
    assert found is not None
    return found


def refused(breakers: Breakers) -> float:
    with pytest.raises(Outage) as outage:
        breakers.admit(SHOP)
    assert outage.value.retry_after is not None
    return outage.value.retry_after


def test_five_failures_in_a_row_open_it_and_a_success_starts_the_count_anew(
    db: Database, clock: Clock
) -> None:
    breakers = steady(db)
    fail(breakers, 4)
    breakers.report(breakers.admit(SHOP), Health.UP)
    fail(breakers, 4)
    assert record(db).state == CLOSED
    fail(breakers)
    assert (record(db).state, refused(breakers)) == (OPEN, 30.0)


def test_an_open_breaker_names_the_service_the_reason_and_the_wait(
    db: Database, clock: Clock
) -> None:
    breakers = steady(db)
    fail(breakers, 5)
    clock.forward(12)
    with pytest.raises(Outage, match=r"shop has been failing since 12:00 UTC.*in 18 s \(503\)"):
        breakers.admit(SHOP)
    assert breakers.admit("another shop").probe is None


def test_it_backs_off_to_five_minutes_and_a_good_probe_closes_it(
    db: Database, clock: Clock
) -> None:
    breakers = steady(db)
    fail(breakers, 5)
    waits = []
    for _ in range(6):
        waits.append(refused(breakers))
        clock.forward(waits[-1])
        fail(breakers)
    assert waits == [30, 60, 120, 240, 300, 300]
    clock.forward(300)
    breakers.report(breakers.admit(SHOP), Health.UP)
    assert (record(db).state, record(db).failures) == (CLOSED, 0)
    fail(breakers, 5)
    assert refused(breakers) == 30


def test_while_one_probes_everybody_else_waits_and_no_old_call_decides(
    db: Database, clock: Clock
) -> None:
    breakers = steady(db)
    early = breakers.admit(SHOP)
    fail(breakers, 5)
    breakers.report(early, Health.UP)
    assert record(db).state == OPEN
    clock.forward(30)
    probe = breakers.admit(SHOP)
    refused(breakers)
    breakers.report(early, Health.DOWN)
    assert record(db).state == HALF_OPEN
    breakers.report(probe, Health.UP)
    assert record(db).state == CLOSED


def test_a_probe_that_never_asked_gives_way_at_once(db: Database, clock: Clock) -> None:
    breakers = steady(db)
    fail(breakers, 5)
    clock.forward(30)
    breakers.report(breakers.admit(SHOP), Health.UNTRIED)
    assert breakers.admit(SHOP).probe is not None


def test_a_prober_that_was_killed_gives_way_at_once(db: Database, clock: Clock) -> None:
    breakers = steady(db)
    fail(breakers, 5)
    clock.forward(30)
    killed(lambda: breakers.admit(SHOP))
    assert record(db).state == HALF_OPEN
    assert breakers.admit(SHOP).probe is not None


def test_of_eight_processes_exactly_one_probes(db: Database, clock: Clock) -> None:
    fail(steady(db), 5)
    clock.forward(31)
    for _ in range(5):
        all_asked = multiprocessing.get_context("fork").Barrier(8)

        def admit(_number: int, all_asked: Barrier = all_asked) -> str | None:
            try:
                return steady(db).admit(SHOP).probe
            except Outage:
                return None
            finally:
                all_asked.wait(60)  # a prober that ends would rightly give way to the next

        probes = [probe for probe in race(8, admit) if probe is not None]
        assert len(probes) == 1
        steady(db).report(Permit(SHOP, probes[0]), Health.DOWN)
        clock.forward(301)


def test_jitter_spreads_the_return(db: Database, clock: Clock) -> None:
    early, late = Breakers(db, chance=lambda: 0.0), Breakers(db, chance=lambda: 1.0)
    fail(early, 5)
    assert refused(early) == pytest.approx(27)
    clock.forward(27)
    late.report(late.admit(SHOP), Health.DOWN)
    assert refused(late) == pytest.approx(66)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_shuts_nobody_out_for_long(
    db: Database, clock: Clock, hours: int
) -> None:
    breakers = steady(db)
    fail(breakers, 5)
    clock.forward(hours * 3600)
    (state,) = service_states(db)
    assert 0 <= state.due_seconds <= 330
    assert 0 <= state.uptime <= 100


def test_uptime_is_the_share_of_time_it_was_not_shut(db: Database, clock: Clock) -> None:
    breakers = steady(db)
    fail(breakers, 5)
    started = clock.now
    clock.forward(30)
    breakers.report(breakers.admit(SHOP), Health.UP)
    clock.forward(90)
    assert uptime(record(db), clock.now) == pytest.approx(75.0)
    assert uptime(record(db), started) == 100.0
    fail(breakers, 5)
    clock.forward(40)
    assert uptime(record(db), clock.now) == pytest.approx(100 * 90 / 160)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("admit"), st.just(0)),
        st.tuples(st.just("report"), st.sampled_from(list(Health))),
        st.tuples(st.just("forward"), st.integers(-3600, 3600)),
    ),
    max_size=30,
)


@given(steps=STEPS)
@hypothesis_settings(max_examples=60, deadline=None)
def test_whatever_happens_at_most_one_probe_is_out_and_uptime_stays_a_share(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object]]
) -> None:
    clock = Clock()
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('breaker') / 'arena.db'}")
    db.migrate()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "utc_now", clock)
        # The lease of a probe may run out when the clock jumps; its owner lives, so it must not
        # be thought dead.
        patch.setattr(breaker, "owner_alive", lambda owner: owner == owner_id())
        breakers = steady(db)
        permits: list[Permit] = []
        waits: list[float] = []
        for kind, value in steps:
            if kind == "forward":
                assert isinstance(value, int)
                clock.forward(value)
            elif kind == "report" and permits:
                assert isinstance(value, Health)
                breakers.report(permits.pop(0), value)
            elif kind == "admit":
                try:
                    permits.append(breakers.admit(SHOP))
                except Outage as outage:
                    waits.append(outage.retry_after or 0.0)
            assert all(0 < wait <= 600 for wait in waits)
            held = [permit.probe for permit in permits]
            row = read_breaker(db, SHOP)
            if row is not None:
                assert (row.state == HALF_OPEN) == (row.probe is not None)
                assert row.probe is None or held.count(row.probe) <= 1
                assert 0 <= uptime(row, clock.now) <= 100
    db.dispose()
