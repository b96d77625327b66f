"""An arena whose lore is made, as far as recipes of music look at it."""

from __future__ import annotations

from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.palette import ManaColor, Pair, Theme
from arena_assets.providers.base import Outline

LORE = FileRef(sha256="a" * 64, size=1, media_type="application/json", suffix=".json")
METADATA = SlotManifest(
    slot="arena_metadata", take=1, key="d" * 64, files={"metadata": LORE}, seconds=0,
    provenance=Provenance(
        recipe="arena_metadata", version="1", provider="p", model="m", inputs={}, params={}
    ),
)  # fmt: skip
OUTLINE = Outline(1, Pair(ManaColor.RADIANT, Theme.FLOATING_ISLAND), "")
