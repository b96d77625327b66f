"""Caps as people write them."""

from __future__ import annotations

from decimal import Decimal

from arena_assets.domain.money import as_dollars


def as_cap(text: str) -> Decimal | None:
    """A cap; ``none`` takes it away."""
    return None if text.strip().lower() == "none" else as_dollars(text)
