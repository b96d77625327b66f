"""Dollars as people write them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_MOST = Decimal(1_000_000)


def as_dollars(text: str) -> Decimal:
    """``12.50`` or ``$12.50``; anything that is no amount from 0 to a million is refused."""
    from arena_assets.errors import UsageFault

    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= _MOST:
        raise UsageFault(f"'{text[:40]}' is no amount of dollars", "Write it like 12.50")
    return amount


def as_cap(text: str) -> Decimal | None:
    """A cap; ``none`` takes it away."""
    return None if text.strip().lower() == "none" else as_dollars(text)
