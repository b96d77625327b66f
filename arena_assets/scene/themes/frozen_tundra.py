"""A frozen lake among snow: ice spires, drifts, snowy firs, glacier walls, northern lights."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.crystals import cluster, spires
from arena_assets.scene.kit.floors import Tiling
from arena_assets.scene.kit.mesh import Doubles, around, make, placements, scattered, vec
from arena_assets.scene.kit.noise import fractal, smoothstep
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders, roughened, stalactites
from arena_assets.scene.kit.solids import ball, block, disc, lathe, sectors
from arena_assets.scene.kit.terrain import land, level_near, mountains
from arena_assets.scene.kit.trees import conifer
from arena_assets.scene.model import Air, Stage, StageSpec
from arena_assets.scene.themes.common import (
    gate_braziers,
    lay_floor,
    raise_centrepiece,
    stand_gates,
)
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.growth import plant
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import Look, Site, open_site

_AIR = Air(
    zenith=(0.035, 0.1, 0.3),
    horizon=(0.34, 0.44, 0.6),
    sun=(1.0, 0.68, 0.42),
    sun_elevation=25,
    clouds=0.3,
    fog=(0.22, 0.34, 0.56),
    fog_density=0.0022,
    aurora=True,
    particles="snow",
)
_ICE = Look(
    "ice",
    "ice",
    "slate",
    "slate",
    "ice_crystal",
    "iron",
    "slate",
    "snow",
    bed="deep_water",
    flame="mana",
)
_STONE = Look(
    "slate", "ice", "slate", "slate", "snow", "iron", "slate", "snow", bed="ice", flame="flame"
)


def build(spec: StageSpec) -> Stage:
    frozen = spec.seed % 2 == 0
    look = _ICE if frozen else _STONE
    site = open_site(spec, look, _AIR, tuple(Arrangement), reach=90.0)
    _land(site)
    tilings = (Tiling.PLATES,) if frozen else (Tiling.RINGS, Tiling.HEXAGONS, Tiling.SQUARES)
    lay_floor(site, tilings, unevenness=0.008)
    raise_centrepiece(site, Tint("slate", "ice_crystal", "iron", leaves="snowy_leaf", liquid="ice"))
    stone = "ice_crystal" if frozen else "slate"
    styles = (
        (GateStyle.CRYSTALS, GateStyle.ROCK) if frozen else (GateStyle.TRILITHON, GateStyle.ROUND)
    )
    style = stand_gates(site, styles, stone)
    _caps(site, style)
    gate_braziers(site, strength=8)
    _ring(site, frozen)
    _drifts(site)
    _wilds(site)
    add_features(
        site, Kit(liquid="ice", vine="snowy_leaf", spire="ice_crystal", shard="ice_crystal")
    )
    return site.finish()


def _land(site: Site) -> None:
    seed, rng = site.noise_seed("land"), site.rng("glacier")
    axis, cliff = site.layout.axis + float(rng.uniform(-0.6, 0.6)), float(rng.uniform(52, 68))
    tall = site.tall(14, 26)

    def height(x: Doubles, y: Doubles) -> Doubles:
        drift = 2.8 * fractal(x / 32, y / 32, seed) + 0.35 * fractal(
            x / 5, y / 9, seed + 2, octaves=3
        )
        low = level_near(x, y, drift, site.layout.radius + 6, site.layout.radius + 32)
        along = x * np.cos(axis) + y * np.sin(axis)
        front = along - cliff + 7 * fractal(x / 18, y / 18, seed + 6, ridged=True)
        shelf = tall * smoothstep(0, 6, front) + 4 * smoothstep(14, 17, front)
        return low + shelf + mountains(x, y, seed + 9, 118, 84)

    site.ground = height
    site.add("snow", land(height, site.layout.radius - 0.5, 420, rings=180, spokes=400))


def _ring(site: Site, frozen: bool) -> None:
    """Around the floor: ice spires, or standing stones under snow, or a wall of cut ice."""
    rng, layout = site.rng("ring"), site.layout
    azimuth = layout.bays(int(rng.integers(16, 30)), 4.2)
    azimuth = azimuth[layout.built(azimuth)]
    points = site.at(layout.rim(azimuth) + 0.6, azimuth, -0.4)
    kind = int(rng.integers(3))
    if kind == 0 or frozen:
        tall = rng.uniform(3.5, 8.5, len(points)) * site.tall(0.8, 1.5)
        site.add("ice_crystal", spires(rng, points, tall, 0.28))
        small = [cluster(rng, 1.0, 7) for _ in range(4)]
        feet = points + np.column_stack(
            [rng.normal(0, 0.9, (len(points), 2)), np.full(len(points), 0.2)]
        )
        far = np.hypot(feet[:, 0], feet[:, 1]) > layout.radius + 1
        sizes = rng.uniform(0.9, 2.2, len(points))
        site.add(
            "ice_crystal",
            scattered(
                small, placements(feet[far], spin=rng.uniform(0, 6, far.sum()), size=sizes[far])
            ),
        )
    elif kind == 1:
        high = site.tall(3.0, 5.5)
        stones = [
            roughened(block(0.9, 1.4, high * s, bevel=0.22), rng, 0.2) for s in (0.8, 1.0, 1.2)
        ]
        lean = rng.normal(0, 0.03 + 0.12 * site.spec.decay, len(points))
        site.add("slate", scattered(stones, placements(points, azimuth=azimuth, lean=lean)))
        tops = points.copy()
        tops[:, 2] += high * np.array([0.8, 1.0, 1.2])[np.arange(len(points)) % 3] + 0.02
        site.put(
            "snow",
            ball(1.0, detail=2),
            tops,
            azimuth=azimuth,
            size=np.tile([0.6, 0.85, 0.24], (len(points), 1)),
        )
    else:
        count = 84
        start = 2 * np.pi * np.arange(count) / count
        middle = start + np.pi / count
        near = layout.rim(middle)
        keep = layout.clear(middle, near, 4.0) & layout.built(middle)
        for course in range(4):
            there = keep & (rng.random(count) > (0.05 + 0.3 * site.spec.decay) * course)
            base = course * 0.9
            off = (course % 2) * np.pi / count
            keep = there
            site.add(
                "ice",
                sectors(
                    near[there],
                    near[there] + 1.2,
                    start[there] + off + 0.002,
                    start[there] + off + 2 * np.pi / count - 0.002,
                    base - 0.3,
                    base + 0.88,
                    1,
                ),
            )
    for k in range(0, len(points), max(1, len(points) // 8)):
        site.add(
            "mana_crystal", spires(rng, points[k : k + 1] * [0.94, 0.94, 1.0], np.array([1.9]), 0.2)
        )
        site.lamp(points[k] * [0.92, 0.92, 1.0] + vec(0, 0, 1.6), site.mana, 5.0, 0.4)


def _caps(site: Site, style: GateStyle) -> None:
    """Snow lying on the gates."""
    if style not in (GateStyle.TRILITHON, GateStyle.ROUND):
        return
    tall = 8.0 * (0.85 + 0.4 * site.spec.grandeur)
    lift = tall * 0.98 + 0.05 if style is GateStyle.TRILITHON else tall + 0.55
    points = around(site.layout.gate_distance, np.array(site.layout.gates), lift)
    wide = 4.0 if style is GateStyle.TRILITHON else 1.2
    site.put(
        "snow",
        ball(1.0, detail=3),
        points,
        azimuth=np.array(site.layout.gates),
        size=np.tile([0.95, wide, 0.32], (len(points), 1)),
    )


def _drifts(site: Site) -> None:
    """Mounds of blown snow against the ring, and some over the floor's edge."""
    rng, layout = site.rng("drifts"), site.layout
    count = 60
    azimuth = rng.uniform(0, 2 * np.pi, count)
    distance = layout.radius + rng.uniform(-2.0, 7.0, count)
    keep = layout.clear(azimuth, distance, 5.0)
    mound = ball(1.0, detail=3)
    vertices = mound.vertices.astype(float)
    soft = make(
        vertices * [1, 1, 0.3] + vec(0.25, 0, 0) * (vertices[:, 2:] ** 2), mound.faces, smooth=True
    )
    sizes = np.stack(
        [rng.uniform(1.2, 3.2, count), rng.uniform(1.5, 4.5, count), rng.uniform(0.5, 1.6, count)],
        -1,
    )
    sizes[distance < layout.radius + 1] *= [0.55, 0.7, 0.5]
    points = around(distance, azimuth, -0.1)
    site.put("snow", soft, points[keep], azimuth=azimuth[keep], size=sizes[keep])
    site.add("ice", disc(layout.gate_distance + 3.5, -0.1, inner=layout.radius - 0.3))


def _wilds(site: Site) -> None:
    rng, layout = site.rng("wilds"), site.layout
    near = layout.gate_distance + 8
    firs = [conifer(rng, h) for h in (6.0, 9.0, 12.0)]
    stand = site.sown("firs", 150, near + 2, 125, width=7)
    plant(site, "snowy", firs, stand[::2], leaf="snowy_leaf")
    plant(site, "green", firs, stand[1::2], leaf="dark_leaf")
    rocks = site.sown("rocks", 60, near - 4, 90)
    sizes = rng.uniform(0.4, 2.4, len(rocks))
    site.add("slate", boulders(rng, rocks, sizes))
    site.put(
        "snow",
        ball(1.0, detail=2),
        rocks + np.column_stack([np.zeros((len(rocks), 2)), sizes * 0.5]),
        size=np.stack([sizes * 0.85, sizes * 0.85, sizes * 0.3], -1),
    )
    bergs = site.sown("bergs", 26, near, 70, width=7, lift=-0.5)
    site.add("ice_crystal", spires(rng, bergs, rng.uniform(2.5, 12, len(bergs)), 0.4))
    icicles = around(
        layout.gate_distance + rng.normal(0, 0.2, 40),
        np.repeat(layout.gates, 40)[:40] + rng.uniform(-0.09, 0.09, 40),
        site.tall(6.3, 8.2),
    )
    site.add("ice_crystal", stalactites(rng, icicles, rng.uniform(0.4, 1.4, 40)))
    hut = lathe(
        [(2.6 * np.cos(a) + 0.001, 2.6 * np.sin(a)) for a in np.linspace(-0.1, np.pi / 2, 9)], 22
    )
    site.put("snow", hut, site.sown("huts", 7, near + 6, 52, width=8))
