"""A great cave: a domed roof with one opening, stalactites, crystals, glowing mushrooms, pools."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.crystals import cluster, spires
from arena_assets.scene.kit.floors import Tiling
from arena_assets.scene.kit.fungi import mushroom
from arena_assets.scene.kit.mesh import Doubles, around, placements, scattered, vec
from arena_assets.scene.kit.noise import fractal, smoothstep
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders, stalactites
from arena_assets.scene.kit.solids import disc
from arena_assets.scene.kit.terrain import ceiling, land, level_near
from arena_assets.scene.model import Air, Stage, StageSpec
from arena_assets.scene.themes.common import lay_floor, raise_centrepiece, stand_gates
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import Look, Site, open_site

_AIR = Air(
    zenith=(0.50, 0.62, 0.82),
    horizon=(0.50, 0.62, 0.82),
    sun=(0.80, 0.90, 1.0),
    sun_elevation=84,
    clouds=0.0,
    fog=(0.044, 0.08, 0.14),
    fog_density=0.0055,
    enclosed=True,
    particles="motes",
)
_LOOK = Look(
    "paving_dark",
    "slate",
    "slate",
    "slate",
    "slate",
    "bronze",
    "cave_rock",
    "cave_rock",
    flame="mana",
)
_WALL = 46.0
"""Metres at which the floor of the cave begins to climb into its walls."""


def build(spec: StageSpec) -> Stage:
    plans = (Arrangement.ROUND, Arrangement.OVAL, Arrangement.HORSESHOE, Arrangement.ASYMMETRIC)
    site = open_site(spec, _LOOK, _AIR, plans, reach=42.0)
    roof = _cave(site)
    lay_floor(site, (Tiling.CRAZY, Tiling.HEXAGONS, Tiling.RINGS))
    raise_centrepiece(site, Tint("slate", "wet_stone", "bronze", leaves="dark_leaf"))
    stand_gates(site, (GateStyle.ROCK, GateStyle.CRYSTALS, GateStyle.POINTED), _gate_stone(site))
    _crystals(site)
    _teeth(site, roof)
    _mushrooms(site)
    _lakes(site)
    _depths(site)
    add_features(site, Kit(vine="moss", spire="plain_crystal"))
    return site.finish()


def _gate_stone(site: Site) -> str:
    return "cave_rock" if site.spec.seed % 2 else "slate"


def _cave(site: Site) -> float:
    """Ground, walls and the roof with its opening; returns the roof's height."""
    seed, spec = site.noise_seed("cave"), site.spec
    top = site.tall(26.0, 40.0)
    rng = site.rng("opening")
    hole = float(rng.uniform(5.5, 10.0))
    squash, skew = float(rng.uniform(0.8, 1.2)), site.layout.axis

    def stretched(x: Doubles, y: Doubles) -> Doubles:
        along = x * np.cos(skew) + y * np.sin(skew)
        across = -x * np.sin(skew) + y * np.cos(skew)
        far: Doubles = np.hypot(along / (1.14 * squash), across / (0.95 / squash**0.5))
        return far

    def height(x: Doubles, y: Doubles) -> Doubles:
        far = stretched(x, y)
        shelves = 3.6 * fractal(x / 15, y / 15, seed, ridged=True) + 1.1 * fractal(
            x / 4, y / 4, seed + 2
        )
        ground = level_near(x, y, shelves, site.layout.radius + 5, site.layout.radius + 22)
        wall = _WALL + 5 * fractal(x / 20, y / 20, seed + 8, octaves=3)
        return ground + np.clip(far - wall, 0, None) ** 1.45 * 0.42

    def overhead(x: Doubles, y: Doubles) -> Doubles:
        far = stretched(x, y)
        shell = top * (1 - 0.82 * np.clip(far / 66, 0, 1.3) ** 2.2)
        ribs = 4.4 * fractal(x / 13, y / 13, seed + 50, ridged=True)
        ribs += 1.3 * fractal(x / 3.5, y / 3.5, seed + 51, octaves=4)
        lip = np.clip(hole + 3 - np.hypot(x, y), 0, None) * 4.2
        return shell + ribs + lip

    site.ground = height
    site.add("cave_rock", land(height, site.layout.radius - 0.5, 84, rings=130, spokes=320))
    site.add("cave_rock", ceiling(overhead, hole - 1.5, 84, rings=110, spokes=280))
    hanging = site.rng("stalactites")
    count = int(70 + 60 * spec.grandeur)
    distance = hanging.uniform(hole + 5, 56, count)
    azimuth = hanging.uniform(0, 2 * np.pi, count)
    x, y = distance * np.cos(azimuth), distance * np.sin(azimuth)
    length = hanging.uniform(2, 6.5, count) * np.where(hanging.random(count) < 0.15, 1.8, 1.0)
    roof = overhead(x, y)
    length = np.minimum(length, np.maximum(roof - 11.0, 0.8))
    site.add("cave_rock", stalactites(hanging, np.stack([x, y, roof + 0.6], -1), length))
    return top


def _teeth(site: Site, roof: float) -> None:
    """Stalagmites, boulders and a few pillars that meet the roof."""
    rng, near = site.rng("teeth"), site.layout.gate_distance + 3.5
    points = site.sown("stalagmites", 90, near, 54, width=4.5)
    tall = rng.uniform(0.8, 3.0, len(points)) * (
        1 + (np.hypot(points[:, 0], points[:, 1]) - near) / 16
    )
    site.add("cave_rock", stalactites(rng, points - [0, 0, 0.2], -tall))
    pillars = site.sown("pillars", 9, near + 7, 44, width=6)
    site.add(
        "cave_rock",
        stalactites(
            rng,
            pillars - [0, 0, 1],
            np.full(len(pillars), -roof * 0.9) * rng.uniform(0.4, 1, len(pillars)),
        ),
    )
    rocks = site.sown("boulders", 90, near - 1, 52)
    site.add("cave_rock", boulders(rng, rocks, rng.uniform(0.25, 1.9, len(rocks))))


def _crystals(site: Site) -> None:
    """Clusters in a ring that the layout shapes, giants on the walls, a grove on one side."""
    rng, layout = site.rng("crystals"), site.layout
    shapes = [cluster(rng, 1.0, int(n)) for n in rng.integers(5, 11, 8)]
    azimuth = layout.bays(int(rng.integers(22, 40)), 4.4)
    azimuth = azimuth[layout.built(azimuth)] + rng.normal(0, 0.03, layout.built(azimuth).sum())
    distance = layout.rim(azimuth) + rng.uniform(-0.4, 4.0, len(azimuth))
    points = site.at(distance, azimuth, -0.15)
    size = rng.uniform(1.4, 3.4, len(points)) * site.tall(0.85, 1.45)
    outer = site.sown("crystals/outer", 90, layout.gate_distance + 4, 58, width=4.5, lift=-0.2)
    far = np.hypot(outer[:, 0], outer[:, 1])
    every = np.concatenate([points, outer])
    sizes = np.concatenate(
        [size, rng.uniform(0.8, 2.6, len(outer)) * (1 + (far - layout.radius) / 18)]
    )
    outward = np.arctan2(every[:, 1], every[:, 0])
    # Crystals lean away from the wall behind them, towards the light in the middle.
    lean = -0.35 * smoothstep(_WALL - 6, _WALL + 8, np.hypot(every[:, 0], every[:, 1]))
    matrices = placements(
        every, azimuth=outward, lean=lean, spin=rng.uniform(0, 6.28, len(every)), size=sizes
    )
    kinds = rng.choice(3, len(every), p=(0.55, 0.3, 0.15))
    for kind, material in enumerate(("dim_crystal", "plain_crystal", "mana_crystal")):
        site.add(material, scattered(shapes[kind::3], matrices[kinds == kind]))
    for k in np.flatnonzero((kinds == 2) & (np.hypot(every[:, 0], every[:, 1]) < 44))[:14]:
        site.lamp(every[k] + vec(0, 0, sizes[k] * 0.6), site.mana, 3.0 + 1.6 * float(sizes[k]), 0.6)
    grove = layout.axis + np.pi + rng.normal(0, 0.4, 9)
    grove_far = layout.gate_distance + rng.uniform(8, 17, 9)
    keep = layout.clear(grove, grove_far, 6)
    giants = site.at(grove_far, grove, -0.5)[keep]
    site.add(
        "dim_crystal",
        spires(rng, giants, rng.uniform(7, 15, len(giants)) * site.tall(0.8, 1.2), 0.3),
    )
    for point in giants[:4]:
        site.lamp(point + vec(0, 0, 5.0), site.mana, 14.0, 1.2)


def _depths(site: Site) -> None:
    """Light far back that sets off the mana's and shows the walls."""
    rng = site.rng("depths")
    azimuth = site.layout.axis + rng.uniform(0, 1) + np.arange(7) * 2 * np.pi / 7
    for point in site.at(np.full(7, 46.0), azimuth, 7.0):
        site.lamp(point, site.accent, float(rng.uniform(260, 520)), 1.5)


def _mushrooms(site: Site) -> None:
    rng = site.rng("mushrooms")
    points = site.sown("mushrooms", 46, site.layout.gate_distance + 2.0, 44, width=4.2)
    sizes = rng.uniform(0.5, 1.5, len(points)) + 2.2 * rng.random(len(points)) ** 4
    caps, stems = zip(*(mushroom(rng) for _ in range(4)), strict=True)
    matrices = placements(
        points,
        azimuth=rng.uniform(0, 6.28, len(points)),
        lean=rng.uniform(0, 0.18, len(points)),
        size=sizes,
    )
    site.add("mushroom", scattered(caps, matrices))
    site.add("mushroom_stem", scattered(stems, matrices))
    for k in np.argsort(-sizes)[:6]:
        site.lamp(points[k] + vec(0, 0, sizes[k] * 0.7), site.mana, 3.0, 0.4)


def _lakes(site: Site) -> None:
    """Still water in the hollows beyond the floor."""
    site.add(
        "deep_water",
        disc(70, -0.45 - 0.25 * site.rng("lakes").random(), inner=site.layout.radius + 4),
    )
    ring = around(site.layout.gate_distance + 2.6, np.array(site.layout.gates) + 0.26, 0.0)
    rng = site.rng("gate crystals")
    shape = cluster(rng, 1.5, 6)
    site.put("mana_crystal", shape, ring)
    for point in ring:
        site.lamp(point + vec(0, 0, 1.2), site.mana, 7.0, 0.4)
