"""Arithmetic of prices: the most a call can cost, and what its real usage costs.

Every amount is a :class:`~decimal.Decimal` in dollars, rounded up to a millionth, so that a ceiling
never lies below what is settled against it. What has no price is an error, never free.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from arena_assets.domain.manifest import digest
from arena_assets.errors import UsageFault

MICRODOLLAR = Decimal("0.000001")
BATCH_FACTOR = Decimal("0.5")
"""A batch costs half, of every kind of token."""
_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one request, each counted once: ``fresh`` input was neither read nor cached."""

    fresh: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0

    def __post_init__(self) -> None:
        counts = (self.fresh, self.cache_read, self.cache_write_5m, self.cache_write_1h)
        if min(*counts, self.output) < 0:
            raise ValueError("tokens cannot be negative")

    @property
    def prompt(self) -> int:
        """All tokens of the prompt, however they are charged."""
        return self.fresh + self.cache_read + self.cache_write_5m + self.cache_write_1h


@dataclass(frozen=True, slots=True)
class TokenBand:
    """Dollars per million tokens while the whole prompt has at most ``up_to`` tokens."""

    up_to: int
    fresh: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal

    @property
    def dearest_input(self) -> Decimal:
        return max(self.fresh, self.cache_read, self.cache_write_5m, self.cache_write_1h)

    def cost(self, usage: TokenUsage) -> Decimal:
        """Dollars, exact."""
        return (
            usage.fresh * self.fresh
            + usage.cache_read * self.cache_read
            + usage.cache_write_5m * self.cache_write_5m
            + usage.cache_write_1h * self.cache_write_1h
            + usage.output * self.output
        ) / _MILLION


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """What a model charges from a day on; ``bands`` by the prompt's length, shortest first."""

    model: str
    since: date
    bands: tuple[TokenBand, ...]

    def ceiling(self, prompt: int, output: int, *, batch: bool = False) -> Decimal:
        """The most a request can cost with at most so many tokens either way.

        Whether its prompt is cached is up to the service, so each token counts as the dearest kind;
        so does each band that a shorter prompt would fall into.
        """
        band = self._band(prompt)
        bands = self.bands[: self.bands.index(band) + 1]
        dearest = max(
            (min(prompt, each.up_to) * each.dearest_input + output * each.output) / _MILLION
            for each in bands
        )
        return rounded_up(dearest * (BATCH_FACTOR if batch else 1))

    def cost(self, usage: TokenUsage, *, batch: bool = False) -> Decimal:
        """What a request with this usage costs."""
        exact = self._band(usage.prompt).cost(usage)
        return rounded_up(exact * (BATCH_FACTOR if batch else 1))

    def _band(self, prompt: int) -> TokenBand:
        for band in self.bands:
            if prompt <= band.up_to:
                return band
        raise UsageFault(
            f"{self.model} has no known price for a prompt of {prompt} tokens",
            f"Keep prompts at {self.bands[-1].up_to} tokens or less, or add the price to "
            "domain/price_table.py",
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """Dollars per unit from a day on; ``name`` ends with the unit: ``…/minute``, ``…/hour``."""

    name: str
    since: date
    usd: Decimal

    def cost(self, units: Decimal | int) -> Decimal:
        """What so many units cost; the same number is the ceiling when the units are known."""
        if units < 0:
            raise ValueError("units cannot be negative")
        return rounded_up(self.usd * units)

    def cost_of_ms(self, milliseconds: int) -> Decimal:
        """What a length costs at a rate per minute."""
        return self.cost(Decimal(milliseconds) / 60_000)


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Every known price, with the days from which they hold."""

    tokens: tuple[TokenPrice, ...]
    rates: tuple[Rate, ...]

    def model(self, model: str, day: date) -> TokenPrice:
        """What a model charges on a day. Raises UsageFault when that is not known."""
        found = [each for each in self.tokens if each.model == model and each.since <= day]
        if found:
            return max(found, key=lambda each: each.since)
        raise _unknown(model, day, (each.model for each in self.tokens))

    def rate(self, name: str, day: date, override: Decimal | None = None) -> Rate:
        """A rate on a day, or a setting's own in its place. Raises UsageFault when neither is."""
        if override is not None:
            return Rate(name, day, override)
        found = [each for each in self.rates if each.name == name and each.since <= day]
        if found:
            return max(found, key=lambda each: each.since)
        raise _unknown(name, day, (each.name for each in self.rates))

    def version(self, day: date) -> str:
        """A hash of what holds on a day: it changes exactly when some price does."""
        models = {each.model for each in self.tokens if each.since <= day}
        names = {each.name for each in self.rates if each.since <= day}
        held = {name: repr(self.model(name, day).bands) for name in models}
        return digest(held | {name: str(self.rate(name, day).usd) for name in names})


def rounded_up(usd: Decimal) -> Decimal:
    """Dollars to the next millionth."""
    return usd.quantize(MICRODOLLAR, rounding=ROUND_CEILING)


def _unknown(name: str, day: date, known: Iterable[str]) -> UsageFault:
    choices = ", ".join(sorted(set(known)))
    return UsageFault(
        f"There is no price for {name[:60]!r} on {day.isoformat()}",
        f"Choose one of {choices}, or add its price to domain/price_table.py",
    )
