"""Dollars in words."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, InvalidOperation

from arena_assets.errors import UsageFault

_CENT = Decimal("0.01")
_MOST = Decimal(1_000_000)


def dollars(amount: Decimal) -> str:
    """An amount as a person reads it: ``$12.50``; below a cent with its digits: ``$0.0042``."""
    cents = amount.quantize(_CENT, rounding=ROUND_HALF_UP)
    if cents == amount:
        return f"${cents}"
    shown = f"{amount:.6f}".rstrip("0")
    return f"${shown}" if abs(amount) < 1 else f"${amount.quantize(Decimal('0.0001'))}"


def to_the_cent(amount: Decimal) -> Decimal:
    """An amount rounded up to whole cents."""
    return amount.quantize(_CENT, rounding=ROUND_CEILING)


def as_dollars(text: str) -> Decimal:
    """``12.50`` or ``$12.50``; anything that is no amount from 0 to a million is refused."""
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= _MOST:
        raise UsageFault(f"'{text[:40]}' is no amount of dollars", "Write it like 12.50")
    return amount
