"""How ElevenLabs is used: key, model, format, price, patience."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from pydantic import SecretStr

from arena_assets.domain.sequences import Loudness
from arena_assets.errors import UsageFault
from arena_assets.providers.answers import Service, safe_base_url, safe_key

PROVIDER = "elevenlabs"
KEY_SETTING, URL_SETTING = "ARENA_ELEVENLABS_API_KEY", "ARENA_ELEVENLABS_URL"


@dataclass(frozen=True, slots=True)
class ElevenOptions:
    """``output_format`` is one of the service's: ``mp3_48000_192``, or ``pcm_48000`` where the plan
    allows it. ``usd_per_minute`` replaces the price table's rate. ``at_once`` is how many calls the
    account may have in work together. ``read_seconds`` is the longest silence while waiting;
    ``total_seconds`` the longest an answer may take once it has begun; ``loudness`` in LUFS of the
    masters by use."""

    api_key: SecretStr = field(repr=False)
    model: str = "music_v2_5"
    base_url: str = "https://api.elevenlabs.io"
    output_format: str = "mp3_48000_192"
    usd_per_minute: Decimal | None = None
    at_once: int = 2
    connect_seconds: float = 10.0
    read_seconds: float = 300.0
    total_seconds: float = 600.0
    loudness: Loudness = field(default_factory=dict)

    def __post_init__(self) -> None:
        safe_key(self.api_key, KEY_SETTING)
        object.__setattr__(self, "base_url", safe_base_url(self.base_url, URL_SETTING))
        if not re.fullmatch(r"mp3_(44100|48000)_\d{2,3}|pcm_(44100|48000)", self.output_format):
            raise UsageFault(
                f"'{self.output_format[:40]}' is no format for tracks",
                "Use mp3_48000_192, another mp3_44100_… or mp3_48000_…, pcm_44100 or pcm_48000",
            )

    @property
    def service(self) -> Service:
        return Service("ElevenLabs", self.api_key, KEY_SETTING, URL_SETTING)
