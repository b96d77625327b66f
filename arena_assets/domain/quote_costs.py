"""What a batch's calls cost, stage by stage: low, expected, high, in whole cents, rounded up.

low
    Claude's prompt is cached already and answers are short; the GPU is as quick as it ever is.
expected
    The batch's first arena writes Claude's cache and the others read it; answers are usual.
high
    No arena finds Claude's cache, each draft is as long as allowed and sent back once; a slow GPU.

A track is charged by the length asked for, so music has one price.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from arena_assets.domain.money import to_the_cent
from arena_assets.domain.price_table import GPU_HOUR, MUSIC_MINUTE, PRICES
from arena_assets.domain.prices import PriceTable, TokenUsage
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.services import CLAUDE, COMFYUI, ELEVENLABS, EMBEDDED, Services
from arena_assets.domain.slots import METADATA, MUSIC
from arena_assets.domain.usage import (
    LEAST_LORE,
    MOST_LORE,
    USUAL_LORE,
    LoreTokens,
    Span,
    track_ms,
)
from arena_assets.errors import UsageFault

ZERO = Decimal(0)
_HOUR = Decimal(3600)


@dataclass(frozen=True, slots=True)
class Usd:
    """Dollars: the least, what is expected, the most; each at least the one before."""

    low: Decimal = ZERO
    expected: Decimal = ZERO
    high: Decimal = ZERO

    def __add__(self, other: Usd) -> Usd:
        return Usd(self.low + other.low, self.expected + other.expected, self.high + other.high)


FREE = Usd()


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of a day, and who is paid them."""

    services: Services
    day: date
    prices: PriceTable = PRICES

    def stage(self, asset: str, arenas: int, slots: int, seconds: Span) -> Usd:
        """What an asset of so many arenas costs, when one of its slots takes so long.

        Raises UsageFault for a model or a service without a price: nothing is taken to be free.
        """
        provider = self.services.of(asset)
        if provider == EMBEDDED or not arenas:
            return FREE
        if (asset, provider) == (METADATA, CLAUDE):
            found = self._lore(arenas)
        elif (asset, provider) == (MUSIC, ELEVENLABS):
            found = self._music(arenas)
        elif provider == COMFYUI:
            found = self._gpu(arenas * slots, seconds)
        else:
            raise UsageFault(
                f"There is no price for {asset} made by {provider[:40]!r}",
                "Choose another service, or the embedded studio",
            )
        return Usd(*map(to_the_cent, (found.low, found.expected, found.high)))

    def _lore(self, arenas: int) -> Usd:
        return Usd(
            arenas * self._first_turn(LEAST_LORE, LEAST_LORE.answer),
            self._first_turn(USUAL_LORE, USUAL_LORE.answer, cached=False)
            + (arenas - 1) * self._first_turn(USUAL_LORE, USUAL_LORE.answer),
            arenas * self._two_turns(),
        )

    def _first_turn(self, tokens: LoreTokens, answer: int, *, cached: bool = True) -> Decimal:
        return self._tokens(
            TokenUsage(
                fresh=tokens.request,
                cache_read=tokens.system if cached else 0,
                cache_write_1h=0 if cached else tokens.system,
                output=answer,
            ),
            batch=self.services.economy,
        )

    def _two_turns(self) -> Decimal:
        """A repair is never part of a batch."""
        longest = max(self.services.max_tokens, USUAL_LORE.answer)
        second = TokenUsage(
            fresh=MOST_LORE.request + MOST_LORE.repair,
            cache_write_1h=MOST_LORE.system,
            output=longest,
        )
        first = self._first_turn(MOST_LORE, longest, cached=False)
        return first + self._tokens(second, batch=False)

    def _tokens(self, usage: TokenUsage, *, batch: bool) -> Decimal:
        price = self.prices.model(self.services.claude_model, self.day)
        return price.cost(usage, batch=batch)

    def _music(self, arenas: int) -> Usd:
        rate = self.prices.rate(MUSIC_MINUTE, self.day, self.services.usd_per_music_minute)
        # Each track is a call of its own, charged to the millionth.
        price = arenas * sum((rate.cost_of_ms(track_ms(each)) for each in SEQUENCES), ZERO)
        return Usd(price, price, price)

    def _gpu(self, jobs: int, seconds: Span) -> Usd:
        rate = self.prices.rate(GPU_HOUR, self.day, self.services.usd_per_gpu_hour)
        return Usd(
            *(
                rate.cost(jobs * Decimal(str(each)) / _HOUR)
                for each in (seconds.low, seconds.expected, seconds.high)
            )
        )
