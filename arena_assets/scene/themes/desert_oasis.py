"""Walls and awnings of an oasis: dunes, palms, a pool, domes, mesas on the horizon."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.columns import ColumnStyle
from arena_assets.scene.kit.drapes import awning
from arena_assets.scene.kit.floors import Tiling
from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
    merge,
    moved,
    placements,
    scattered,
    shift,
    turn,
)
from arena_assets.scene.kit.noise import fractal, smoothstep
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders
from arena_assets.scene.kit.solids import block, disc, lathe, sectors
from arena_assets.scene.kit.terrain import dunes, land, level_near
from arena_assets.scene.kit.trees import fern, palm
from arena_assets.scene.model import Air, Stage, StageSpec
from arena_assets.scene.themes.colonnade import colonnade
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
    zenith=(0.06, 0.23, 0.62),
    horizon=(0.76, 0.7, 0.58),
    sun=(1.0, 0.8, 0.52),
    sun_elevation=46,
    clouds=0.32,
    fog=(0.72, 0.6, 0.44),
    fog_density=0.0022,
    particles="sand",
)
_LOOK = Look(
    "paving",
    "mosaic",
    "sandstone",
    "sandstone",
    "sandstone",
    "brass",
    "cliff",
    "sand",
    bed="sand",
)


def build(spec: StageSpec) -> Stage:
    site = open_site(spec, _LOOK, _AIR, tuple(Arrangement), reach=90.0)
    pool = _land(site)
    lay_floor(site, (Tiling.SQUARES, Tiling.FAN, Tiling.HEXAGONS, Tiling.RINGS))
    raise_centrepiece(site, Tint("sandstone", "marble", "brass", wood="bark", leaves="palm_leaf"))
    stand_gates(site, (GateStyle.PYLON, GateStyle.ROUND, GateStyle.POINTED), "sandstone")
    gate_braziers(site)
    kind = int(site.rng("ring").integers(3))
    if kind == 0:
        colonnade(
            site, "sandstone", trim="gold_inlay", styles=(ColumnStyle.LOTUS, ColumnStyle.SQUARE)
        )
    elif kind == 1:
        _walls(site)
    _awnings(site, many=kind == 2)
    _domes(site)
    _pyramids(site)
    _palms(site, pool)
    add_features(site, Kit(vine="palm_leaf", deck="sandstone", shard="gold_inlay"))
    return site.finish()


def _land(site: Site) -> Doubles:
    """Dunes, mesas and the basin of the pool; returns the pool's middle."""
    seed, rng = site.noise_seed("land"), site.rng("pool")
    heading = float(rng.uniform(0, 6.28))
    tall = site.tall(5.5, 10.0)
    side = site.layout.axis + float(rng.uniform(-0.5, 0.5))
    if float(site.layout.gate_gap(np.array(side))) < 0.55:
        side += 0.6
    long, wide = float(rng.uniform(15, 20)), float(rng.uniform(8, 11))
    middle = around(site.layout.radius + 9 + wide, side, 0.0)[0]
    mesas = around(rng.uniform(110, 210, 9), rng.uniform(0, 6.28, 9), rng.uniform(26, 58, 9))
    widths = rng.uniform(14, 38, 9)

    def height(x: Doubles, y: Doubles) -> Doubles:
        far = np.hypot(x, y)
        sand = dunes(x, y, seed, tall, heading) * smoothstep(site.layout.radius + 14, 62, far)
        sand += 0.25 * fractal(x / 4, y / 4, seed + 3, octaves=3)
        ground = level_near(x, y, sand, site.layout.radius + 5, site.layout.radius + 24)
        for (mx, my, top), width in zip(mesas, widths, strict=True):
            gap = np.hypot(x - mx, y - my) + 7 * fractal(x / 18, y / 18, seed + 8)
            step = 0.62 * smoothstep(width, width * 0.82, gap) + 0.38 * smoothstep(
                width * 1.7, width * 0.9, gap
            )
            ground = np.maximum(ground, top * step)
        dx, dy = x - middle[0], y - middle[1]
        u = dx * np.cos(side) + dy * np.sin(side)
        v = -dx * np.sin(side) + dy * np.cos(side)
        inside = np.hypot(u / wide, v / long) + 0.12 * fractal(x / 7, y / 7, seed + 5)
        basin: Doubles = ground - (1.7 + ground) * smoothstep(1.12, 0.7, inside)
        return basin

    site.ground = height
    site.add("sand", land(height, site.layout.radius - 0.5, 420, rings=190, spokes=420))
    water = disc(1.0, 0.0, segments=64)
    place = placements(
        middle[None] - [0, 0, 0.55], azimuth=side, size=np.array([[wide * 1.1, long * 1.1, 1.0]])
    )
    site.add("water", moved(water, place[0]))
    return np.array([*middle[:2], side, wide, long])


def _pyramids(site: Site) -> None:
    """Stepped pyramids with golden tips on the horizon, and obelisks before the gates."""
    rng = site.rng("pyramids")
    count = int(rng.integers(3, 6))
    azimuth = site.layout.axis + rng.uniform(0, 6.28) + np.arange(count) * 2 * np.pi / count
    azimuth += rng.normal(0, 0.25, count)
    distance = rng.uniform(95, 190, count)
    steps = 14
    profile = [(1.0, -0.2)]
    for k in range(steps):
        profile += [
            (1 - k / steps * 0.9, k / steps * 0.9),
            (1 - k / steps * 0.9, (k + 0.6) / steps * 0.9),
        ]
    shape = lathe([*profile, (0.1, 0.9)], 4)
    tip = lathe([(0.115, 0.9), (0.002, 1.0)], 4)
    foot = around(distance, azimuth, -4.0)
    size = rng.uniform(24, 44, count) * site.tall(0.8, 1.3)
    spin = rng.uniform(0, 1.57, count)
    for material, part in (("sandstone", shape), ("gold_inlay", tip)):
        site.put(material, part, foot, spin=spin, size=np.stack([size, size, size * 0.92], -1))
    tall = site.tall(7.0, 12.0)
    needle = lathe([(0.95, -0.3), (0.95, 0.5), (0.7, 0.55), (0.5, tall), (0.02, tall * 1.09)], 4)
    cap = lathe([(0.52, tall), (0.02, tall * 1.095)], 4)
    beside = np.array([gate + side * 0.30 for gate in site.layout.gates for side in (-1, 1)])
    places = site.at(np.full(len(beside), site.layout.gate_distance + 5.0), beside, -0.2)
    site.put("sandstone", needle, places, azimuth=beside, spin=np.pi / 4)
    site.put("gold_inlay", cap, places, azimuth=beside, spin=np.pi / 4)


def _walls(site: Site) -> None:
    """A stepped mud-brick wall with merlons, towers at its turns."""
    layout, rng = site.layout, site.rng("walls")
    count = 128
    start = 2 * np.pi * np.arange(count) / count
    middle = start + np.pi / count
    near = layout.rim(middle)
    keep = layout.clear(middle, near, 4.4) & layout.built(middle)
    tall = site.tall(3.4, 6.0)
    worn = 1 - site.spec.decay * 0.75 * (
        fractal(np.cos(middle) * 3, np.sin(middle) * 3, site.noise_seed("wear")) > 0.05
    )
    top = tall * worn + 0.75 * (np.arange(count) % 2) * (worn > 0.99)
    end = start + 2 * np.pi / count
    site.add(
        "sandstone_blocks",
        sectors(near[keep], near[keep] + 1.3, start[keep], end[keep], -0.8, top[keep], 1),
    )
    site.add(
        "sandstone",
        sectors(
            near[keep] - 0.12,
            near[keep] + 1.42,
            start[keep],
            end[keep],
            (tall * worn - 0.35)[keep],
            (tall * worn - 0.1)[keep],
            1,
        ),
    )
    towers = layout.bays(8, 6.5)
    towers = towers[layout.built(towers)][:: int(rng.integers(2, 4))]
    high = tall * 1.9
    body = lathe(
        [
            (2.3, -0.8),
            (1.8, high),
            (2.15, high + 0.15),
            (2.15, high + 0.7),
            (1.7, high + 0.7),
            (1.7, high + 0.3),
            (0.0, high + 0.3),
        ],
        20,
    )
    site.put("sandstone", body, around(layout.rim(towers) + 0.6, towers, 0.0))
    site.put(
        "gold_inlay",
        lathe(
            [(1.9, high * 0.82), (1.98, high * 0.82), (1.96, high * 0.86), (1.88, high * 0.86)], 20
        ),
        around(layout.rim(towers) + 0.6, towers, 0.0),
    )


def _awnings(site: Site, *, many: bool) -> None:
    rng, layout = site.rng("awnings"), site.layout
    azimuth = layout.bays(14 if many else 6, 6.0)
    azimuth = azimuth[layout.built(azimuth)]
    distance = layout.rim(azimuth) + (1.2 if many else 4.6)
    for angle, far in zip(azimuth, distance, strict=True):
        cloth, poles = awning(rng, float(rng.uniform(4.2, 6.0)), 4.2, site.tall(3.2, 4.2))
        place = shift(*site.at(np.array([far]), np.array([angle]))[0]) @ turn(float(angle))
        site.add("cloth" if rng.random() < 0.7 else "bone", moved(cloth, place))
        site.add("bark", moved(poles, place))
        for _ in range(3):
            jar = lathe(
                [
                    (0.0, 0.0),
                    (0.2, 0.0),
                    (0.34, 0.3),
                    (0.3, 0.55),
                    (0.14, 0.68),
                    (0.18, 0.76),
                    (0.0, 0.72),
                ],
                16,
                smooth=True,
            )
            site.add("copper", moved(jar, place @ shift(rng.uniform(0.2, 2), rng.uniform(-2, 2))))


def _domes(site: Site) -> None:
    """Houses and a domed shrine outside the ring, some way off."""
    rng = site.rng("domes")
    azimuth = site.layout.axis + np.pi + rng.normal(0, 0.9, 9)
    distance = rng.uniform(site.layout.gate_distance + 13, 66, 9)
    keep = site.layout.clear(azimuth, distance, 9)
    for k, point in enumerate(site.at(distance[keep], azimuth[keep], -0.4)):
        wide, tall = rng.uniform(5, 9), site.tall(3.5, 6.5) * rng.uniform(0.8, 1.3)
        pieces = [
            block(wide, wide * 0.9, tall, bevel=0.12),
            moved(block(wide + 0.4, wide * 0.9 + 0.4, 0.5), shift(z=tall - 0.3)),
        ]
        reach = wide * 0.36
        dome = lathe(
            [(reach, tall), (reach, tall + 0.9)]
            + [
                (reach * 1.06 * np.cos(a) + 0.001, tall + 0.9 + reach * 1.15 * np.sin(a))
                for a in np.linspace(0, np.pi / 2, 9)
            ],
            28,
            smooth=True,
        )
        place = shift(*point) @ turn(float(rng.uniform(0, 6.28)))
        site.add("sandstone_blocks", moved(pieces[0], place))
        site.add("sandstone", moved(pieces[1], place))
        site.add("brass" if k % 3 == 0 else "marble", moved(dome, place))
        doors = [
            moved(block(0.1, 1.3, 2.5, bevel=0.03), shift(wide / 2 + 0.0, 0, 0.3)),
            moved(block(0.1, 0.7, 0.9, bevel=0.03), shift(wide / 2, wide * 0.28, tall * 0.55)),
        ]
        site.add("planks", moved(merge(doors), place))


def _palms(site: Site, pool: Doubles) -> None:
    rng, layout = site.rng("palms"), site.layout
    shapes = [palm(rng, h) for h in (6.5, 8.5, 10.5, 12.0)]
    x, y, side, wide, long = (float(v) for v in pool)
    count = 34
    angle = rng.uniform(0, 2 * np.pi, count)
    reach = rng.uniform(1.08, 1.5, count)
    u, v = reach * wide * np.cos(angle), reach * long * np.sin(angle)
    px = x + u * np.cos(side) - v * np.sin(side)
    py = y + u * np.sin(side) + v * np.cos(side)
    far, azimuth = np.hypot(px, py), np.arctan2(py, px)
    keep = layout.clear(azimuth, far, 5) & (far > layout.gate_distance + 2.5)
    plant(
        site,
        "oasis",
        shapes,
        site.at(far[keep], azimuth[keep]),
        leaf="palm_leaf",
        sizes=(0.7, 1.15),
    )
    plant(
        site,
        "palms",
        shapes,
        site.sown("palms", 34, layout.gate_distance + 4, 70, width=6),
        leaf="palm_leaf",
    )
    reeds = np.concatenate(
        [
            site.at(far[keep], azimuth[keep]),
            site.sown("bushes", 90, layout.gate_distance + 3, 60, width=4.5),
        ]
    )
    spread = reeds + rng.normal(0, 1.0, reeds.shape) * [1, 1, 0]
    off = layout.clear(
        np.arctan2(spread[:, 1], spread[:, 0]), np.hypot(spread[:, 0], spread[:, 1]), 4
    ) & (np.hypot(spread[:, 0], spread[:, 1]) > layout.gate_distance)
    spread = spread[off]
    spread[:, 2] = site.ground(spread[:, 0], spread[:, 1])
    site.add(
        "palm_leaf",
        scattered(
            [fern(rng) for _ in range(3)],
            placements(spread, size=rng.uniform(0.8, 2.0, len(spread))),
        ),
    )
    rocks = site.sown("rocks", 80, layout.gate_distance + 2, 100)
    site.add("cliff", boulders(rng, rocks, rng.uniform(0.2, 1.6, len(rocks))))
