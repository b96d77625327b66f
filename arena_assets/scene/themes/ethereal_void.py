"""Nothing below, stars all round: a floating platform, stairs of slabs, shards, broken rings."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle, ring_gate
from arena_assets.scene.kit.crystals import cluster, splinter
from arena_assets.scene.kit.floors import Motif, Tiling
from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
    instances,
    merge,
    moved,
    placements,
    scattered,
    shift,
    tilt,
    tumbled,
    turn,
    vec,
)
from arena_assets.scene.kit.noise import fractal
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import floating_rocks, island, roughened
from arena_assets.scene.kit.runes import band, glyph_halo
from arena_assets.scene.kit.solids import block, blocks, disc, lathe, sectors, torus
from arena_assets.scene.model import Air, Stage, StageSpec
from arena_assets.scene.themes.common import lay_floor, raise_centrepiece, stand_gates
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import Look, Site, open_site

_AIR = Air(
    zenith=(0.010, 0.007, 0.034),
    horizon=(0.07, 0.035, 0.14),
    sun=(1.0, 0.8, 0.64),
    sun_elevation=48,
    clouds=0.0,
    fog=(0.05, 0.03, 0.10),
    fog_density=0.0030,
    stars=True,
    nebula=True,
    particles="motes",
    orb="planet",
)
_LOOK = Look(
    "obsidian",
    "slate",
    "obsidian",
    "obsidian",
    "slate",
    "gold_inlay",
    "void_rock",
    "void_rock",
    bed="mana",
    flame="mana",
)


def build(spec: StageSpec) -> Stage:
    pale = spec.seed % 3 == 1
    look = (
        Look(
            "paving_dark",
            "mosaic",
            "marble",
            "slate",
            "obsidian",
            "gold_inlay",
            "void_rock",
            "void_rock",
            bed="mana",
            flame="mana",
        )
        if pale
        else _LOOK
    )
    site = open_site(spec, look, _AIR, tuple(Arrangement), reach=85.0)
    _platform(site)
    lay_floor(
        site,
        (Tiling.HEXAGONS, Tiling.FAN, Tiling.RINGS, Tiling.CRAZY),
        (Motif.STAR, Motif.SPIRAL, Motif.PETALS, Motif.WHEEL),
    )
    raise_centrepiece(
        site,
        Tint(
            look.wall,
            look.trim,
            "gold_inlay",
            leaves="dim_crystal",
            wood="void_rock",
            liquid="deep_water",
        ),
    )
    _gates(site)
    kind = int(site.rng("ring").integers(3))
    if kind == 0:
        _blades(site)
    elif kind == 1:
        _shells(site)
    else:
        _pillars(site)
    _stairs(site)
    _halo(site)
    _outlands(site)
    add_features(
        site, Kit(liquid="deep_water", vine="dim_crystal", spire="obsidian", shard="mana_crystal")
    )
    return site.finish()


def _platform(site: Site) -> None:
    """The rock under the floor, cut in tiers or grown to a point, with veins of light."""
    rng, radius = site.rng("platform"), site.layout.radius
    apron = site.layout.gate_distance + 4.5
    sides = int(rng.choice([8, 12, 48]))
    tiers = [(apron, -0.35), (apron + 0.4, -1.4)]
    reach, depth = apron + 0.4, 1.4
    while reach > 2.5:
        reach *= rng.uniform(0.62, 0.82)
        tiers.append((reach * 1.06, -depth))
        depth += rng.uniform(2.0, 5.0)
        tiers.append((reach, -depth))
    tiers.append((0.0, -depth - rng.uniform(6, 14)))
    keel = roughened(lathe([(r, z) for r, z in reversed(tiers)], max(sides, 36)), rng, 0.5)
    site.add("void_rock", keel)
    site.add(site.look.wall, lathe([(apron, -0.5), (apron, -0.12), (radius - 0.3, -0.12)], 96))
    site.add(
        "mana",
        lathe(
            [
                (apron + 0.02, -0.34),
                (apron + 0.05, -0.34),
                (apron + 0.05, -0.26),
                (apron + 0.02, -0.26),
            ],
            96,
        ),
    )
    hanging = around(rng.uniform(4, apron, 60), rng.uniform(0, 6.28, 60), 0.0)
    hanging[:, 2] = -6 - 16 * (1 - np.hypot(hanging[:, 0], hanging[:, 1]) / apron)
    shards = [splinter(rng, 1.0, 0.13) for _ in range(4)]
    site.add(
        "dim_crystal",
        scattered(
            shards, placements(hanging, lean=rng.normal(0, 0.2, 60), size=rng.uniform(2, 7, 60))
        ),
    )


def _gates(site: Site) -> None:
    rng, layout = site.rng("gate rings"), site.layout
    if rng.random() < 0.5:
        stand_gates(site, (GateStyle.TRILITHON, GateStyle.HORNS, GateStyle.POINTED), site.look.wall)
        return
    hoop, upright = ring_gate(5.4, 8.0 * (0.85 + 0.4 * site.spec.grandeur))
    reach = float(np.linalg.norm(hoop.vertices[:, 1:] - upright[1:3, 3], axis=1).mean())
    for azimuth in layout.gates:
        place = turn(azimuth) @ shift(layout.gate_distance)
        site.add(site.look.wall, moved(hoop, place))
        for side in (-0.5, 0.5):
            site.add(
                "mana",
                moved(
                    torus(reach + 0.05, 0.1, segments=72, sides=6), place @ shift(side) @ upright
                ),
            )
        site.lamp(
            (
                np.cos(azimuth) * (layout.gate_distance - 1.6),
                np.sin(azimuth) * (layout.gate_distance - 1.6),
                5.2,
            ),
            site.mana,
            8.0,
            0.6,
        )


def _bays(site: Site, count: int, margin: float) -> Doubles:
    azimuth = site.layout.bays(count, margin)
    return azimuth[site.layout.built(azimuth)]


def _blades(site: Site) -> None:
    """Tall obelisk-like blades that hover just off the edge."""
    rng, layout = site.rng("blades"), site.layout
    azimuth = _bays(site, int(rng.integers(10, 18)), 4.5)
    tall = rng.uniform(7, 13, len(azimuth)) * site.tall(0.8, 1.4)
    points = around(layout.rim(azimuth) + 1.6, azimuth, 0.0)
    points[:, 2] = tall * 0.42 + rng.uniform(-1, 2.0, len(points))
    shape = merge([lathe([(0.0, -0.5), (0.085, -0.18), (0.1, 0.0), (0.07, 0.24), (0.0, 0.5)], 4)])
    size = np.stack([tall * 0.75, tall * 1.25, tall], -1)
    site.put(site.look.wall, shape, points, azimuth=azimuth, size=size)
    site.put(
        "mana",
        lathe([(0.1, -0.012), (0.104, -0.012), (0.104, 0.012), (0.1, 0.012)], 4),
        points,
        azimuth=azimuth,
        size=size * [1.0, 1.0, 1.0],
    )
    for point in points[:: max(1, len(points) // 8)]:
        site.lamp(point * [0.92, 0.92, 1], site.mana, 6.0, 0.4)


def _shells(site: Site) -> None:
    """Broken arcs of wall that hover at several heights around the floor."""
    rng, layout = site.rng("shells"), site.layout
    for k in range(int(rng.integers(3, 6))):
        count = 90
        start = 2 * np.pi * np.arange(count) / count
        middle = start + np.pi / count
        noise = fractal(
            np.cos(middle) * 2.2, np.sin(middle) * 2.2, site.noise_seed(f"shell{k}"), octaves=3
        )
        base = -0.1 if k == 0 else 2.6 * k + rng.uniform(0, 1.5)
        keep = (noise > -0.12 + 0.25 * site.spec.decay) & layout.built(middle)
        near = layout.rim(middle) + 0.5 + 1.3 * k
        if base < 8.5 * (0.85 + 0.4 * site.spec.grandeur):
            keep &= layout.clear(middle, near, 4.2)
        tall = rng.uniform(1.3, 2.2)
        end = start + 2 * np.pi / count
        site.add(
            site.look.wall,
            sectors(
                near[keep],
                near[keep] + 0.9,
                start[keep] + 0.001,
                end[keep] - 0.001,
                base,
                base + tall,
                2,
            ),
        )
        site.add(
            "mana",
            sectors(
                near[keep] - 0.03,
                near[keep] + 0.2,
                start[keep],
                end[keep],
                base + tall * 0.45,
                base + tall * 0.55,
                2,
            ),
        )
        site.add(
            "gold_inlay",
            sectors(
                near[keep] - 0.06,
                near[keep] + 0.96,
                start[keep],
                end[keep],
                base + tall + 0.02,
                base + tall + 0.12,
                2,
            ),
        )


def _pillars(site: Site) -> None:
    """Columns cut in pieces that float one above another."""
    rng, layout = site.rng("pillars"), site.layout
    azimuth = _bays(site, int(rng.integers(12, 20)), 4.4)
    radius, pieces = site.tall(0.7, 1.0), 5
    z = np.zeros(len(azimuth))
    for k in range(pieces):
        long = site.tall(1.5, 2.4) * rng.uniform(0.75, 1.2, len(azimuth))
        keep = rng.random(len(azimuth)) > 0.08 + 0.12 * k * site.spec.decay
        drum = lathe([(radius, 0.0), (radius, 1.0), (0.0, 1.0)], 8)
        base = lathe([(0.0, -0.001), (radius, 0.0)], 8)
        points = around(layout.rim(azimuth) + 0.4, azimuth, 0.0)
        points[:, 2] = z
        drift = rng.normal(0, 0.05 + 0.04 * k, (len(azimuth), 2))
        points[:, :2] += drift
        size = np.stack([np.full(len(azimuth), 1 - 0.05 * k)] * 2 + [long], -1)
        site.put(
            site.look.wall,
            merge([drum, base]),
            points[keep],
            azimuth=azimuth[keep],
            spin=rng.normal(0, 0.1, int(keep.sum())),
            lean=rng.normal(0, 0.02 * k, int(keep.sum())),
            size=size[keep],
        )
        gap = points[keep] + np.column_stack([np.zeros((int(keep.sum()), 2)), long[keep] + 0.14])
        site.put(
            "mana",
            lathe([(0.0, -0.05), (radius * 0.5, -0.05), (radius * 0.5, 0.05), (0.0, 0.05)], 8),
            gap,
        )
        z = z + long + 0.3 + 0.1 * k
    top = around(layout.rim(azimuth) + 0.4, azimuth, 0.0)
    top[:, 2] = z + 0.8
    site.put("mana_crystal", splinter(rng, 1.6, 0.4), top)
    for point in top[::2]:
        site.lamp(point, site.mana, 6.0, 0.4)


def _stairs(site: Site) -> None:
    """From every gate a path of floating slabs that leads out and up or down to an island."""
    rng, layout = site.rng("stairs"), site.layout
    for azimuth in layout.gates:
        count = 26
        far = layout.gate_distance + 5.2 + 1.25 * np.arange(count)
        bend = azimuth + rng.normal(0, 0.011) * np.arange(count)
        rise = np.cumsum(
            np.concatenate([np.zeros(4), np.full(count - 4, rng.choice([-0.32, 0.3, 0.42]))])
        )
        points = around(far, bend, -0.3)
        points[:, 2] += rise
        sizes = np.stack(
            [rng.uniform(0.9, 1.15, count), rng.uniform(3.4, 4.6, count), np.full(count, 0.3)], -1
        )
        site.add(
            site.look.wall,
            blocks(sizes, placements(points, azimuth=bend + rng.normal(0, 0.04, count))),
        )
        edge = np.stack([sizes[:, 0], sizes[:, 1] * 0.98, np.full(count, 0.05)], -1)
        site.add(
            "mana",
            blocks(
                edge[::3] * [0.12, 1, 1],
                placements(points[::3] + vec(0, 0, 0.17), azimuth=bend[::3]),
                bevel=0.01,
            ),
        )
        end = points[-1]
        top, cliff = island(int(rng.integers(1 << 30)), 7.5, 14.0, relief=0.15, columns=64)
        landing = shift(*(end + around(6.0, bend[-1], 0.0)[0])) @ shift(z=0.2)
        site.add("void_rock", moved(top, landing), moved(cliff, landing))
        site.add("mana_crystal", moved(cluster(rng, 4.5, 8), landing @ shift(2.0)))
        site.lamp((landing @ shift(0, 0, 3.0))[:3, 3], site.mana, 10.0, 0.8)


def _halo(site: Site) -> None:
    """Vast broken rings round the whole place."""
    rng, layout = site.rng("halo"), site.layout
    for k in range(int(rng.integers(2, 5))):
        reach = layout.gate_distance * (1.25 + 0.32 * k)
        lean = tilt(float(rng.uniform(0.2, 1.35)), (float(rng.normal()), float(rng.normal()), 0))
        count = 120
        start = 2 * np.pi * np.arange(count) / count
        noise = fractal(
            np.cos(start) * 1.6, np.sin(start) * 1.6, site.noise_seed(f"halo{k}"), octaves=3
        )
        keep = noise > -0.1 + 0.3 * site.spec.decay - 0.1
        end = start + 2 * np.pi / count - 0.004
        place = shift(z=site.tall(4, 8)) @ lean
        # A piece that would cut through the floor's air is left out.
        middle = around(reach, start, 0.0) @ place[:3, :3].T + place[:3, 3]
        keep &= (
            (np.hypot(middle[:, 0], middle[:, 1]) > layout.gate_distance + 5)
            | (middle[:, 2] > 9)
            | (middle[:, 2] < -9)
        )
        site.add(
            site.look.trim,
            moved(sectors(reach - 0.5, reach + 0.5, start[keep], end[keep], -0.3, 0.3, 2), place),
        )
        site.add(
            "mana",
            moved(
                sectors(reach + 0.5, reach + 0.56, start[keep], end[keep], -0.08, 0.08, 2), place
            ),
        )
    high = site.stage.focus[2] + site.tall(8, 13)
    site.add("mana", moved(glyph_halo(rng, layout.radius * 0.7, 1.5, 26), shift(z=high)))
    site.add(
        "mana",
        moved(band(layout.radius * 0.7 - 1.4, layout.radius * 0.7 - 1.3, 0.0), shift(z=high)),
    )


def _outlands(site: Site) -> None:
    """Platforms with ruins, rocks and shards away into the dark."""
    rng, layout = site.rng("outlands"), site.layout
    deep = layout.axis + np.arange(5) * 2 * np.pi / 5
    for point in around(np.full(5, layout.gate_distance + 9.0), deep, -2.0):
        site.lamp(point, site.accent, 26.0, 1.0)
    count = 12
    azimuth = rng.uniform(0, 6.28, count)
    far, lift, size = (
        rng.uniform(58, 150, count),
        rng.uniform(-30, 36, count),
        rng.uniform(4, 14, count),
    )
    for k in range(count):
        place = shift(*around(far[k], azimuth[k], lift[k])[0]) @ tilt(
            float(rng.normal(0, 0.12)), (1, 0, 0)
        )
        top, cliff = island(
            int(rng.integers(1 << 30)), size[k], size[k] * 1.9, relief=0.4, columns=56
        )
        site.add("void_rock", moved(top, place), moved(cliff, place))
        stones = instances(
            block(0.8, 0.8, 5.0, bevel=0.1),
            placements(
                around(size[k] * 0.5, np.arange(6) * np.pi / 3, 0.0),
                size=np.stack([np.ones(6), np.ones(6), rng.uniform(0.3, 1.3, 6)], -1),
            ),
        )
        site.add(site.look.wall, moved(stones, place))
        site.add("mana", moved(disc(size[k] * 0.3, 0.75, inner=size[k] * 0.27, segments=40), place))
    rocks = 150
    points = around(
        rng.uniform(layout.gate_distance + 9, 120, rocks),
        rng.uniform(0, 6.28, rocks),
        rng.normal(2, 15, rocks),
    )
    keep = layout.clear(
        np.arctan2(points[:, 1], points[:, 0]), np.hypot(points[:, 0], points[:, 1]), 4.5
    )
    points = points[keep]
    site.add(
        "void_rock",
        floating_rocks(
            rng,
            points,
            rng.uniform(0.4, 1.8, len(points)) * (1 + np.hypot(points[:, 0], points[:, 1]) / 50),
        ),
    )
    shards = [splinter(rng, 1.0, 0.18, 5) for _ in range(5)]
    near = around(
        rng.uniform(layout.gate_distance + 4, 80, 120),
        rng.uniform(0, 6.28, 120),
        rng.normal(6, 10, 120),
    )
    site.add("dim_crystal", scattered(shards, tumbled(rng, near[::2], rng.uniform(0.8, 3.4, 60))))
    site.add("obsidian", scattered(shards, tumbled(rng, near[1::2], rng.uniform(0.8, 4.5, 60))))
