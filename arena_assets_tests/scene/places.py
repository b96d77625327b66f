"""A small place for tests of the renderer, independent of the themes."""

from __future__ import annotations

import math

import numpy as np

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.scene.model import Air, Centrepiece, Feature, Lamp, Part, Stage, StageSpec


def spec(**changes: object) -> StageSpec:
    given: dict[str, object] = {
        "theme": Theme.ANCIENT_TEMPLE,
        "mana_color": ManaColor.AZURE,
        "seed": 7,
        "centrepiece": Centrepiece.CRYSTAL,
        "features": (Feature.RUNES,),
        "decay": 0.4,
        "grandeur": 0.5,
    }
    return StageSpec.model_validate(given | changes)


def prism(
    x: float, y: float, radius: float, low: float, high: float, sides: int = 12, top: float = 1.0
) -> Part:
    """An upright prism, closed, its top scaled by ``top``."""
    angle = np.arange(sides) * 2 * math.pi / sides
    ring = np.stack([np.cos(angle), np.sin(angle)], 1) * radius
    centre = np.array([x, y])
    base = np.column_stack([ring + centre, np.full(sides, low)])
    roof = np.column_stack([ring * top + centre, np.full(sides, high)])
    vertices = np.concatenate([base, roof, [[x, y, low], [x, y, high]]]).astype(np.float32)
    here, there = np.arange(sides), (np.arange(sides) + 1) % sides
    faces = np.concatenate(
        [
            np.stack([here, there, there + sides], 1),
            np.stack([here, there + sides, here + sides], 1),
            np.stack([there, here, np.full(sides, 2 * sides)], 1),
            np.stack([here + sides, there + sides, np.full(sides, 2 * sides + 1)], 1),
        ]
    ).astype(np.int32)
    return Part(vertices, faces)


def small_place(chosen: StageSpec | None = None) -> Stage:
    """A floor, a ring of columns with two gates, a crystal on a plinth, grass around."""
    chosen = chosen or spec()
    air = Air(
        zenith=(0.16, 0.34, 0.72),
        horizon=(0.80, 0.78, 0.72),
        sun=(1.0, 0.86, 0.64),
        sun_elevation=34.0,
        clouds=0.45,
        fog=(0.60, 0.70, 0.82),
        fog_density=0.0026,
        particles="motes",
    )
    stage = Stage(chosen, air, radius=14.0, focus=(0.0, 0.0, 2.6))
    stage.add("grass", prism(0, 0, 90, -1.0, -0.05, 48))
    stage.add("paving", prism(0, 0, 14, -0.5, 0.0, 48))
    stage.add("gold_inlay", prism(0, 0, 6.2, -0.4, 0.01, 48))
    stage.add("paving_dark", prism(0, 0, 5.8, -0.4, 0.02, 48))
    stage.add("marble", prism(0, 0, 1.8, 0.0, 0.9, 8))
    stage.add("mana_crystal", prism(0, 0, 0.7, 1.2, 4.2, 6, 0.2))
    for index in range(14):
        azimuth = index * 2 * math.pi / 14
        x, y = 15 * math.cos(azimuth), 15 * math.sin(azimuth)
        if index % 7 == 0:
            for side in (-1, 1):
                dx, dy = -side * 2.4 * math.sin(azimuth), side * 2.4 * math.cos(azimuth)
                stage.add("sandstone_blocks", prism(x + dx, y + dy, 0.9, -0.2, 7.0, 4))
            stage.gates.append(azimuth)
        else:
            stage.add("sandstone", prism(x, y, 0.7, -0.2, 6.0, 20))
            stage.add("bronze", prism(x * 0.8, y * 0.8, 0.2, 0.0, 1.4, 10))
            stage.add("mana", prism(x * 0.8, y * 0.8, 0.25, 1.4, 1.8, 8))
            rgb = tuple(channel * 2.5 for channel in chosen.mana_color.rgb)
            stage.lamps.append(Lamp((x * 0.8, y * 0.8, 1.6), rgb, 0.3))  # type: ignore[arg-type]
    rgb = tuple(channel * 22.0 for channel in chosen.mana_color.rgb)
    stage.lamps.append(Lamp((0.0, 0.0, 2.6), rgb, 0.9))  # type: ignore[arg-type]
    stage.gate_distance = 15.0
    stage.reach = 60.0
    return stage
