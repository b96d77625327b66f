"""A quote in words, and as data for whoever asked."""

from __future__ import annotations

from typing import Any

from arena_assets.actions.eta import span
from arena_assets.domain.money import dollars
from arena_assets.domain.quote import Quote
from arena_assets.domain.quote_costs import Usd
from arena_assets.domain.usage import Span
from arena_assets.store.history import EtaRange


def sentence(quote: Quote) -> str:
    """Price and time in one sentence."""
    seconds = quote.seconds
    time = span(EtaRange(seconds.low, seconds.expected, seconds.high))
    if quote.embedded:
        return f"It costs $0.00: all is made on this machine. It takes {time} once it has begun."
    usd = quote.usd
    price = dollars(usd.expected)
    if usd.low != usd.high:
        price += f" ({dollars(usd.low)} to {dollars(usd.high)})"
    return f"It is expected to cost {price} and takes {time} once it has begun."


def as_data(quote: Quote) -> dict[str, Any]:
    """Amounts as text, so that no reader makes floats of them; minutes as numbers."""
    return {
        "count": quote.count,
        "embedded": quote.embedded,
        "usd": usd_data(quote.usd),
        "minutes": _minutes_data(quote.seconds),
        "stages": [
            {
                "asset": each.asset,
                "stage": each.title,
                "by": each.provider,
                "usd": usd_data(each.usd),
                "minutes": _minutes_data(each.seconds),
                "measured": each.measured,
            }
            for each in quote.stages
        ],
    }


def usd_data(usd: Usd) -> dict[str, str]:
    """Dollars to the cent, as text."""
    return {name: f"{getattr(usd, name):.2f}" for name in ("low", "expected", "high")}


def _minutes_data(seconds: Span) -> dict[str, float]:
    return {name: round(getattr(seconds, name) / 60, 2) for name in ("low", "expected", "high")}
