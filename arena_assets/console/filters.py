"""How templates write amounts: dollars, bytes, times. The same words as the command line's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from arena_assets.domain.durations import duration
from arena_assets.domain.money import dollars

_TICKS = re.compile(r"`+([^`]+)`+")


def usd(amount: Decimal | float | str | None) -> str:
    """``$1.50``; a dash where there is no amount."""
    return "—" if amount is None else dollars(Decimal(str(amount)))


def size(count: int) -> str:
    """Bytes as a person reads them: ``21.3 MB``."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000)) if count else 0} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.2f} GB"


def ago(time: datetime) -> str:
    """``just now``, ``5 min ago``, ``3 h ago``, ``2 d ago``, then the date."""
    seconds = (datetime.now(UTC) - time).total_seconds()
    if seconds < 45:
        return "just now"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min ago"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.0f} h ago"
    return f"{seconds / 86400:.0f} d ago" if seconds < 14 * 86400 else f"{time:%Y-%m-%d}"


def words(text: object) -> str:
    """A name of the code as words: ``image_set`` → ``image set``."""
    return str(text).replace("_", " ")


def fact(value: object) -> str:
    """A measurement: numbers short, yes and no for truth."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else "—" if value is None else str(value)


def coded(text: str) -> Markup:
    """Text with what stands between backticks set as code."""
    return Markup(_TICKS.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


FILTERS: dict[str, Callable[..., Any]] = {
    "usd": usd,
    "size": size,
    "duration": duration,
    "ago": ago,
    "words": words,
    "fact": fact,
    "coded": coded,
}
