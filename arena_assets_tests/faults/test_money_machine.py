"""Long random histories of money against a model in plain Python."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import event

from arena_assets.domain.calls import Call
from arena_assets.errors import NotFound, Refused
from arena_assets.ledger.answers import Whole
from arena_assets.ledger.call_journal import CallJournal, Outcome
from arena_assets.ledger.settling import refund, settle_charged, settle_not_charged, tidy
from arena_assets.store.budgets import Scope, get_budgets, set_budget
from arena_assets.store.calls import CallState, PaidCall, Purpose, change_call, list_calls
from arena_assets.store.database import Database
from arena_assets.store.ledger_entries import unbalanced
from arena_assets_tests.counting import Counted

PROJECTS = ("cards", "dice")
REQUESTS = (1, 2)
CENTS = st.integers(1, 60).map(lambda cents: Decimal(cents) / 100)
NUMBERS = st.integers(0, 5)
WHOLE = Whole(Path("body"), 200, {}, 1, "0" * 64)
ENDED = "vm-of-nobody:1:1"


@dataclass
class Known:
    """What the model knows of one call."""

    project: str
    request: int
    state: CallState
    reserved: Decimal
    spent: Decimal = Decimal(0)
    row: PaidCall | None = None


class MoneyMachine(RuleBasedStateMachine):
    """Reserve, send, settle, reject, cancel, park, settle by hand, refund, redo, crash, tidy."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(f"sqlite:///{self.folder.name}/arena.db")
        self.db.migrate()
        event.listen(
            self.db.engine, "connect", lambda opened, _: opened.execute("PRAGMA synchronous = OFF")
        )
        self.db.dispose()
        self.journal = CallJournal(self.db)
        self.takes: dict[int, int] = {}
        self.calls: dict[str, Known] = {}
        self.caps: dict[tuple[Scope, str], Decimal] = {}

    def teardown(self) -> None:
        assert unbalanced(self.db) == []
        self.db.dispose()
        self.folder.cleanup()

    def _key(self, number: int, ceiling: Decimal = Decimal(0)) -> Call:
        return Call("shop", "shop", "/v1", {"number": number}, self.takes.get(number, 1), ceiling)

    def _known(self, number: int, *states: CallState) -> Known | None:
        known = self.calls.get(self._key(number).key)
        return known if known is not None and known.state in states else None

    def _used(self, scope: Scope, subject: str) -> tuple[Decimal, Decimal]:
        mine = [
            known
            for known in self.calls.values()
            if scope is Scope.MONTH
            or (scope is Scope.REQUEST and str(known.request) == subject)
            or (scope in (Scope.PROJECT, Scope.PROJECT_MONTH) and known.project == subject)
        ]
        zero = Decimal(0)
        return sum((k.reserved for k in mine), zero), sum((k.spent for k in mine), zero)

    def _fits(self, known: Known | None, project: str, request: int, ceiling: Decimal) -> bool:
        """Whether a ceiling fits under every cap, the call's own reservation given back first."""
        held = Decimal(0)
        if known is not None:
            held, known.reserved = known.reserved, Decimal(0)
        fits = all(
            sum(self._used(scope, subject), ceiling) <= cap
            for (scope, subject), cap in self.caps.items()
            if subject in ("", project, str(request))
        )
        if known is not None:
            known.reserved = held
        return fits

    @rule(number=NUMBERS, ceiling=CENTS, project=st.sampled_from(PROJECTS),
          request=st.sampled_from(REQUESTS))  # fmt: skip
    def reserve(self, number: int, ceiling: Decimal, project: str, request: int) -> None:
        call = self._key(number, ceiling)
        known = self.calls.get(call.key)
        anew = known is None or known.state in (CallState.FAILED, CallState.INTENT)
        fits = self._fits(known, project, request, ceiling)
        try:
            turn = self.journal.begin(call, Purpose(project, request))
        except Refused:
            assert anew
            assert not fits
            return
        if anew:  # an open intent that nobody holds is taken over for its new purpose
            assert fits
            assert turn.outcome is Outcome.GO
            self.calls[call.key] = Known(project, request, CallState.INTENT, ceiling, row=turn.row)
            return
        assert known is not None
        match known.state:
            case CallState.SENT | CallState.UNKNOWN:
                assert turn.outcome is Outcome.RECOVER
                known.state, known.row = CallState.SENT, turn.row
            case CallState.DONE:
                assert turn.outcome is Outcome.REPLAY
            case CallState.SPOILED:
                assert turn.outcome is Outcome.SPOILED

    @rule(number=NUMBERS)
    def send(self, number: int) -> None:
        known = self._known(number, CallState.INTENT)
        if known is not None:
            known.row = self.journal.sent(self._row(known))
            known.state = CallState.SENT

    @rule(number=NUMBERS, price=CENTS)
    def settle(self, number: int, price: Decimal) -> None:
        known = self._known(number, CallState.SENT, CallState.UNKNOWN)
        if known is not None:
            price = min(price, known.reserved)
            assert self.journal.done(self._row(known), WHOLE, price, None)
            known.state, known.reserved, known.spent = CallState.DONE, Decimal(0), price

    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        known = self._known(number, CallState.INTENT, CallState.SENT)
        if known is not None:
            assert self.journal.failed(self._row(known), "not charged")
            known.state, known.reserved = CallState.FAILED, Decimal(0)

    @rule(number=NUMBERS, price=CENTS)
    def reject(self, number: int, price: Decimal) -> None:
        known = self._known(number, CallState.SENT)
        if known is not None:
            price = min(price, known.reserved)
            assert self.journal.spoiled(self._row(known), price, "of no use")
            known.state, known.reserved, known.spent = CallState.SPOILED, Decimal(0), price

    @rule(number=NUMBERS)
    def park(self, number: int) -> None:
        known = self._known(number, CallState.SENT)
        if known is not None:
            assert self.journal.park(self._row(known), "no answer")
            known.state = CallState.UNKNOWN

    @rule(number=NUMBERS, price=CENTS, charged=st.booleans())
    def settle_by_hand(self, number: int, price: Decimal, charged: bool) -> None:
        known = self._known(number, CallState.UNKNOWN)
        if known is None:
            with pytest.raises((Refused, NotFound)):
                settle_not_charged(self.db, self._key(number).key)
            return
        if charged:
            price = min(price, known.reserved)
            settle_charged(self.db, self._row(known).key, price)
            known.state, known.spent = CallState.SPOILED, price
        else:
            settle_not_charged(self.db, self._row(known).key)
            known.state = CallState.FAILED
        known.reserved = Decimal(0)

    @rule(number=NUMBERS, amount=CENTS)
    def refund(self, number: int, amount: Decimal) -> None:
        known = self._known(number, CallState.DONE, CallState.SPOILED)
        if known is None:
            return
        if amount > known.spent:
            with pytest.raises(Refused):
                refund(self.db, self._row(known).key, amount)
            return
        refund(self.db, self._row(known).key, amount)
        known.spent -= amount

    @rule(number=NUMBERS)
    def redo(self, number: int) -> None:
        self.takes[number] = self.takes.get(number, 1) + 1

    @rule(number=NUMBERS)
    def crash(self, number: int) -> None:
        """The holder is gone: its row names a process that does not exist any more."""
        known = self._known(number, CallState.INTENT, CallState.SENT)
        if known is not None:
            row = self._row(known)
            owner = row.owner.rpartition(":")[0] + ":0"
            with self.db.write() as session:
                assert change_call(session, row, owner=owner)
            known.row = replace(row, owner=owner)

    @rule()
    def tidy_up(self) -> None:
        tidy(self.db)
        rows = {row.key: row for row in list_calls(self.db)}
        for key, known in self.calls.items():
            row = rows[key]
            if known.state is CallState.INTENT and row.state is CallState.FAILED:
                known.state, known.reserved = CallState.FAILED, Decimal(0)
            elif known.state is CallState.SENT and row.state is CallState.UNKNOWN:
                known.state = CallState.UNKNOWN

    @rule(scope=st.sampled_from(list(Scope)), more=CENTS)
    def cap(self, scope: Scope, more: Decimal) -> None:
        """A cap with some room above what is used."""
        subject = {Scope.MONTH: "", Scope.REQUEST: "1"}.get(scope, "cards")
        amount = sum(self._used(scope, subject), more)
        set_budget(self.db, scope, subject, amount)
        self.caps[(scope, subject)] = amount

    @invariant()
    def the_database_agrees_and_no_cap_is_passed(self) -> None:
        type(self).steps += 1
        rows = {row.key: row for row in list_calls(self.db)}
        assert rows.keys() == self.calls.keys()
        for key, known in self.calls.items():
            row = rows[key]
            assert (row.state, row.reserved_usd) == (known.state, known.reserved)
            held = row.state in (CallState.INTENT, CallState.SENT, CallState.UNKNOWN)
            assert (row.reserved_usd > 0) == held
        for project, request in zip(PROJECTS, REQUESTS, strict=True):
            for budget in get_budgets(self.db, project=project, request_id=request):
                used = self._used(budget.scope, budget.subject)
                assert (budget.reserved_usd, budget.spent_usd) == used
                assert budget.cap_usd == self.caps.get((budget.scope, budget.subject))
                assert budget.cap_usd is None or sum(used) <= budget.cap_usd

    @staticmethod
    def _row(known: Known) -> PaidCall:
        assert known.row is not None
        return known.row


def _run(examples: int, length: int) -> int:
    before = MoneyMachine.steps
    chosen: dict[str, Any] = {"max_examples": examples, "stateful_step_count": length}
    # Without shrinking: a history that fails is short enough to read, and shrinking takes minutes.
    chosen["phases"] = [Phase.generate]
    run_state_machine_as_test(
        MoneyMachine, settings=hypothesis_settings(deadline=None, derandomize=True, **chosen)
    )
    return MoneyMachine.steps - before


def test_a_short_history_of_money() -> None:
    assert _run(6, 40) >= 200


@pytest.mark.faults
def test_long_histories_of_money(
    record_property: Callable[[str, object], None], counted: Counted
) -> None:
    steps = _run(140, 80)
    assert steps >= 10_000
    record_property(
        "faults", f"random histories of money: {steps:,} steps, every sum as the model's"
    )
    counted("steps of random histories of money", steps)
