"""A call is reserved, sent once, kept and settled; else it is given back, recovered or parked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from arena_assets.domain.calls import Answer, Found, Sink
from arena_assets.errors import (
    BlobDamaged,
    Busy,
    Cancelled,
    ContentFault,
    DiskFull,
    FolderUnwritable,
    OutcomeUnknown,
    Refused,
)
from arena_assets.ledger import call_journal, heartbeat
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.store import events
from arena_assets.store.base import utc_now
from arena_assets.store.budgets import Scope, get_budgets, set_budget
from arena_assets.store.calls import CallState, change_call
from arena_assets.store.ledger_entries import entries, unbalanced
from arena_assets_tests.ledger.conftest import FOR, Counter
from arena_assets_tests.live import wait_for
from arena_assets_tests.loopback import CEILING, PRICE, goods, order, price, sending
from arena_assets_tests.racing import race

STOPPED = Cancelled("The work was cancelled", "Run it again")


def money(counter: Counter) -> tuple[object, object]:
    """Reserved and spent by the project, after a look that every sum agrees."""
    assert unbalanced(counter.db) == []
    project = next(b for b in get_budgets(counter.db, project="cards") if b.scope is Scope.PROJECT)
    return project.reserved_usd, project.spent_usd


def kinds(counter: Counter) -> list[str]:
    return [event.kind.removeprefix("call_") for event in events.since(counter.db, 0)]


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_is_made_once_and_replayed_for_free(counter: Counter, chunked: bool) -> None:
    call = order(chunked=chunked)
    first = counter.buy(call)
    assert first.answer.body.read_bytes() == goods(call.uuid)
    assert (first.price_usd, first.answer.replayed) == (PRICE, False)
    again = counter.buy(call)
    assert (again.price_usd, again.answer.replayed) == (PRICE, True)
    assert again.answer.headers == first.answer.headers
    assert counter.service.total == 1
    assert money(counter) == (0, PRICE)
    assert kinds(counter) == ["reserved", "sent", "answered", "settled", "replayed"]


def test_another_take_and_another_turn_are_other_calls(counter: Counter) -> None:
    for take in (1, 2):
        counter.buy(order(take=take))
    assert counter.service.total == 2
    assert money(counter) == (0, 2 * PRICE)


def test_what_a_call_was_for_is_in_every_line_of_the_ledger(counter: Counter) -> None:
    counter.buy()
    lines = entries(counter.db)
    assert [(line.kind, line.reserved_usd, line.spent_usd) for line in lines] == [
        ("reserve", CEILING, 0),
        ("settle", -CEILING, PRICE),
    ]
    for line in lines:
        assert (line.project, line.arena_id, line.slot) == ("cards", 7, "music_tracks/main")
        assert (line.provider, line.endpoint, line.model) == ("shop", "/v1/goods", "m1")


def test_no_secret_of_the_headers_is_kept(counter: Counter) -> None:
    found = counter.buy()
    assert found.answer.headers["x-usage"] == "24"
    assert "set-cookie" not in found.answer.headers
    kept = b"".join(path.read_bytes() for path in counter.folder.rglob("*.json"))
    assert b"secret" not in kept


def test_a_cap_refuses_with_what_would_fit_and_nothing_is_sent(counter: Counter) -> None:
    set_budget(counter.db, Scope.PROJECT_MONTH, "cards", Decimal("0.50"))
    counter.buy(order(1))
    with pytest.raises(Refused) as refused:
        counter.buy(order(2))
    assert "project cards for 2" in str(refused.value)
    assert "of $0.50 leaves $0.26: $0.24 is spent and $0.00 reserved" in str(refused.value)
    assert "arena budget --project cards --monthly USD" in str(refused.value)
    assert "arena resume arena-000007" in str(refused.value)
    assert counter.service.total == 1
    set_budget(counter.db, Scope.PROJECT_MONTH, "cards", Decimal("0.54"))
    counter.buy(order(2))
    assert money(counter) == (0, 2 * PRICE)


@pytest.mark.parametrize("status", ["400", "401", "422"])
def test_a_call_that_is_not_charged_gives_its_money_back_and_may_be_made(
    counter: Counter, status: str
) -> None:
    counter.service.faults = [status]
    with pytest.raises((ContentFault, Refused)):
        counter.buy()
    assert (counter.row().state, money(counter)) == (CallState.FAILED, (0, 0))
    counter.buy()
    assert money(counter) == (0, PRICE)


def test_faults_that_pass_are_tried_again_in_place(counter: Counter) -> None:
    counter.service.faults = ["429/0", "429/1"]
    assert counter.buy().price_usd == PRICE
    assert counter.row().attempts == 3
    assert counter.service.total == 1


def test_a_long_wait_is_not_waited_for_here(counter: Counter) -> None:
    counter.service.faults = ["429/60"]
    with pytest.raises(Busy) as busy:
        counter.buy()
    assert busy.value.retry_after == 60
    assert money(counter) == (0, 0)


def test_a_charge_without_goods_is_accounted_and_not_repeated(counter: Counter) -> None:
    counter.service.faults = ["402"]
    for _ in range(2):
        with pytest.raises(ContentFault):
            counter.buy()
    assert counter.row().state is CallState.SPOILED
    assert money(counter) == (0, CEILING)
    counter.buy(order(take=2))


@pytest.mark.parametrize("fault", ["500", "cut", "silent"])
@pytest.mark.parametrize("chunked", [False, True])
def test_an_unknown_outcome_is_parked_with_its_money(
    counter: Counter, fault: str, chunked: bool
) -> None:
    call = order(chunked=chunked)
    counter.service.faults = [fault]
    for _ in range(3):
        with pytest.raises(OutcomeUnknown, match=f"arena settle {call.key[:16]}"):
            counter.buy(call)
    assert counter.service.total == 1
    assert (counter.row(call).state, money(counter)) == (CallState.UNKNOWN, (CEILING, 0))


@pytest.mark.parametrize("fault", ["500", "cut", "silent"])
def test_what_can_be_asked_for_is_recovered_at_once(counter: Counter, fault: str) -> None:
    counter.service.faults = [fault]
    found = counter.buy(recovers=True)
    assert found.answer.body.read_bytes() == goods(order().uuid)
    assert counter.service.total == 1
    assert money(counter) == (0, PRICE)


def test_a_service_that_cannot_be_asked_leaves_the_call_parked_until_it_can(
    counter: Counter,
) -> None:
    counter.service.faults = ["silent"]
    call = order()

    def unreachable(_sink: Sink) -> Found:
        raise ConnectionError("refused")

    with pytest.raises(OutcomeUnknown):
        counter.caller.call(
            call, sending(counter.service.url, call), price, unreachable, purpose=FOR
        )
    assert counter.row().state is CallState.UNKNOWN
    assert counter.buy(recovers=True).price_usd == PRICE
    assert counter.service.total == 1


def test_what_is_still_in_work_there_is_asked_for_again_and_not_parked(counter: Counter) -> None:
    """As a batch is: sent, not answered for hours, found by its key."""
    call = order()

    def send(sink: Sink) -> None:
        sending(counter.service.url, call)(_Deaf())
        raise Busy("The shop is packing", "Ask later", money="unknown", retry_after=60)

    def not_yet(_sink: Sink) -> Found:
        raise Busy("The shop is packing", "Ask later", money="unknown", retry_after=60)

    for _ in range(2):
        with pytest.raises(Busy) as busy:
            counter.caller.call(call, send, price, not_yet, purpose=FOR)
        assert busy.value.retry_after == 60
        assert (counter.row().state, money(counter)) == (CallState.SENT, (CEILING, 0))
    assert counter.buy(recovers=True).price_usd == PRICE
    assert counter.service.total == 1


def test_work_on_a_machine_of_ones_own_is_simply_repeated(counter: Counter) -> None:
    call = order(ceiling=Decimal(0))
    counter.service.faults = ["silent"]
    made = counter.caller.call(
        call, sending(counter.service.url, call), lambda _answer: Decimal(0), purpose=FOR
    )
    assert made.answer.body.read_bytes() == goods(call.uuid)
    assert (counter.service.total, money(counter)) == (2, (0, 0))


def test_an_answer_nobody_can_price_counts_with_all_that_was_reserved(counter: Counter) -> None:
    def puzzled(_answer: Answer) -> Decimal:
        raise ValueError("no usage in it")

    call = order()
    counter.caller.call(call, sending(counter.service.url, call), puzzled, purpose=FOR)
    assert money(counter) == (0, CEILING)
    assert "no usage in it" in (counter.row().error or "")


def test_a_service_that_charges_more_is_believed(counter: Counter) -> None:
    call = order()
    send = sending(counter.service.url, call)
    counter.caller.call(call, send, lambda _answer: Decimal("0.99"), purpose=FOR)
    assert money(counter) == (0, Decimal("0.99"))


def test_a_stop_before_sending_gives_the_money_back(counter: Counter) -> None:
    looks: list[int] = []

    def cancel() -> None:
        looks.append(1)
        if len(looks) == 2:  # the first look comes before the reservation
            raise STOPPED

    with pytest.raises(Cancelled):
        counter.buy(cancel=cancel)
    assert counter.service.total == 0
    assert kinds(counter) == ["reserved", "released"]
    assert money(counter) == (0, 0)


@pytest.mark.parametrize("recovers", [False, True])
def test_a_stop_after_sending_loses_nothing(counter: Counter, recovers: bool) -> None:
    call = order()

    def send(sink: Sink) -> None:
        sending(counter.service.url, call)(_Deaf())
        raise STOPPED

    with pytest.raises(Cancelled):
        counter.caller.call(call, send, price, purpose=FOR)
    assert counter.row().state is CallState.UNKNOWN
    if recovers:
        assert counter.buy(recovers=True).price_usd == PRICE
        assert money(counter) == (0, PRICE)
    else:
        with pytest.raises(OutcomeUnknown):
            counter.buy()
        assert money(counter) == (CEILING, 0)
    assert counter.service.total == 1


class _Deaf:
    """A sink that keeps nothing."""

    def accepted(self, status: int, headers: object) -> None: ...

    def write(self, chunk: bytes) -> None: ...


def test_damaged_bytes_are_not_replayed_and_not_bought_again(counter: Counter) -> None:
    body = counter.buy().answer.body
    body.chmod(0o644)
    body.write_bytes(b"changed")
    with pytest.raises(BlobDamaged, match="arena redo") as damaged:
        counter.buy()
    assert damaged.value.money == "yes"
    assert counter.service.total == 1


def test_a_folder_that_takes_no_file_is_noticed_before_anything_is_sent(
    counter: Counter, tmp_path: Path
) -> None:
    counter.folder.parent.mkdir(exist_ok=True)
    counter.folder.touch()
    with pytest.raises(FolderUnwritable):
        counter.buy()
    assert (counter.service.total, money(counter)) == (0, (0, 0))


def test_a_disk_that_fills_up_while_the_answer_arrives_is_not_taken_for_free(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise DiskFull("The disk is full", "Free some space")

    monkeypatch.setattr("arena_assets.ledger.answers.os.fsync", full)
    with pytest.raises(OutcomeUnknown, match="disk is full"):
        counter.buy()
    assert money(counter) == (CEILING, 0)
    monkeypatch.undo()
    with pytest.raises(OutcomeUnknown):
        counter.buy()
    assert counter.service.total == 1


def test_eight_processes_that_want_one_call_make_it_once(counter: Counter) -> None:
    def buy(_number: int) -> str:
        try:
            return "replayed" if counter.buy().answer.replayed else "made"
        except Busy:
            return "busy"

    outcomes = race(8, buy)
    assert outcomes.count("made") == 1
    assert counter.service.total == 1
    assert counter.buy().answer.replayed
    assert money(counter) == (0, PRICE)


def test_two_threads_that_want_one_call_make_it_once(counter: Counter) -> None:
    caller, call = counter.caller, order()
    inside, go = threading.Event(), threading.Event()

    def slow(sink: Sink) -> None:
        inside.set()
        assert go.wait(20)
        sending(counter.service.url, call)(sink)

    first = threading.Thread(target=lambda: caller.call(call, slow, price, purpose=FOR))
    first.start()
    assert inside.wait(20)
    with pytest.raises(Busy):
        caller.call(call, slow, price, purpose=FOR)
    go.set()
    first.join()
    assert counter.service.total == 1


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_jumps_never_sends_twice(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """A second process meets the call of the first while it is open, an hour off."""
    call = order()

    def meanwhile(_number: int) -> str:
        now = utc_now() + timedelta(hours=hours)
        monkeypatch.setattr(call_journal, "utc_now", lambda: now)
        try:
            counter.buy(call)
        except (Busy, OutcomeUnknown) as error:
            return type(error).__name__
        return "made"

    def send(sink: Sink) -> None:
        assert race(2, meanwhile) == ["Busy", "Busy"]
        sending(counter.service.url, call)(sink)

    counter.caller.call(call, send, price, purpose=FOR)
    assert counter.service.total == 1
    assert money(counter) == (0, PRICE)


def test_a_holder_elsewhere_is_believed_until_its_lease_ends(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, call = CallJournal(counter.db), order()
    turn = journal.begin(call, FOR)
    with counter.db.write() as session:
        change_call(session, turn.row, owner="elsewhere:1:1")
    with pytest.raises(Busy):
        counter.buy(call)
    later = utc_now() + timedelta(seconds=call_journal.LEASE_SECONDS + 1)
    monkeypatch.setattr(call_journal, "utc_now", lambda: later)
    assert counter.buy(call).price_usd == PRICE
    with pytest.raises(Busy):
        journal.sent(turn.row)
    assert money(counter) == (0, PRICE)


def test_a_long_answer_keeps_its_lease(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "LEASE_SECONDS", 0.03)
    call = order()

    def slow(sink: Sink) -> None:
        first = counter.row().lease_until
        wait_for(lambda: counter.row().lease_until > first, "the lease renewed", 20)
        sending(counter.service.url, call)(sink)

    assert counter.caller.call(call, slow, price, purpose=FOR).price_usd == PRICE


def test_a_late_answer_settles_a_parked_call(counter: Counter) -> None:
    call = order()

    def late(sink: Sink) -> None:
        sending(counter.service.url, call)(sink)
        assert CallJournal(counter.db).park(counter.row(), "given up")

    found = counter.caller.call(call, late, price, purpose=FOR)
    assert found.price_usd == PRICE
    assert counter.row().state is CallState.DONE
    assert money(counter) == (0, PRICE)


def _settings() -> list[tuple[str, Callable[[Counter], None]]]:
    return [
        ("cap of request", lambda c: set_budget(c.db, Scope.REQUEST, "3", Decimal("0.1"))),
        (
            "cap of project cards of",
            lambda c: set_budget(c.db, Scope.PROJECT, "cards", CEILING / 2),
        ),
        ("cap of all projects", lambda c: set_budget(c.db, Scope.MONTH, "", Decimal(0))),
    ]


@pytest.mark.parametrize(("named", "cap"), _settings())
def test_every_cap_counts_and_is_named(
    counter: Counter, named: str, cap: Callable[[Counter], None]
) -> None:
    cap(counter)
    with pytest.raises(Refused, match=named):
        counter.buy(purpose=FOR.__class__("cards", 3, 7, None))
    assert counter.service.total == 0
