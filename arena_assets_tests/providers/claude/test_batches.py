"""Batches: half the price, one submit for many arenas, and every call found again by its key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from arena_assets.domain.calls import Call
from arena_assets.domain.palette import pair_at
from arena_assets.domain.price_table import PRICES
from arena_assets.errors import ArenaError, Busy, ContentFault, OutcomeUnknown, Refused, UsageFault
from arena_assets.providers.base import Outline
from arena_assets.providers.claude.ask import message_call
from arena_assets.providers.claude.batches import Batches
from arena_assets.providers.claude.reply import read_reply
from arena_assets_tests.doubles.claude import ClaudeDouble
from arena_assets_tests.doubles.loopback import Fault, Said
from arena_assets_tests.providers.claude.conftest import OUTLINE, TODAY, Desk, lore_of

OUTLINES = tuple(Outline(number + 1, pair_at(number), "with a bridge") for number in range(5))


def _calls(desk: Desk) -> list[Call]:
    """The calls of several arenas, as a sensor gathers them: asked for and not made."""
    lore = desk.maker(economy=True)
    return [lore.first_call(outline, take=1) for outline in OUTLINES]


def _run(desk: Desk, outline: Outline = OUTLINE, take: int = 1) -> Path:
    run = desk.run(desk.recipe(outline, take=take, economy=True))
    return run.produced.files["metadata"]


def test_an_arena_alone_is_a_batch_of_one_at_half_price(desk: Desk) -> None:
    _run(desk)
    (row,) = desk.book.rows.values()
    assert desk.double.submitted == 1
    assert desk.double.batches["msgbatch_0001"][0]["custom_id"] == row.call.key
    tokens = read_reply(desk.book.body(row.call.key)).tokens
    full = PRICES.model("claude-sonnet-5-5", TODAY).cost(tokens)
    assert 0 <= 2 * row.cost - full <= Decimal("0.000002")
    direct = message_call(
        desk.options(), PRICES.model("claude-sonnet-5-5", TODAY), dict(row.call.body), take=1
    )
    assert 0 <= 2 * row.call.ceiling_usd - direct.ceiling_usd <= Decimal("0.000002")


def test_one_batch_serves_many_arenas_and_each_takes_its_line(desk: Desk) -> None:
    calls = _calls(desk)
    for call in calls:
        desk.book.mark_sent(call)
    batch = Batches(desk.options()).submit(calls)
    assert batch.ended
    names = {lore_of(desk.run(desk.recipe(each, economy=True))).name for each in OUTLINES}
    assert len(names) == len(OUTLINES)
    assert desk.double.submitted == 1
    assert desk.book.paid == len(OUTLINES)


def test_while_a_batch_is_worked_on_its_arenas_wait_and_nothing_is_sent_again(desk: Desk) -> None:
    desk.double.batches_end = False
    for _ in range(3):
        with pytest.raises(Busy, match="still working") as caught:
            _run(desk)
        assert caught.value.money == "unknown"
        assert caught.value.retry_after
    assert desk.double.submitted == 1
    desk.double.end_batches()
    _run(desk)
    assert desk.double.submitted == desk.book.paid == 1


@pytest.mark.parametrize("kind", ["drop", "truncated", "reset", "html"])
def test_a_batch_whose_creation_went_unheard_is_found_again(desk: Desk, kind: str) -> None:
    """The service has it, or it has not: either way it is paid once."""
    desk.double.next(Fault(kind))
    with pytest.raises(OutcomeUnknown):
        _run(desk)
    _run(desk)
    made = len(desk.double.batches)
    assert made == 1
    assert desk.double.submitted == (1 if kind in ("truncated", "reset") else 2)
    assert desk.book.paid == 1


@pytest.mark.parametrize(
    ("status", "error"), [(400, ContentFault), (401, Refused), (429, Busy), (402, Refused)]
)
def test_a_refused_creation_costs_nothing(desk: Desk, status: int, error: type[ArenaError]) -> None:
    desk.double.next(Fault("status", status))
    with pytest.raises(error) as caught:
        _run(desk)
    assert caught.value.money == "no"
    assert not desk.book.rows
    _run(desk)
    assert desk.book.paid == 1


@pytest.mark.parametrize("outcome", ["expired", "canceled", "errored"])
def test_a_line_that_was_not_answered_is_not_billed_and_sent_anew(desk: Desk, outcome: str) -> None:
    call = desk.maker(economy=True).first_call(OUTLINE, take=1)
    error = {"type": "error", "request_id": "r",
             "error": {"type": "invalid_request_error", "message": "no"}}  # fmt: skip
    desk.double.outcomes[call.key] = {"type": outcome} | (
        {"error": error} if outcome == "errored" else {}
    )
    with pytest.raises(ContentFault) as caught:
        _run(desk)
    assert caught.value.money == "no"
    desk.book.mark_sent(call)
    desk.double.outcomes.clear()
    _run(desk)
    assert desk.book.paid == 1


def test_an_unanswered_line_of_a_larger_batch_makes_room_for_a_new_one(desk: Desk) -> None:
    calls = _calls(desk)
    for call in calls:
        desk.book.mark_sent(call)
    Batches(desk.options()).submit(calls)
    desk.double.outcomes[calls[0].key] = {"type": "expired"}
    original = desk.double.batches["msgbatch_0001"]
    with pytest.raises(ContentFault):
        _run(desk, OUTLINES[0])
    desk.double.outcomes.clear()
    desk.double.batches["msgbatch_0001"] = original[1:]
    _run(desk, OUTLINES[0])
    assert desk.double.batches["msgbatch_0001"] == original[1:]
    assert desk.book.paid == 1


def test_batches_from_before_a_call_are_not_searched(desk: Desk) -> None:
    calls = _calls(desk)
    batches = Batches(desk.options())
    batches.submit(calls)
    sink = desk.book_run().sink_for(calls[0])
    later = datetime(2026, 11, 20, 10, 0, 1, tzinfo=UTC)
    assert batches.recover(calls[0], since=later)(sink) == "nothing"
    assert batches.recover(calls[0], since=later - timedelta(seconds=2))(sink) == "answer"


def test_a_batch_has_a_size(desk: Desk) -> None:
    with pytest.raises(UsageFault, match="0 requests"):
        Batches(desk.options()).submit([])


def test_the_state_of_a_batch_is_told(desk: Desk, double: ClaudeDouble) -> None:
    double.batches_end = False
    batches = Batches(desk.options())
    made = batches.submit(_calls(desk))
    assert (made.ended, made.counts["processing"]) == (False, 5)
    double.end_batches()
    assert batches.state(made.id).counts["succeeded"] == 5


def test_a_list_that_is_no_list_settles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.double.next(Fault("drop"))
    with pytest.raises(OutcomeUnknown):
        _run(desk)
    with monkeypatch.context() as patch:
        patch.setattr(desk.double, "answer", lambda _: Said(200, b"<html>", "text/html"))
        with pytest.raises(OutcomeUnknown):
            _run(desk)
    assert desk.double.submitted == 1
    _run(desk)
    assert desk.book.paid == 1


def test_a_request_that_expired_once_is_not_sent_a_third_time_while_its_second_is_worked_on(
    desk: Desk,
) -> None:
    call = desk.maker(economy=True).first_call(OUTLINE, take=1)
    batches = Batches(desk.options())
    batches.submit([call])
    desk.double.outcomes[call.key] = {"type": "expired"}
    desk.double.batches_end = False
    batches.submit([call])
    sink = desk.book_run().sink_for(call)
    with pytest.raises(Busy):
        batches.recover(call)(sink)
    desk.double.end_batches()
    assert batches.recover(call)(sink) == "nothing"
    desk.double.outcomes.clear()
    assert batches.recover(call)(sink) == "answer"
