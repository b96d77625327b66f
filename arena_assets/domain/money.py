"""Dollars in words."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


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
