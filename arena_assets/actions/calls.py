"""A person says what became of a call to a service: one act for every door."""

from __future__ import annotations

from enum import StrEnum

from arena_assets.domain.money import as_dollars
from arena_assets.errors import UsageFault
from arena_assets.ledger import settling
from arena_assets.store.calls import PaidCall, find_call
from arena_assets.store.database import Database

REASON_MAX = 300


class Outcome(StrEnum):
    """What became of a call."""

    NOT_CHARGED = "not_charged"
    """It never arrived or cost nothing: its money is free, it may be sent again."""
    CHARGED = "charged"
    """It was charged, and its answer is lost."""
    REFUNDED = "refunded"
    """The service gave money back for a call that is settled."""


def settle(
    db: Database, call: str, outcome: Outcome, usd: str | None = None, *, who: str, reason: str = ""
) -> PaidCall:
    """Settle the call whose key begins with ``call``; ``usd`` is an amount as a person types it.

    ``who`` and ``reason`` go into the ledger. Raises :class:`UsageFault` for a missing or unneeded
    amount and for an overlong reason, :class:`NotFound`, and :class:`Refused` when the call is not
    in a state that can be settled so.
    """
    said = _said(who, reason)
    if outcome is Outcome.NOT_CHARGED:
        if usd:
            raise UsageFault("A call that was not charged has no amount", "Leave the amount out")
        return settling.settle_not_charged(db, find_call(db, call).key, said=said)
    if not usd:
        raise UsageFault("No amount is named", "Say how much, in dollars like 0.40")
    amount, key = as_dollars(usd), find_call(db, call).key
    if outcome is Outcome.CHARGED:
        return settling.settle_charged(db, key, amount, said=said)
    return settling.refund(db, key, amount, said=said)


def _said(who: str, reason: str) -> str:
    words = " ".join(reason.split())
    if len(words) > REASON_MAX:
        raise UsageFault(f"The reason has {len(words)} characters", f"Use at most {REASON_MAX}")
    return f"{who}: {words}" if words else who
