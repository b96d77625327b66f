"""What making single slots again costs, by the same tariff as a quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from arena_assets.domain.money import to_the_cent
from arena_assets.domain.price_table import MUSIC_MINUTE
from arena_assets.domain.quote import Seconds
from arena_assets.domain.quote_costs import FREE, Tariff, Usd
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.services import ELEVENLABS, EMBEDDED
from arena_assets.domain.slots import MUSIC, SlotName
from arena_assets.domain.usage import track_ms, usual_seconds

_TRACKS = {each.slot: each for each in SEQUENCES}


def slots_usd(tariff: Tariff, slots: Iterable[SlotName], seconds: Seconds) -> Usd:
    """Low, expected and high for making these slots, one arena's or several arenas' together.

    Raises UsageFault for a model or service without a price.
    """
    chosen = list(slots)
    found = FREE
    for asset, count in sorted(Counter(slot.asset for slot in chosen).items()):
        provider = tariff.services.of(asset)
        if provider == EMBEDDED:
            continue
        if (asset, provider) == (MUSIC, ELEVENLABS):
            found += _tracks(tariff, [slot for slot in chosen if slot.asset == MUSIC])
            continue
        span = seconds.get((asset, provider)) or usual_seconds(asset, provider)
        found += tariff.stage(asset, count, 1, span)
    return found


def _tracks(tariff: Tariff, slots: Iterable[SlotName]) -> Usd:
    rate = tariff.prices.rate(MUSIC_MINUTE, tariff.day, tariff.services.usd_per_music_minute)
    price = sum((rate.cost_of_ms(track_ms(_TRACKS[slot.name])) for slot in slots), Decimal(0))
    cents = to_the_cent(price)
    return Usd(cents, cents, cents)
