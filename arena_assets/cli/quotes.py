"""A quote as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def _amounts(usd: Usd) -> tuple[str, ...]:
    return tuple(f"{each:.2f}" for each in (usd.low, usd.expected, usd.high))


def _minutes(seconds: Span) -> tuple[str, ...]:
    return tuple(f"{each / 60:.1f}" for each in (seconds.low, seconds.expected, seconds.high))
