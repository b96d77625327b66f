"""The fixed table of materials: what every mesh of a stage is made of.

Geometry names a material by :class:`MaterialName`; the renderer and the glTF export look it up in
:data:`~arena_assets.scene.material_table.MATERIALS`. Stone without ``_blocks`` is carved from one
piece (columns, arches, statues); with ``_blocks`` it is coursed masonry and fits plain walls.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from arena_assets.scene.model import counter_light

Rgb = tuple[float, float, float]

_BLACK: Rgb = (0.0, 0.0, 0.0)


class MaterialName(StrEnum):
    """Every material there is. A plain string of the same spelling works as well."""

    SANDSTONE = "sandstone"
    SANDSTONE_BLOCKS = "sandstone_blocks"
    MARBLE = "marble"
    MARBLE_BLOCKS = "marble_blocks"
    SLATE = "slate"
    SLATE_BLOCKS = "slate_blocks"
    BASALT = "basalt"
    BASALT_BLOCKS = "basalt_blocks"
    OBSIDIAN = "obsidian"
    PAVING = "paving"
    PAVING_DARK = "paving_dark"
    MOSAIC = "mosaic"
    GROUT = "grout"
    CAVE_ROCK = "cave_rock"
    VOID_ROCK = "void_rock"
    CLIFF = "cliff"
    VOLCANIC_GROUND = "volcanic_ground"
    CORAL_ROCK = "coral_rock"
    WET_STONE = "wet_stone"
    SOOT_BRICK = "soot_brick"
    ICE = "ice"
    SNOW = "snow"
    SAND = "sand"
    SEABED = "seabed"
    EARTH = "earth"
    GRASS = "grass"
    FOREST_FLOOR = "forest_floor"
    PLANKS = "planks"
    BARK = "bark"
    BRONZE = "bronze"
    IRON = "iron"
    IRON_PLATE = "iron_plate"
    BRASS = "brass"
    COPPER = "copper"
    PATINA = "patina"
    GOLD_INLAY = "gold_inlay"
    LEAF = "leaf"
    DARK_LEAF = "dark_leaf"
    SNOWY_LEAF = "snowy_leaf"
    PALM_LEAF = "palm_leaf"
    AUTUMN_LEAF = "autumn_leaf"
    GRASS_BLADE = "grass_blade"
    MOSS = "moss"
    KELP = "kelp"
    CORAL = "coral"
    PALE_CORAL = "pale_coral"
    MUSHROOM = "mushroom"
    MUSHROOM_STEM = "mushroom_stem"
    BONE = "bone"
    WATER = "water"
    DEEP_WATER = "deep_water"
    LAVA = "lava"
    GLASS = "glass"
    LIT_GLASS = "lit_glass"
    FLAME = "flame"
    MANA = "mana"
    MANA_CRYSTAL = "mana_crystal"
    DIM_CRYSTAL = "dim_crystal"
    PLAIN_CRYSTAL = "plain_crystal"
    ICE_CRYSTAL = "ice_crystal"
    CLOTH = "cloth"


class Texture(StrEnum):
    """A procedural pattern: albedo, roughness, height and veins, tileable."""

    CARVED = "carved"
    BLOCKS = "blocks"
    VEINED = "veined"
    VEINED_BLOCKS = "veined_blocks"
    FLAGSTONES = "flagstones"
    TESSERAE = "tesserae"
    ROCK = "rock"
    CRACKED = "cracked"
    POROUS = "porous"
    BRICKS = "bricks"
    FROST = "frost"
    DRIFTS = "drifts"
    RIPPLES = "ripples"
    TURF = "turf"
    LITTER = "litter"
    BOARDS = "boards"
    BARK = "bark"
    BRUSHED = "brushed"
    PLATES = "plates"
    PATINA = "patina"
    FOLIAGE = "foliage"
    CRUST = "crust"
    WAVES = "waves"
    WEAVE = "weave"
    GROUND = "ground"


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface takes light. Colours are linear RGB.

    ``base`` and ``second`` are the two colours the texture runs between; ``accent`` is what lies
    in joints, veins or patches. ``mana_base`` and ``mana_emission`` say how much of the arena's
    mana colour is added to albedo and to emission, ``accent_emission`` how much of the light that
    sets it off. ``metres`` is the edge of one texture tile,
    ``relief`` the height of its bumps in metres. ``translucency`` 0–1 lets light through from
    behind. ``weathered`` surfaces carry snow, moss or ash on top where the theme has any, and
    darken when wet. ``veins`` 0–1 lets mana shine through fine cracks.
    """

    base: Rgb
    roughness: float
    metalness: float = 0.0
    texture: Texture | None = None
    second: Rgb | None = None
    accent: Rgb | None = None
    metres: float = 2.0
    relief: float = 0.01
    emission: Rgb = _BLACK
    mana_base: float = 0.0
    mana_emission: float = 0.0
    accent_emission: float = 0.0
    translucency: float = 0.0
    weathered: bool = False
    veins: float = 0.0
    facets: bool = False
    """Glows from within like a crystal: brighter face-on, with internal gradients."""

    def albedo(self, mana: Rgb) -> Rgb:
        """Base colour under a mana colour, each channel 0–1."""
        return _mix(self.base, mana, self.mana_base)

    def glow(self, mana: Rgb) -> Rgb:
        """Emitted radiance under a mana colour."""
        gain, other = self.mana_emission, counter_light(mana)
        red, green, blue = (
            own + gain * glow + self.accent_emission * counter
            for own, glow, counter in zip(self.emission, mana, other, strict=True)
        )
        return (red, green, blue)


def _mix(base: Rgb, mana: Rgb, amount: float) -> Rgb:
    red, green, blue = (min(1.0, b + amount * m) for b, m in zip(base, mana, strict=True))
    return (red, green, blue)
