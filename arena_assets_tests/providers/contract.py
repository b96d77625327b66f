"""What every paid provider promises when its service misbehaves, as a table.

After each fault: the right error, the right word about money, and a later run that succeeds with
exactly one payment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pytest

from arena_assets.errors import (
    ArenaError,
    Busy,
    ContentFault,
    Money,
    OutcomeUnknown,
    Refused,
    Transient,
)
from arena_assets_tests.doubles.loopback import Behaviour, Fault, Loopback
from arena_assets_tests.providers.book import Book

After = Literal["resends", "parked", "spoiled", "fine"]


@dataclass(frozen=True, slots=True)
class Case:
    """``after``: the next run sends again; or it is parked until a person says that nothing was
    billed; or it was paid for, and only another take asks again; or nothing was wrong."""

    name: str
    behaviour: Behaviour
    error: type[ArenaError] | None
    money: Money
    after: After
    retry_after: float | None = None


def _status(
    status: int,
    error: type[ArenaError],
    after: After = "resends",
    retry_after: str = "",
    seconds: float | None = None,
) -> Case:
    headers = {"retry-after": retry_after} if retry_after else {}
    money: Money = "unknown" if after == "parked" else "no"
    name = f"status {status}{' ' + retry_after if retry_after else ''}"
    return Case(name, Fault("status", status, headers=headers), error, money, after, seconds)


def _parked(kind: str) -> Case:
    return Case(kind, Fault(kind), OutcomeUnknown, "unknown", "parked")


COMMON: tuple[Case, ...] = (
    _status(400, ContentFault),
    _status(401, Refused),
    _status(402, Refused),
    _status(403, Refused),
    _status(404, Refused),
    _status(413, ContentFault),
    _status(422, ContentFault),
    _status(429, Busy, retry_after="7", seconds=7.0),
    _status(429, Busy, retry_after="999999", seconds=3600.0),
    _status(429, Busy, retry_after="Wed, 21 Oct 2015 07:28:00 GMT", seconds=0.0),
    _status(429, Busy, retry_after="soon"),
    _status(500, OutcomeUnknown, "parked"),
    _status(502, OutcomeUnknown, "parked"),
    _status(503, Transient, retry_after="2", seconds=2.0),
    _status(504, OutcomeUnknown, "parked"),
    _status(529, Transient),
    Case("redirect", Fault("redirect"), Refused, "no", "resends"),
    Case("wrong_mime", Fault("wrong_mime"), None, "no", "fine"),
    *map(
        _parked,
        ("hang", "drop", "reset", "html", "truncated", "torn", "picture", "empty", "drip",
         "endless"),
    ),
)  # fmt: skip
"""The faults that all paid services have in common."""


def name_of(case: Case) -> str:
    return case.name


def prove(case: Case, double: Loopback, book: Book, run: Callable[[int], object]) -> None:
    """Meet the fault, then come back later: the promise of this module. ``run`` is given a take."""
    double.next(case.behaviour)
    if case.error is None:
        run(1)
    else:
        with pytest.raises(case.error) as caught:
            run(1)
        assert type(caught.value) is case.error
        assert caught.value.money == case.money
        assert getattr(caught.value, "retry_after", None) == case.retry_after
        assert book.paid == (case.after == "spoiled")
    assert double.submitted == 1
    if case.after == "spoiled":
        with pytest.raises(ContentFault):
            run(1)
        assert double.submitted == 1, "what was paid for is not bought again by itself"
        run(2)
        assert double.submitted == book.paid == 2
        return
    if case.after == "parked":
        with pytest.raises(OutcomeUnknown):
            run(1)
        assert double.submitted == 1, "what is unknown is never resent by itself"
        book.was_not_billed()
    run(1)
    assert double.submitted == (1 if case.after == "fine" else 2)
    assert book.paid == 1
    run(1)
    assert book.paid == 1
    assert double.submitted <= 2
