"""What services charge, by the date from which they charge it. A correction is a new row.

Claude: dollars per million tokens, from Anthropic's model pages and the price lists of two cost
trackers that follow them (November 2026). ElevenLabs publishes no price per minute of music that we
could verify: the rates are what resellers ask, and settings override them with the account's own.
A machine of one's own costs nothing until its hourly rate is set.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from arena_assets.domain.prices import PriceTable, Rate, TokenBand, TokenPrice


def _band(up_to: int, *dollars: str) -> TokenBand:
    """``dollars``: input, output, cache read, cache write for 5 minutes, for an hour."""
    return TokenBand(up_to, *map(Decimal, dollars))


_CONTEXT = 1_000_000
_CLAUDE = (
    TokenPrice(
        model="claude-haiku-5-5",
        since=date(2026, 10, 7),
        bands=(
            _band(100_000, ".10", ".50", ".01", ".125", ".20"),
            _band(_CONTEXT, ".50", "2.50", ".05", ".625", "1"),
        ),
    ),
    TokenPrice(
        model="claude-sonnet-5-5",
        since=date(2026, 9, 28),
        bands=(_band(_CONTEXT, "2", "10", ".20", "2.50", "4"),),
    ),
    TokenPrice(
        model="claude-sonnet-5-5",
        since=date(2026, 10, 7),
        bands=(_band(_CONTEXT, "2", "10", ".10", "2.50", "4"),),
    ),
    TokenPrice(
        model="claude-opus-5-5",
        since=date(2026, 10, 7),
        bands=(_band(_CONTEXT, "4", "20", ".20", "5", "8"),),
    ),
)

MUSIC_MINUTE = "elevenlabs/music/minute"
SOUND_MINUTE = "elevenlabs/sound-generation/minute"
GPU_HOUR = "comfyui/gpu/hour"

PRICES = PriceTable(
    tokens=_CLAUDE,
    rates=(
        Rate(MUSIC_MINUTE, date(2026, 9, 1), Decimal("0.69")),
        Rate(SOUND_MINUTE, date(2026, 9, 1), Decimal("0.69")),
        Rate(GPU_HOUR, date(2026, 1, 1), Decimal(0)),
    ),
)
"""The table everything is priced from."""
