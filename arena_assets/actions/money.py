"""Money as data: amounts as text, so that no reader makes floats of them."""

from __future__ import annotations

from typing import Any

from arena_assets.store.batch_books import BatchBook
from arena_assets.store.budgets import Budget
from arena_assets.store.calls import PaidCall
from arena_assets.store.ledger_entries import Entry, Total

_PRIVATE = {"body", "headers", "owner", "lease_until"}


def call_data(call: PaidCall) -> dict[str, Any]:
    """A call without its body and headers."""
    found = {name: getattr(call, name) for name in call.__slots__ if name not in _PRIVATE}
    return {
        **{
            name: str(value) if name.endswith("_usd") and value is not None else value
            for name, value in found.items()
        },
        "created_at": call.created_at.isoformat(),
        "updated_at": call.updated_at.isoformat(),
    }


def line_data(line: Entry | Total) -> dict[str, Any]:
    """A line of the ledger, or a sum of such lines."""
    found = {name: getattr(line, name) for name in line.__slots__}
    if "at" in found:
        found["at"] = found["at"].isoformat()
    return {name: str(value) if name.endswith("_usd") else value for name, value in found.items()}


def batch_data(book: BatchBook) -> dict[str, Any]:
    """What a batch was reserved and what it cost."""
    return {
        "batch": book.batch_id,
        "sent_at": book.sent_at.isoformat(),
        "calls": book.calls,
        "open": book.open,
        "reserved_usd": str(book.reserved_usd),
        "held_usd": str(book.held_usd),
        "spent_usd": str(book.spent_usd),
    }


def budget_data(budget: Budget) -> dict[str, Any]:
    """A cap with what stands against it."""
    return {
        "scope": budget.scope.value,
        "subject": budget.subject,
        "month": budget.month,
        "cap_usd": None if budget.cap_usd is None else str(budget.cap_usd),
        "spent_usd": str(budget.spent_usd),
        "reserved_usd": str(budget.reserved_usd),
        "left_usd": None if budget.left_usd is None else str(budget.left_usd),
    }
