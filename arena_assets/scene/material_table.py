"""What each material is: colours (linear RGB), roughness, pattern and glow, one entry per name."""

from __future__ import annotations

from arena_assets.scene.materials import Material, MaterialName, Rgb, Texture


def _stone(
    base: Rgb,
    second: Rgb,
    accent: Rgb,
    texture: Texture,
    metres: float,
    relief: float,
    rough: float,
) -> Material:
    return Material(
        base=base,
        second=second,
        accent=accent,
        roughness=rough,
        texture=texture,
        metres=metres,
        relief=relief,
        weathered=True,
    )


def _foliage(base: Rgb, second: Rgb, roughness: float = 0.62) -> Material:
    return Material(
        base=base,
        second=second,
        roughness=roughness,
        texture=Texture.FOLIAGE,
        metres=1.4,
        relief=0.004,
        translucency=0.45,
    )


def _metal(
    base: Rgb, second: Rgb, roughness: float, texture: Texture = Texture.BRUSHED
) -> Material:
    return Material(
        base=base,
        second=second,
        roughness=roughness,
        metalness=0.95,
        texture=texture,
        metres=1.1,
        relief=0.0015,
    )


_MOSSY: Rgb = (0.075, 0.105, 0.035)
_SOOT: Rgb = (0.03, 0.028, 0.026)
_N, _T = MaterialName, Texture

MATERIALS: dict[MaterialName, Material] = {
    _N.SANDSTONE: _stone(
        (0.56, 0.43, 0.28), (0.36, 0.26, 0.165), _MOSSY, _T.CARVED, 2.6, 0.018, 0.82
    ),
    _N.SANDSTONE_BLOCKS: _stone(
        (0.56, 0.43, 0.28), (0.36, 0.26, 0.165), _MOSSY, _T.BLOCKS, 4.0, 0.035, 0.82
    ),
    _N.MARBLE: _stone(
        (0.66, 0.635, 0.58), (0.42, 0.405, 0.39), (0.33, 0.32, 0.34), _T.VEINED, 3.4, 0.006, 0.38
    ),
    _N.MARBLE_BLOCKS: _stone(
        (0.66, 0.635, 0.58),
        (0.42, 0.405, 0.39),
        (0.33, 0.32, 0.34),
        _T.VEINED_BLOCKS,
        4.4,
        0.025,
        0.42,
    ),
    _N.SLATE: _stone(
        (0.21, 0.235, 0.27), (0.10, 0.115, 0.14), (0.07, 0.09, 0.06), _T.CARVED, 2.4, 0.02, 0.6
    ),
    _N.SLATE_BLOCKS: _stone(
        (0.21, 0.235, 0.27), (0.10, 0.115, 0.14), (0.07, 0.09, 0.06), _T.BLOCKS, 3.6, 0.035, 0.62
    ),
    _N.BASALT: _stone((0.10, 0.09, 0.09), (0.04, 0.038, 0.042), _SOOT, _T.CARVED, 2.4, 0.025, 0.58),
    _N.BASALT_BLOCKS: _stone(
        (0.10, 0.09, 0.09), (0.04, 0.038, 0.042), _SOOT, _T.BLOCKS, 3.6, 0.04, 0.6
    ),
    _N.OBSIDIAN: Material(
        (0.045, 0.04, 0.065),
        0.16,
        texture=_T.VEINED,
        second=(0.02, 0.018, 0.03),
        accent=(0.16, 0.12, 0.24),
        metres=3.0,
        relief=0.004,
        veins=0.5,
        weathered=True,
    ),
    _N.PAVING: _stone(
        (0.42, 0.37, 0.30), (0.23, 0.20, 0.165), (0.10, 0.10, 0.06), _T.FLAGSTONES, 5.0, 0.03, 0.66
    ),
    _N.PAVING_DARK: Material(
        (0.135, 0.14, 0.16),
        0.46,
        texture=_T.FLAGSTONES,
        second=(0.065, 0.068, 0.08),
        accent=(0.03, 0.03, 0.035),
        metres=5.0,
        relief=0.03,
        veins=0.35,
        weathered=True,
    ),
    _N.MOSAIC: Material(
        (0.50, 0.43, 0.33),
        0.35,
        texture=_T.TESSERAE,
        second=(0.12, 0.16, 0.24),
        accent=(0.08, 0.07, 0.06),
        metres=2.0,
        relief=0.006,
        mana_base=0.05,
        weathered=True,
    ),
    _N.GROUT: _stone(
        (0.10, 0.09, 0.075), (0.055, 0.05, 0.042), _MOSSY, _T.GROUND, 3.0, 0.015, 0.95
    ),
    _N.CAVE_ROCK: Material(
        (0.135, 0.135, 0.155),
        0.58,
        texture=_T.ROCK,
        second=(0.055, 0.058, 0.075),
        accent=(0.03, 0.032, 0.04),
        metres=7.0,
        relief=0.20,
        veins=0.25,
        weathered=True,
    ),
    _N.VOID_ROCK: Material(
        (0.115, 0.10, 0.155),
        0.55,
        texture=_T.ROCK,
        second=(0.045, 0.04, 0.07),
        accent=(0.02, 0.018, 0.03),
        metres=7.0,
        relief=0.20,
        veins=0.7,
        weathered=True,
    ),
    _N.CLIFF: _stone(
        (0.33, 0.285, 0.235), (0.17, 0.145, 0.12), (0.09, 0.10, 0.05), _T.ROCK, 8.0, 0.25, 0.85
    ),
    _N.VOLCANIC_GROUND: _stone(
        (0.085, 0.072, 0.068),
        (0.032, 0.029, 0.03),
        (0.055, 0.035, 0.028),
        _T.CRACKED,
        7.0,
        0.12,
        0.8,
    ),
    _N.CORAL_ROCK: _stone(
        (0.40, 0.37, 0.31), (0.19, 0.21, 0.19), (0.24, 0.11, 0.12), _T.POROUS, 3.4, 0.06, 0.78
    ),
    _N.WET_STONE: _stone(
        (0.15, 0.16, 0.15), (0.07, 0.078, 0.075), (0.05, 0.075, 0.035), _T.CARVED, 2.6, 0.02, 0.24
    ),
    _N.SOOT_BRICK: _stone(
        (0.25, 0.12, 0.085), (0.12, 0.07, 0.055), _SOOT, _T.BRICKS, 2.4, 0.016, 0.8
    ),
    _N.ICE: Material(
        (0.52, 0.70, 0.80),
        0.14,
        texture=_T.FROST,
        second=(0.27, 0.47, 0.60),
        accent=(0.86, 0.92, 0.97),
        metres=5.0,
        relief=0.015,
        translucency=0.15,
        weathered=True,
    ),
    _N.SNOW: Material(
        (0.84, 0.88, 0.94),
        0.62,
        texture=_T.DRIFTS,
        second=(0.72, 0.79, 0.89),
        accent=(0.90, 0.93, 0.97),
        metres=9.0,
        relief=0.10,
        translucency=0.1,
    ),
    _N.SAND: Material(
        (0.66, 0.49, 0.30),
        0.88,
        texture=_T.RIPPLES,
        second=(0.52, 0.37, 0.215),
        accent=(0.40, 0.28, 0.17),
        metres=5.0,
        relief=0.035,
    ),
    _N.SEABED: Material(
        (0.38, 0.37, 0.29),
        0.85,
        texture=_T.RIPPLES,
        second=(0.24, 0.26, 0.21),
        accent=(0.14, 0.16, 0.12),
        metres=6.0,
        relief=0.05,
    ),
    _N.EARTH: _stone(
        (0.17, 0.12, 0.078), (0.085, 0.06, 0.04), (0.05, 0.04, 0.03), _T.GROUND, 4.0, 0.05, 0.92
    ),
    _N.GRASS: Material(
        (0.135, 0.185, 0.05),
        0.9,
        texture=_T.TURF,
        second=(0.075, 0.115, 0.03),
        accent=(0.20, 0.155, 0.09),
        metres=6.0,
        relief=0.07,
        weathered=True,
    ),
    _N.FOREST_FLOOR: Material(
        (0.13, 0.105, 0.055),
        0.92,
        texture=_T.LITTER,
        second=(0.06, 0.075, 0.03),
        accent=(0.21, 0.125, 0.05),
        metres=4.0,
        relief=0.04,
        weathered=True,
    ),
    _N.PLANKS: _stone(
        (0.25, 0.165, 0.095), (0.13, 0.085, 0.05), (0.03, 0.022, 0.016), _T.BOARDS, 2.4, 0.012, 0.7
    ),
    _N.BARK: _stone(
        (0.19, 0.135, 0.09), (0.075, 0.055, 0.04), (0.08, 0.10, 0.04), _T.BARK, 1.8, 0.045, 0.9
    ),
    _N.BRONZE: _metal((0.52, 0.35, 0.18), (0.26, 0.19, 0.115), 0.34),
    _N.IRON: _metal((0.24, 0.235, 0.235), (0.15, 0.13, 0.12), 0.46),
    _N.IRON_PLATE: Material(
        (0.22, 0.215, 0.21),
        0.45,
        0.9,
        _T.PLATES,
        second=(0.13, 0.10, 0.085),
        accent=(0.20, 0.09, 0.045),
        metres=2.4,
        relief=0.012,
        weathered=True,
    ),
    _N.BRASS: _metal((0.78, 0.55, 0.22), (0.52, 0.35, 0.14), 0.26),
    _N.COPPER: _metal((0.74, 0.38, 0.24), (0.45, 0.21, 0.13), 0.3),
    _N.PATINA: Material(
        (0.40, 0.26, 0.17),
        0.5,
        0.55,
        _T.PATINA,
        second=(0.16, 0.36, 0.30),
        accent=(0.22, 0.48, 0.40),
        metres=1.6,
        relief=0.004,
    ),
    _N.GOLD_INLAY: _metal((0.92, 0.66, 0.28), (0.62, 0.43, 0.18), 0.28),
    _N.LEAF: _foliage((0.11, 0.20, 0.04), (0.055, 0.12, 0.025)),
    _N.DARK_LEAF: _foliage((0.045, 0.10, 0.04), (0.02, 0.05, 0.024)),
    _N.SNOWY_LEAF: _foliage((0.70, 0.76, 0.80), (0.26, 0.34, 0.32), 0.75),
    _N.PALM_LEAF: _foliage((0.14, 0.22, 0.05), (0.07, 0.13, 0.035), 0.48),
    _N.AUTUMN_LEAF: _foliage((0.42, 0.19, 0.04), (0.26, 0.08, 0.025)),
    _N.GRASS_BLADE: _foliage((0.16, 0.22, 0.055), (0.085, 0.13, 0.032), 0.7),
    _N.MOSS: Material(
        (0.10, 0.15, 0.03),
        0.95,
        texture=_T.TURF,
        second=(0.05, 0.085, 0.02),
        accent=(0.12, 0.12, 0.04),
        metres=2.0,
        relief=0.03,
        translucency=0.1,
    ),
    _N.KELP: _foliage((0.10, 0.14, 0.035), (0.045, 0.08, 0.03), 0.4),
    _N.CORAL: Material(
        (0.66, 0.20, 0.17),
        0.6,
        texture=_T.POROUS,
        second=(0.42, 0.085, 0.12),
        accent=(0.80, 0.45, 0.34),
        metres=1.6,
        relief=0.02,
        translucency=0.2,
    ),
    _N.PALE_CORAL: Material(
        (0.74, 0.52, 0.32),
        0.6,
        texture=_T.POROUS,
        second=(0.52, 0.30, 0.24),
        accent=(0.86, 0.72, 0.56),
        metres=1.6,
        relief=0.02,
        translucency=0.2,
    ),
    _N.MUSHROOM: Material(
        (0.20, 0.12, 0.14),
        0.42,
        texture=_T.FOLIAGE,
        second=(0.12, 0.07, 0.10),
        metres=2.2,
        relief=0.004,
        mana_base=0.3,
        mana_emission=0.45,
        translucency=0.5,
        facets=True,
    ),
    _N.MUSHROOM_STEM: Material(
        (0.56, 0.50, 0.42),
        0.7,
        texture=_T.BARK,
        second=(0.40, 0.35, 0.29),
        accent=(0.30, 0.26, 0.21),
        metres=1.4,
        relief=0.008,
        translucency=0.25,
    ),
    _N.BONE: _stone(
        (0.60, 0.54, 0.42), (0.40, 0.33, 0.24), (0.22, 0.17, 0.11), _T.CARVED, 1.8, 0.008, 0.6
    ),
    _N.WATER: Material(
        (0.10, 0.24, 0.26),
        0.05,
        texture=_T.WAVES,
        second=(0.07, 0.19, 0.21),
        metres=4.0,
        relief=0.02,
        translucency=0.6,
    ),
    _N.DEEP_WATER: Material(
        (0.008, 0.03, 0.045),
        0.05,
        texture=_T.WAVES,
        second=(0.005, 0.02, 0.035),
        metres=7.0,
        relief=0.05,
    ),
    _N.LAVA: Material(
        (0.02, 0.012, 0.01),
        0.85,
        texture=_T.CRUST,
        second=(0.01, 0.008, 0.008),
        metres=5.0,
        relief=0.06,
        emission=(4.2, 0.75, 0.07),
    ),
    _N.GLASS: Material((0.10, 0.16, 0.17), 0.04),
    _N.LIT_GLASS: Material((0.30, 0.22, 0.12), 0.12, emission=(2.5, 1.3, 0.45)),
    _N.FLAME: Material((0.0, 0.0, 0.0), 1.0, emission=(3.2, 1.05, 0.17)),
    _N.MANA: Material((0.02, 0.02, 0.02), 0.6, emission=(0.03, 0.03, 0.03), mana_emission=2.1),
    _N.MANA_CRYSTAL: Material(
        (0.05, 0.05, 0.06),
        0.07,
        emission=(0.03, 0.03, 0.03),
        mana_base=0.40,
        mana_emission=1.3,
        facets=True,
    ),
    _N.DIM_CRYSTAL: Material(
        (0.07, 0.07, 0.09), 0.09, mana_base=0.4, mana_emission=0.7, facets=True
    ),
    _N.PLAIN_CRYSTAL: Material(
        (0.26, 0.24, 0.36),
        0.08,
        emission=(0.02, 0.018, 0.03),
        mana_emission=0.05,
        accent_emission=0.42,
        facets=True,
    ),
    _N.ICE_CRYSTAL: Material(
        (0.46, 0.66, 0.78),
        0.09,
        texture=_T.FROST,
        second=(0.28, 0.48, 0.62),
        accent=(0.84, 0.92, 0.97),
        metres=3.0,
        relief=0.006,
        translucency=0.3,
    ),
    _N.CLOTH: Material(
        (0.30, 0.06, 0.06),
        0.92,
        texture=_T.WEAVE,
        second=(0.20, 0.035, 0.04),
        accent=(0.55, 0.40, 0.16),
        metres=0.8,
        relief=0.003,
        mana_base=0.14,
        translucency=0.4,
        weathered=True,
    ),
}
"""What each material is; complete by test."""
