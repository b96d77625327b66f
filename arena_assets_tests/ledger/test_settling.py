"""What a person says about a parked call becomes part of the ledger."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from arena_assets.errors import ContentFault, OutcomeUnknown, Refused, UsageFault
from arena_assets.ledger.answers import AnswerFolder
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.ledger.settling import refund, settle_charged, settle_not_charged, tidy
from arena_assets.store.calls import CallState, find_call, kept_answers
from arena_assets.store.ledger_entries import entries, totals
from arena_assets_tests.ledger.conftest import FOR, Counter
from arena_assets_tests.ledger.test_calls import money
from arena_assets_tests.loopback import CEILING, PRICE, order
from arena_assets_tests.racing import killed, race


def park(counter: Counter) -> str:
    counter.service.faults = ["silent"]
    with pytest.raises(OutcomeUnknown):
        counter.buy()
    return order().key


def test_not_charged_frees_the_money_and_lets_it_be_sent(counter: Counter) -> None:
    key = park(counter)
    assert settle_not_charged(counter.db, key).state is CallState.FAILED
    assert money(counter) == (0, 0)
    assert counter.buy().price_usd == PRICE


def test_charged_is_accounted_and_never_sent_again(counter: Counter) -> None:
    settle_charged(counter.db, park(counter), Decimal("0.21"))
    assert money(counter) == (0, Decimal("0.21"))
    with pytest.raises(ContentFault, match=r"charged \$0.21"):
        counter.buy()
    assert counter.service.total == 1
    assert [line.kind for line in entries(counter.db)] == ["reserve", "charge"]


def test_a_refund_is_its_own_line_and_no_more_than_was_paid(counter: Counter) -> None:
    counter.buy()
    key = order().key
    refund(counter.db, key, Decimal("0.10"))
    assert money(counter) == (0, PRICE - Decimal("0.10"))
    with pytest.raises(Refused, match="more than"):
        refund(counter.db, key, PRICE)
    (total,) = totals(counter.db, project="cards")
    assert (total.calls, total.spent_usd) == (1, Decimal("0.14"))


def test_only_a_parked_call_is_settled_and_of_two_people_one(counter: Counter) -> None:
    counter.buy()
    with pytest.raises(Refused, match="is done, not parked"):
        settle_charged(counter.db, order().key, PRICE)
    call = order(2)
    counter.service.faults = ["silent"]
    with pytest.raises(OutcomeUnknown):
        counter.buy(call)

    def settle(number: int) -> bool:
        try:
            settle_charged(counter.db, call.key, PRICE)
        except Refused:
            return False
        return True

    assert sum(race(6, settle)) == 1
    assert money(counter) == (0, 2 * PRICE)


@pytest.mark.parametrize("sent", [False, True])
def test_what_dead_processes_left_is_tidied(counter: Counter, sent: bool) -> None:
    journal = CallJournal(counter.db)

    def leave() -> None:
        turn = journal.begin(order(), FOR)
        if sent:
            journal.sent(turn.row)

    killed(leave)
    assert money(counter) == (CEILING, 0)
    assert (tidy(counter.db), tidy(counter.db)) == (1, 0)
    assert counter.row().state is (CallState.UNKNOWN if sent else CallState.FAILED)
    assert money(counter) == (CEILING if sent else 0, 0)


def test_work_under_way_is_not_tidied(counter: Counter) -> None:
    CallJournal(counter.db).begin(order(), FOR)
    assert tidy(counter.db) == 0
    assert sum(race(1, lambda _number: tidy(counter.db))) == 0


def test_a_call_is_found_by_the_beginning_of_its_key(counter: Counter) -> None:
    counter.buy()
    assert find_call(counter.db, order().key[:8].upper()).key == order().key
    for wrong in ("abc", "%%%%%%", "ffffffffffff"):
        with pytest.raises(UsageFault):
            find_call(counter.db, wrong)


@pytest.mark.parametrize("amount", ["NaN", "-1", "Infinity"])
def test_an_amount_that_is_none_is_refused(counter: Counter, amount: str) -> None:
    key = park(counter)
    with pytest.raises(UsageFault):
        settle_charged(counter.db, key, Decimal(amount))


def test_the_ledger_cannot_be_rewritten(counter: Counter) -> None:
    counter.buy()

    def change(statement: str) -> None:
        with counter.db.write() as session:
            session.execute(text(statement))

    for statement in ("UPDATE ledger_entries SET spent_usd = 0", "DELETE FROM ledger_entries"):
        with pytest.raises(DBAPIError, match="append-only"):
            change(statement)
    assert money(counter) == (0, PRICE)


def test_housekeeping_keeps_every_answer_that_a_call_refers_to(counter: Counter) -> None:
    counter.buy()
    park_call = order(2)
    counter.service.faults = ["cut", "400"]
    with pytest.raises(OutcomeUnknown):
        counter.buy(park_call)
    with pytest.raises(ContentFault):
        counter.buy(order(3))
    stray = counter.folder / "ff" / ("f" * 64 + "-1.part")
    stray.parent.mkdir()
    stray.touch()
    folder = AnswerFolder(counter.folder)
    assert folder.leftovers(kept_answers(counter.db), older_than=-60) == [stray]
    assert folder.leftovers(kept_answers(counter.db), older_than=60) == []
