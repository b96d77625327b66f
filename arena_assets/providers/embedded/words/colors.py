"""The six mana colours in words."""

from __future__ import annotations

from arena_assets.domain.palette import ManaColor
from arena_assets.providers.embedded.words.bank import ColorWords
from arena_assets.providers.embedded.words.colors_cool import COOL
from arena_assets.providers.embedded.words.colors_warm import WARM

COLORS: dict[ManaColor, ColorWords] = {**WARM, **COOL}
