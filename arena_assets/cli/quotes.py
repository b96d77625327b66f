"""A quote as a person reads it, and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from arena_assets.domain.quote import Quote
    from arena_assets.domain.quote_costs import Usd
    from arena_assets.domain.usage import Span

_COLUMNS = ("stage", "by", "$ low", "$ expected", "$ high", "minutes low", "expected", "high")


def table(quote: Quote) -> Table:
    """Dollars and minutes per stage, and their totals."""
    from rich.table import Table

    found = Table(box=None, pad_edge=False)
    for column in _COLUMNS:
        found.add_column(
            column, no_wrap=True, justify="left" if column in ("stage", "by") else "right"
        )
    found.add_column("times", no_wrap=True)
    for each in quote.stages:
        told = "measured here" if each.measured else "assumed"
        found.add_row(each.title, each.provider, *_amounts(each.usd), *_minutes(each.seconds), told)
    together = "" if quote.one_at_a_time else "stages overlap"
    found.add_section()
    found.add_row("total", "", *_amounts(quote.usd), *_minutes(quote.seconds), together)
    return found


def sentence(quote: Quote) -> str:
    """Price and time in one sentence."""
    from arena_assets.cli.eta import span
    from arena_assets.domain.money import dollars
    from arena_assets.store.history import EtaRange

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
        "usd": _usd_data(quote.usd),
        "minutes": _minutes_data(quote.seconds),
        "stages": [
            {
                "asset": each.asset,
                "stage": each.title,
                "by": each.provider,
                "usd": _usd_data(each.usd),
                "minutes": _minutes_data(each.seconds),
                "measured": each.measured,
            }
            for each in quote.stages
        ],
    }


def _amounts(usd: Usd) -> tuple[str, ...]:
    return tuple(f"{each:.2f}" for each in (usd.low, usd.expected, usd.high))


def _usd_data(usd: Usd) -> dict[str, str]:
    return dict(zip(("low", "expected", "high"), _amounts(usd), strict=True))


def _minutes(seconds: Span) -> tuple[str, ...]:
    return tuple(f"{each / 60:.1f}" for each in (seconds.low, seconds.expected, seconds.high))


def _minutes_data(seconds: Span) -> dict[str, float]:
    return {name: round(getattr(seconds, name) / 60, 2) for name in ("low", "expected", "high")}
