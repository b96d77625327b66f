"""Trying again: only faults that pass and cost nothing, as long as the service asked for."""

from __future__ import annotations

import copy

import pytest

from arena_assets.errors import (
    ArenaError,
    Busy,
    ContentFault,
    Outage,
    OutcomeUnknown,
    Refused,
    Transient,
)
from arena_assets.ledger.retries import Patience, patiently, worth_another_try

HASTY = Patience(attempts=3, first_wait=0.0, longest_wait=2.0, jitter=0.0)


def tries(error: ArenaError) -> int:
    made: list[int] = []

    def work() -> None:
        made.append(1)
        raise error

    with pytest.raises(ArenaError):
        patiently(work, HASTY)
    return len(made)


def test_what_passes_is_tried_as_often_as_patience_allows() -> None:
    assert tries(Transient("It hiccups", "Wait")) == 3


@pytest.mark.parametrize("kind", [Busy, ContentFault, Outage, OutcomeUnknown, Refused])
def test_nothing_else_is_tried_again(kind: type[ArenaError]) -> None:
    assert tries(kind("It says no", "Look")) == 1


@pytest.mark.parametrize("money", ["yes", "unknown"])
def test_what_may_have_cost_money_is_never_tried_again(money: str) -> None:
    assert tries(Transient("It hiccups", "Wait", money=money)) == 1  # type: ignore[arg-type]


def test_the_wait_is_what_the_service_asked_for_with_jitter_on_top() -> None:
    patience = Patience(jitter=0.5)
    asked = Transient("It is full", "Wait", retry_after=7)
    waits = [worth_another_try(asked, patience) for _ in range(50)]
    assert all(7 <= wait <= 7.5 for wait in waits)
    assert len(set(waits)) > 1


def test_a_wait_that_is_too_long_to_hold_a_slot_becomes_busy() -> None:
    def work() -> None:
        raise Transient("It is full", "Wait", retry_after=61)

    with pytest.raises(Busy) as busy:
        patiently(work, HASTY)
    assert busy.value.retry_after == 61


def test_the_wait_survives_the_way_between_processes() -> None:
    sent = Transient("It is full", "Wait", retry_after=7, money="no")
    back = copy.copy(sent)  # by the way a pickle takes
    assert (type(back), str(back), back.retry_after) == (Transient, str(sent), 7)
