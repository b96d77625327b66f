"""A clearing ringed by giant twisted trees: roots, mushrooms, a mossy stone circle, lit gaps."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.crystals import cluster
from arena_assets.scene.kit.floors import Tiling
from arena_assets.scene.kit.fungi import mushroom
from arena_assets.scene.kit.mesh import Doubles, around, instances, placements, scattered, vec
from arena_assets.scene.kit.noise import fractal
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders, roughened
from arena_assets.scene.kit.solids import ball, block, tubes
from arena_assets.scene.kit.terrain import land, level_near
from arena_assets.scene.kit.trees import branching, fern, giant
from arena_assets.scene.model import Air, Stage, StageSpec
from arena_assets.scene.themes.common import lay_floor, raise_centrepiece, stand_gates
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.growth import meadow, plant
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import Look, Site, open_site

_AIR = Air(
    zenith=(0.1, 0.27, 0.4),
    horizon=(0.4, 0.58, 0.52),
    sun=(1.0, 0.84, 0.5),
    sun_elevation=47,
    clouds=0.3,
    fog=(0.12, 0.25, 0.27),
    fog_density=0.0058,
    particles="motes",
)
_LOOK = Look(
    "wet_stone",
    "moss",
    "wet_stone",
    "wet_stone",
    "slate",
    "bronze",
    "wet_stone",
    "forest_floor",
    bed="moss",
    flame="mana",
)


def build(spec: StageSpec) -> Stage:
    plans = (Arrangement.ROUND, Arrangement.OVAL, Arrangement.HORSESHOE, Arrangement.ASYMMETRIC)
    site = open_site(spec, _LOOK, _AIR, plans, reach=70.0)
    _land(site)
    lay_floor(site, (Tiling.CRAZY, Tiling.CRAZY, Tiling.RINGS, Tiling.FAN), unevenness=0.02)
    raise_centrepiece(site, Tint("wet_stone", "slate", "bronze"))
    stand_gates(site, (GateStyle.TRILITHON, GateStyle.ROUND, GateStyle.ROCK), "wet_stone")
    for gate in site.layout.gates:
        for side in (-1, 1):
            beside = around(site.layout.gate_distance + 3.0, gate + side * 0.14, 1.2)
            site.lamp(beside.reshape(3), site.mana, 9.0, 0.5)
    _stone_circle(site)
    _elders(site)
    _undergrowth(site)
    _brook(site)
    add_features(site, Kit(vine="leaf", spire="wet_stone", deck="planks"))
    return site.finish()


def _land(site: Site) -> None:
    seed = site.noise_seed("land")

    def height(x: Doubles, y: Doubles) -> Doubles:
        humps = 3.4 * fractal(x / 24, y / 24, seed) + 0.45 * fractal(
            x / 4, y / 4, seed + 2, octaves=3
        )
        flat = level_near(x, y, humps, site.layout.radius + 4, site.layout.radius + 20)
        rise: Doubles = np.clip(np.hypot(x, y) - 60, 0, 80) ** 1.2 * 0.1
        return flat + rise

    site.ground = height
    site.add("forest_floor", land(height, site.layout.radius - 0.5, 190, rings=140, spokes=320))


def _elders(site: Site) -> None:
    """The giants around the clearing, and the forest behind them."""
    rng, layout = site.rng("elders"), site.layout
    shapes = [giant(rng, site.tall(15, 23) * s, site.tall(1.25, 1.9)) for s in (0.85, 1.0, 1.15)]
    azimuth = layout.bays(int(rng.integers(9, 14)), 7.5)
    azimuth = azimuth[layout.built(azimuth)] + rng.normal(0, 0.05, int(layout.built(azimuth).sum()))
    distance = layout.rim(azimuth) + rng.uniform(4.5, 8.5, len(azimuth))
    leaf = ("leaf", "dark_leaf", "autumn_leaf")[int(rng.integers(3))]
    plant(site, "elders", shapes, site.at(distance, azimuth, -0.2), leaf=leaf, sizes=(0.85, 1.15))
    near = layout.gate_distance + 15
    old = [
        branching(rng, h, twist=0.8, girth=0.045, leaves_per_tip=68, leaf=0.72, generations=3)
        for h in (17.0, 21.0, 25.0)
    ]
    other = ("autumn_leaf", "leaf", "dark_leaf")[int(rng.integers(3))]
    behind = site.sown("behind", 54, near, 78, width=8)
    plant(site, "behind", old, behind[::2], leaf=leaf)
    plant(site, "between", old, behind[1::2], leaf=other)
    hazy = [
        branching(rng, h, girth=0.04, leaves_per_tip=24, leaf=1.1, generations=3) for h in (18, 23)
    ]
    plant(site, "far", hazy, site.sown("far", 56, 60, 120, width=0), leaf="dark_leaf")
    vines = site.sown("lianas", 40, layout.gate_distance + 4, 34, width=6)
    if len(vines):
        tall = rng.uniform(5, 11, len(vines))
        along = np.linspace(0, 1, 9)
        paths = np.repeat(vines[:, None], 9, 1)
        paths[..., 2] += 0.3 + tall[:, None] * along
        paths[..., 0] += 0.5 * np.sin(along * 4 + tall[:, None])
        site.add("bark", tubes(paths, 0.05, sides=5))


def _stone_circle(site: Site) -> None:
    """Mossy standing stones at the clearing's edge; some carry lintels, some lie down."""
    rng, layout = site.rng("circle"), site.layout
    azimuth = layout.bays(int(rng.integers(13, 22)), 4.4)
    azimuth = azimuth[layout.built(azimuth)]
    tall = site.tall(2.4, 4.6)
    stones = [
        roughened(block(0.8, 1.35, tall * s, bevel=0.2), rng, 0.22) for s in (0.75, 1.0, 1.25)
    ]
    points = site.at(layout.rim(azimuth) - 0.6, azimuth, -0.25)
    lean = rng.normal(0, 0.04 + 0.1 * site.spec.decay, len(points))
    lean = np.where(rng.random(len(points)) < 0.5 * site.spec.decay, np.pi / 2 * 0.95, lean)
    site.add("wet_stone", scattered(stones, placements(points, azimuth=azimuth, lean=lean)))
    cushion = points + np.column_stack([np.zeros((len(points), 2)), np.full(len(points), 0.25)])
    site.put(
        "moss",
        ball(1.0, detail=2),
        cushion,
        azimuth=azimuth,
        size=np.stack(
            [
                rng.uniform(0.8, 1.4, len(points)),
                rng.uniform(1.1, 1.9, len(points)),
                rng.uniform(0.2, 0.45, len(points)),
            ],
            -1,
        ),
    )
    standing = np.abs(lean) < 0.5
    tops = points[standing] + np.column_stack(
        [np.zeros((int(standing.sum()), 2)), np.full(int(standing.sum()), tall * 0.45)]
    )
    inward = (
        tops
        - np.column_stack(
            [np.cos(azimuth[standing]), np.sin(azimuth[standing]), np.zeros(int(standing.sum()))]
        )
        * 0.47
    )
    site.put(
        "mana", block(0.05, 0.34, 0.5, bevel=0.02), inward[::2], azimuth=azimuth[standing][::2]
    )
    for point in inward[::4]:
        site.lamp(point * [0.97, 0.97, 1.0], site.mana, 3.0, 0.3)


def _undergrowth(site: Site) -> None:
    rng, near = site.rng("undergrowth"), site.layout.gate_distance + 0.5
    caps, stems = zip(*(mushroom(rng) for _ in range(4)), strict=True)
    points = site.sown("mushrooms", 70, near, 42, width=4.2)
    sizes = rng.uniform(0.25, 0.8, len(points)) + 2.6 * rng.random(len(points)) ** 5
    matrices = placements(
        points,
        azimuth=rng.uniform(0, 6.28, len(points)),
        lean=rng.uniform(0, 0.2, len(points)),
        size=sizes,
    )
    site.add("mushroom", scattered(caps, matrices))
    site.add("mushroom_stem", scattered(stems, matrices))
    for k in np.argsort(-sizes)[:10]:
        site.lamp(points[k] + vec(0, 0, sizes[k] * 0.65), site.mana, 3.5, 0.4)
    ferns = site.sown("ferns", 240, near + 1, 60, width=4.5)
    site.add(
        "leaf",
        scattered(
            [fern(rng) for _ in range(3)],
            placements(
                ferns, spin=rng.uniform(0, 6.28, len(ferns)), size=rng.uniform(0.7, 1.6, len(ferns))
            ),
        ),
    )
    rocks = site.sown("rocks", 70, near, 60)
    sizes = rng.uniform(0.3, 1.7, len(rocks))
    site.add("wet_stone", boulders(rng, rocks, sizes))
    site.put(
        "moss",
        ball(1.0, detail=2),
        rocks + np.column_stack([np.zeros((len(rocks), 2)), sizes * 0.42]),
        size=np.stack([sizes * 0.9, sizes * 0.9, sizes * 0.42], -1),
    )
    shapes = [cluster(rng, 1.0, 6) for _ in range(3)]
    gems = site.sown("gems", 20, near + 1, 40, width=4.5)
    sizes = rng.uniform(0.5, 1.8, len(gems))
    site.add(
        "mana_crystal",
        scattered(shapes, placements(gems, spin=rng.uniform(0, 6, len(gems)), size=sizes)),
    )
    for point, size in zip(gems[:8], sizes[:8], strict=True):
        site.lamp(point + vec(0, 0, float(size) * 0.7), site.mana, 4.0, 0.4)
    flies = around(rng.uniform(5, 38, 160), rng.uniform(0, 6.28, 160), rng.uniform(0.8, 8, 160))
    site.add("mana", instances(ball(0.035, detail=0), placements(flies)))
    meadow(site, near + 0.5, 62, tufts=3600)


def _brook(site: Site) -> None:
    """A winding stream past the clearing."""
    rng = site.rng("brook")
    axis = site.layout.axis + float(rng.uniform(0.8, 2.2))
    along = np.linspace(-80, 80, 60)
    offset = site.layout.gate_distance + 9 + 4 * np.sin(along / 14) + 0.004 * along**2
    x = offset * np.cos(axis) - along * np.sin(axis)
    y = offset * np.sin(axis) + along * np.cos(axis)
    bed = site.ground(x, y)
    path = np.stack([x, y, bed - 1.28], -1)[None]
    site.add("water", tubes(path, 1.6, sides=16))
    banks = np.concatenate(
        [
            path[0] + vec(1.9 * np.cos(axis), 1.9 * np.sin(axis), 1.2),
            path[0] - [1.9 * np.cos(axis), 1.9 * np.sin(axis), -1.2],
        ]
    )
    keep = site.layout.clear(
        np.arctan2(banks[:, 1], banks[:, 0]), np.hypot(banks[:, 0], banks[:, 1]), 4
    )
    site.add(
        "wet_stone",
        boulders(
            rng,
            banks[keep] + rng.normal(0, 0.2, (int(keep.sum()), 3)) * [1, 1, 0.3],
            rng.uniform(0.25, 0.7, int(keep.sum())),
        ),
    )
