"""Settling by a person: what became of a parked call, and money a service gave back.

Whoever settles has looked at the provider's own usage page; the words become part of the ledger.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from arena_assets.domain.money import dollars
from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.ledger.call_journal import in_use, release, spoil, write
from arena_assets.store import events
from arena_assets.store.audit import record
from arena_assets.store.base import usd
from arena_assets.store.budgets import ZERO, EntryKind, move_money
from arena_assets.store.calls import CallState, PaidCall, list_calls, lock_call
from arena_assets.store.database import Database

_OPEN = (CallState.INTENT, CallState.SENT)


def settle_not_charged(db: Database, key: str, *, said: str = "") -> PaidCall:
    """The service never got it, or did not charge it: the money is free, it may be sent again.

    ``said`` is why the person is sure; like theirs of the other acts it goes into the ledger.
    """
    with db.write() as session:
        row = _parked(session, key)
        release(session, row, _with("settled by a person: not charged", said))
        _recorded(session, row, "not charged", said=said)
        _told(session, "call_released", row, _with("not charged", said))
        return _locked(session, key)


def settle_charged(db: Database, key: str, price: Decimal, *, said: str = "") -> PaidCall:
    """The service charged it and its answer is lost: accounted; only another take tries again."""
    price = _amount(price)
    with db.write() as session:
        row = _parked(session, key)
        note = f"settled by a person: {dollars(price)} charged, the answer is lost"
        note = _with(note, said)
        spoil(session, row, price, EntryKind.CHARGE, note)
        _recorded(session, row, "charged", usd=str(price), said=said)
        _told(session, "call_settled", row, note, usd=str(price))
        return _locked(session, key)


def refund(db: Database, key: str, amount: Decimal, *, said: str = "") -> PaidCall:
    """The service gave money back for a call that is settled; at most what the call still costs."""
    amount = _amount(amount)
    with db.write() as session:
        row = _locked(session, key)
        paid = row.price_usd or ZERO
        if row.state not in (CallState.DONE, CallState.SPOILED):
            raise Refused(
                f"The call {key[:16]} is {row.state} and has no price yet",
                "Settle it first with --charged or --not-charged",
            )
        if amount > paid:
            raise Refused(
                f"{dollars(amount)} is more than the {dollars(paid)} the call still costs",
                "Give at most that",
            )
        note = _with("refunded by the provider", said)
        move_money(session, row, EntryKind.REFUND, spent=-amount, note=note)
        write(session, row, replace(row, price_usd=paid - amount))
        _recorded(session, row, "refunded", paid=str(paid), usd=str(amount), said=said)
        _told(session, "call_refunded", row, _with("refunded", said), usd=str(amount))
        return _locked(session, key)


def tidy(db: Database) -> int:
    """End what dead processes left open, and say how many: never sent → released, sent → parked.

    Nothing depends on it: whoever needs such a call next finds out the same way. It is for calls
    that nobody will ask for again, so that their money is not held for ever.
    """
    changed = 0
    for found in list_calls(db, states=_OPEN):
        if in_use(found, own=True):
            continue
        with db.write() as session:
            row = lock_call(session, found.key)
            if row is None or (row.state, row.attempts) != (found.state, found.attempts):
                continue
            if row.state is CallState.INTENT:
                release(session, row, "its process ended before it was sent")
                _told(session, "call_released", row, "never sent")
            else:
                why = "its sender ended without an answer"
                write(session, row, replace(row, state=CallState.UNKNOWN, error=why))
                _told(session, "call_parked", row, why, usd=str(row.reserved_usd))
            changed += 1
    return changed


def _parked(session: Session, key: str) -> PaidCall:
    row = _locked(session, key)
    if row.state is not CallState.UNKNOWN:
        raise Refused(
            f"The call {key[:16]} is {row.state}, not parked",
            "'arena calls --parked' lists those that wait for a person",
        )
    return row


def _locked(session: Session, key: str) -> PaidCall:
    row = lock_call(session, key)
    if row is None:
        raise NotFound(f"There is no call {key[:16]}", "'arena calls' lists those there are")
    return row


def _with(note: str, said: str) -> str:
    return f"{note} ({said})" if said else note


def _amount(amount: Decimal) -> Decimal:
    if not amount.is_finite() or amount < 0:
        raise UsageFault(f"{amount} is no amount of dollars", "Give it like 0.24")
    return usd(amount)


def _recorded(session: Session, row: PaidCall, outcome: str, **amounts: str) -> None:
    record(
        session,
        "call.settle",
        row.key[:16],
        project=row.project,
        was=row.state.value,
        outcome=outcome,
        **amounts,
    )


def _told(session: Session, kind: str, row: PaidCall, why: str, **data: str) -> None:
    events.append(
        session,
        kind,
        request_id=row.request_id,
        arena_id=row.arena_id,
        slot=row.slot,
        data={
            "call": row.key[:16],
            "provider": row.provider,
            "endpoint": row.endpoint,
            "why": why,
            **data,
        },
    )
