"""Fifty workers, money for ten: whatever the order of arrival, ten calls are let through."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert

from arena_assets.domain.calls import Call
from arena_assets.errors import Refused
from arena_assets.ledger.answers import Whole
from arena_assets.ledger.call_journal import CallJournal, Outcome
from arena_assets.store.base import utc_now
from arena_assets.store.budgets import Scope, get_budgets
from arena_assets.store.calls import Purpose
from arena_assets.store.database import Database
from arena_assets.store.ledger_entries import unbalanced
from arena_assets.store.money_tables import BudgetRow
from arena_assets_tests.counting import Counted
from arena_assets_tests.racing import race

PROCESSES, THREADS = 5, 10
WORKERS, FIT = PROCESSES * THREADS, 10
CEILING = Decimal("0.10")
CAP = FIT * CEILING
TRIALS, ROUND = 1000, 25
PATIENCE = 300.0
"""Seconds for a round: fifty workers on a busy machine wait for each other's turns."""


def _call(trial: int, worker: int) -> Call:
    return Call("shop", "shop", "/v1/goods", {"trial": trial, "worker": worker}, 1, CEILING)


def _set_caps(db: Database, trials: range) -> None:
    rows = [
        {
            "kind": Scope.PROJECT.value,
            "subject": f"p{trial}",
            "cap_usd": CAP,
            "updated_at": utc_now(),
        }
        for trial in trials
    ]
    with db.write() as session:
        session.execute(insert(BudgetRow), rows)


def _begin(journal: CallJournal, trial: int, worker: int) -> bool:
    try:
        turn = journal.begin(_call(trial, worker), Purpose(f"p{trial}"))
    except Refused:
        return False
    assert turn.outcome is Outcome.GO
    return True


@contextmanager
def _unsynced(db: Database) -> Iterator[None]:
    """Without waiting for the disk at each commit: what is raced for are locks, not power cuts."""
    from sqlalchemy import event

    def prepare(connection: object, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]

    if db.dialect != "sqlite":
        yield
        return
    event.listen(db.engine, "connect", prepare)
    try:
        yield
    finally:
        db.dispose()


@pytest.mark.faults
def test_fifty_workers_and_a_cap_for_ten(
    db: Database, record_property: Callable[[str, object], None], counted: Counted
) -> None:
    passed: Counter[int] = Counter()
    for start in range(0, TRIALS, ROUND):
        trials = range(start, start + ROUND)
        _set_caps(db, trials)
        line = multiprocessing.get_context("fork").Barrier(WORKERS)

        def work(process: int, trials: range = trials, line: object = line) -> Counter[int]:
            found: Counter[int] = Counter()
            journal = CallJournal(db)

            def worker(thread: int) -> list[int]:
                got = []
                for trial in trials:
                    line.wait(PATIENCE)  # type: ignore[attr-defined]
                    if _begin(journal, trial, process * THREADS + thread):
                        got.append(trial)
                return got

            with _unsynced(db), ThreadPoolExecutor(THREADS) as pool:
                for got in pool.map(worker, range(THREADS)):
                    found.update(got)
            return found

        for found in race(PROCESSES, work, PATIENCE):
            passed.update(found)
    over = {trial: count for trial, count in passed.items() if count > FIT}
    under = [trial for trial in range(TRIALS) if passed[trial] < FIT]
    assert (over, under) == ({}, [])
    assert unbalanced(db) == []
    overspent = sum(
        max(Decimal(0), budget.reserved_usd + budget.spent_usd - CAP)
        for budget in get_budgets(db)
        if budget.scope is Scope.PROJECT
    )
    assert overspent == 0
    record_property(
        "faults",
        f"cap race on {db.dialect:<10} {TRIALS} trials of {WORKERS} workers, cap for {FIT}: "
        f"{sum(passed.values())} let through, overspent ${overspent}",
    )
    counted("trials of fifty workers and a cap for ten", TRIALS)


def test_settled_for_less_makes_room_for_more_and_never_too_much(
    db: Database, tmp_path: Path
) -> None:
    """Workers that settle at once at half the ceiling: twice as many fit, not one more."""
    _set_caps(db, range(1))

    def work(process: int) -> int:
        journal, fitted = CallJournal(db), 0
        for number in range(8):
            try:
                turn = journal.begin(_call(0, process * 100 + number), Purpose("p0"))
            except Refused:
                continue
            row = journal.sent(turn.row)
            whole = Whole(tmp_path / "body", 200, {}, 1, "0" * 64)
            assert journal.done(row, whole, CEILING / 2, None)
            fitted += 1
        return fitted

    fitted = sum(race(6, work))
    (budget,) = [each for each in get_budgets(db, project="p0") if each.scope is Scope.PROJECT]
    assert budget.spent_usd == fitted * CEILING / 2
    assert budget.spent_usd <= CAP
    assert fitted >= FIT
    assert unbalanced(db) == []
