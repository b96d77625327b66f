"""The six mana colours and the twelve themes, and how a batch spreads over their 72 pairs."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class ManaColor(StrEnum):
    CRIMSON = "CRIMSON"
    AZURE = "AZURE"
    VERDANT = "VERDANT"
    OBSIDIAN = "OBSIDIAN"
    RADIANT = "RADIANT"
    AETHER = "AETHER"

    @property
    def rgb(self) -> tuple[float, float, float]:
        """The colour of its light, linear RGB, each 0–1."""
        return _MANA_RGB[self]

    @property
    def mood(self) -> str:
        """One word for what the colour feels like; steers lore and music."""
        return _MANA_MOOD[self]


class Theme(StrEnum):
    ANCIENT_TEMPLE = "ancient_temple"
    CRYSTAL_CAVERN = "crystal_cavern"
    FLOATING_ISLAND = "floating_island"
    UNDERWATER_RUINS = "underwater_ruins"
    VOLCANIC_CRATER = "volcanic_crater"
    FROZEN_TUNDRA = "frozen_tundra"
    MYSTICAL_FOREST = "mystical_forest"
    DESERT_OASIS = "desert_oasis"
    CELESTIAL_OBSERVATORY = "celestial_observatory"
    SHADOW_REALM = "shadow_realm"
    STEAMPUNK_FACTORY = "steampunk_factory"
    ETHEREAL_VOID = "ethereal_void"

    @property
    def words(self) -> str:
        """The theme as a person writes it: ``ancient temple``."""
        return self.value.replace("_", " ")


_MANA_RGB: dict[ManaColor, tuple[float, float, float]] = {
    ManaColor.CRIMSON: (1.0, 0.10, 0.08),
    ManaColor.AZURE: (0.10, 0.45, 1.0),
    ManaColor.VERDANT: (0.15, 1.0, 0.30),
    ManaColor.OBSIDIAN: (0.45, 0.12, 0.85),
    ManaColor.RADIANT: (1.0, 0.78, 0.30),
    ManaColor.AETHER: (0.35, 0.95, 1.0),
}
_MANA_MOOD: dict[ManaColor, str] = {
    ManaColor.CRIMSON: "fierce",
    ManaColor.AZURE: "serene",
    ManaColor.VERDANT: "living",
    ManaColor.OBSIDIAN: "ominous",
    ManaColor.RADIANT: "triumphant",
    ManaColor.AETHER: "dreaming",
}


class Pair(NamedTuple):
    """A mana colour with a theme: the outline of one arena."""

    mana_color: ManaColor
    theme: Theme


_COLORS: tuple[ManaColor, ...] = tuple(ManaColor)
_THEMES: tuple[Theme, ...] = tuple(Theme)
PAIR_COUNT = len(_COLORS) * len(_THEMES)


def pair_at(position: int) -> Pair:
    """The pair at a place of the endless round over all 72.

    Neighbours differ in both colour and theme: step ``n`` takes theme ``n mod 12`` and a colour
    that moves on by one more each time the themes have gone round, so any 72 in a row are all
    different and any 12 in a row show every theme.
    """
    lap, step = divmod(position % PAIR_COUNT, len(_THEMES))
    return Pair(_COLORS[(step + lap) % len(_COLORS)], _THEMES[step])


def allocate(
    count: int,
    start: int,
    *,
    theme: Theme | None = None,
    mana_color: ManaColor | None = None,
    used: Sequence[Pair] = (),
) -> tuple[list[Pair], int]:
    """Pairs for ``count`` arenas, and the position at which the project's next batch goes on.

    ``start`` is where the project's last batch stopped. A pinned theme or colour walks the same
    round and keeps only the pairs that fit; then the pairs in ``used`` (earlier arenas with the
    same pin, oldest first) come last, so that nothing repeats before all fitting pairs were used.
    The project's position moves on only when nothing is pinned.
    """
    if theme is None and mana_color is None:
        return [pair_at(start + n) for n in range(count)], (start + count) % PAIR_COUNT
    fitting = [
        pair
        for pair in map(pair_at, range(start, start + PAIR_COUNT))
        if theme in (None, pair.theme) and mana_color in (None, pair.mana_color)
    ]
    times = dict.fromkeys(fitting, 0)
    for pair in used:
        if pair in times:
            times[pair] += 1
    chosen: list[Pair] = []
    for _ in range(count):
        pick = min(fitting, key=lambda pair: times[pair])
        times[pick] += 1
        chosen.append(pick)
    return chosen, start
