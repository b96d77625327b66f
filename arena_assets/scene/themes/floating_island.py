"""An island in the sky: cliffs below it, other islands around, bridges, waterfalls, clear air."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.bridges import hanging_bridge
from arena_assets.scene.kit.columns import ColumnStyle, column, ring_of
from arena_assets.scene.kit.floors import Tiling
from arena_assets.scene.kit.mesh import around, make, merge, moved, placements, shift, vec
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders, floating_rocks, island, island_height, island_rim
from arena_assets.scene.kit.solids import block, lathe
from arena_assets.scene.kit.trees import branching, conifer
from arena_assets.scene.model import Air, Part, Stage, StageSpec
from arena_assets.scene.themes.colonnade import colonnade
from arena_assets.scene.themes.common import (
    gate_braziers,
    lay_floor,
    raise_centrepiece,
    stand_gates,
)
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.growth import meadow, plant
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import Look, Site, open_site

_AIR = Air(
    zenith=(0.045, 0.19, 0.66),
    horizon=(0.6, 0.76, 0.93),
    sun=(1.0, 0.86, 0.64),
    sun_elevation=32,
    clouds=0.55,
    fog=(0.6, 0.76, 0.94),
    fog_density=0.0024,
    particles="petals",
)
_LOOK = Look(
    "paving", "mosaic", "marble", "marble", "marble", "brass", "cliff", "grass", flame="mana"
)


def build(spec: StageSpec) -> Stage:
    plans = (Arrangement.ROUND, Arrangement.HORSESHOE, Arrangement.OVAL, Arrangement.TERRACED)
    site = open_site(spec, _LOOK, _AIR, plans, reach=85.0)
    rim = _home(site)
    lay_floor(site, (Tiling.RINGS, Tiling.FAN, Tiling.HEXAGONS, Tiling.CRAZY))
    raise_centrepiece(site, Tint("marble", "marble", "brass"))
    stand_gates(site, (GateStyle.ROUND, GateStyle.POINTED), "marble")
    gate_braziers(site, strength=7)
    if site.rng("ring").random() < 0.65:
        colonnade(site, "marble", trim="gold_inlay")
    else:
        _pavilions(site)
    _satellites(site, rim)
    _greenery(site, rim)
    add_features(site, Kit(vine="leaf", shard="plain_crystal"))
    return site.finish()


def _home(site: Site) -> float:
    """The arena's own island; returns its radius."""
    seed = site.noise_seed("home")
    radius = site.layout.gate_distance + 15 + 6 * site.spec.grandeur
    flat = site.layout.radius + 7
    top, cliff = island(seed, radius, site.tall(34, 52), flat_radius=flat, columns=260)
    site.add("grass", top)
    site.add("cliff", cliff)
    site.ground = island_height(seed, radius, flat_radius=flat)
    rng = site.rng("waterfalls")
    for azimuth in site.layout.axis + rng.uniform(0, 2 * np.pi, int(rng.integers(2, 5))):
        edge = float(island_rim(seed, radius, np.array([azimuth]))[0])
        if not bool(site.layout.clear(np.array(azimuth), np.array(edge), 6)):
            continue
        site.add("water", _waterfall(rng, azimuth, edge, -0.25, 44.0, 3.0))
    hang = island_rim(seed, radius, np.linspace(0, 6.28, 40)) * 0.72
    below = around(hang, np.linspace(0, 6.28, 40), -12.0)
    below[:, 2] -= rng.uniform(0, 12, 40)
    site.add("cliff", floating_rocks(rng, below * [1.25, 1.25, 1], rng.uniform(0.5, 2.4, 40)))
    return radius


def _waterfall(
    rng: np.random.Generator, azimuth: float, edge: float, top: float, drop: float, wide: float
) -> Part:
    """Sheets of water that flow over an edge and fall, fraying; seen from both sides."""
    rows, columns = 26, 15
    down = np.linspace(0, 1, rows)[:, None]
    across = np.linspace(-1, 1, columns)[None]
    out = edge - 5 + 8.0 * np.minimum(down * 4, 1) + 3.0 * np.sqrt(down)
    fall = top + 0.1 - drop * np.clip(down - 0.14, 0, None) ** 1.15
    ripple = rng.normal(0, 0.22, (1, columns)) * (0.2 + down)
    flare = wide * (1 + 0.5 * down) * across
    x = (out + ripple) * np.cos(azimuth) - flare * np.sin(azimuth)
    y = (out + ripple) * np.sin(azimuth) + flare * np.cos(azimuth)
    vertices = np.stack([x, y, np.broadcast_to(fall, x.shape)], -1)
    row, column = np.arange(rows - 1)[:, None] * columns, np.arange(columns - 1)[None]
    a = (row + column).reshape(-1)
    keep = rng.random(len(a)) > 0.25 * np.repeat(np.linspace(0, 1, rows - 1), columns - 1)
    a = a[keep]
    faces = np.concatenate(
        [np.stack([a, a + columns, a + 1], -1), np.stack([a + 1, a + columns, a + columns + 1], -1)]
    )
    return make(vertices, faces, smooth=True)


def _pavilions(site: Site) -> None:
    """Small domed kiosks around the rim instead of a ring of columns."""
    azimuth = site.layout.bays(9, 6.0)
    azimuth = azimuth[site.layout.built(azimuth)]
    tall = site.tall(4.2, 6.5)
    turns = np.arange(6) * np.pi / 3
    dome = lathe(
        [
            (2.1 * np.cos(a) + 0.001, tall + 0.75 + 1.9 * np.sin(a))
            for a in np.linspace(0, np.pi / 2, 9)
        ],
        28,
        smooth=True,
    )
    kiosk = merge(
        [
            ring_of(column(tall, 0.26, ColumnStyle.SMOOTH), np.full(6, 1.7), turns, 0.3),
            lathe([(2.5, -0.3), (2.5, 0.15), (2.2, 0.2), (2.2, 0.32), (0.0, 0.32)], 28),
            lathe(
                [(1.4, tall + 0.25), (2.05, tall + 0.25), (2.2, tall + 0.75), (1.4, tall + 0.75)],
                28,
            ),
        ],
        smooth=False,
    )
    points = around(site.layout.rim(azimuth) + 1.2, azimuth, 0.0)
    roof = ("patina", "brass", "copper")[int(site.rng("domes").integers(3))]
    site.put("marble", kiosk, points, azimuth=azimuth)
    site.put(roof, dome, points, azimuth=azimuth)
    finial = lathe(
        [(0.0, 0.0), (0.24, 0.1), (0.3, 0.4), (0.1, 0.7), (0.03, 1.5), (0.0, 1.6)], 12, smooth=True
    )
    site.put("brass", finial, points + vec(0, 0, tall + 2.6))


def _satellites(site: Site, home: float) -> None:
    """Islands near and far with groves and ruins; the nearest hang on bridges."""
    rng = site.rng("satellites")
    count = int(rng.integers(13, 20))
    near = int(rng.integers(2, 5))
    azimuth = (
        site.layout.gates[0] + 2 * np.pi * np.arange(count) / count + rng.normal(0, 0.14, count)
    )
    distance = rng.uniform(70, 190, count)
    height = np.where(
        np.arange(count) % 3 == 2, rng.uniform(-34, -6, count), rng.uniform(8, 46, count)
    )
    size = rng.uniform(6, 20, count)
    for k in range(min(near, len(site.layout.gates))):
        azimuth[k], distance[k], height[k], size[k] = (
            site.layout.gates[k],
            home + 28,
            rng.uniform(-2, 5),
            11,
        )
    firs = [conifer(rng, h) for h in (5.0, 7.0)]
    broad = branching(rng, 6.5, leaves_per_tip=24)
    for k in range(count):
        middle = around(distance[k], azimuth[k], height[k])[0]
        seed = int(rng.integers(1 << 30))
        top, cliff = island(seed, size[k], size[k] * rng.uniform(1.2, 1.9), relief=0.6, columns=72)
        site.add("grass", moved(top, shift(*middle)))
        site.add("cliff", moved(cliff, shift(*middle)))
        number = int(size[k] * 0.36)
        spread = around(size[k] * 0.7 * np.sqrt(rng.random(number)), rng.uniform(0, 6.28, number))
        spread[:, 2] = island_height(seed, size[k], relief=0.6)(spread[:, 0], spread[:, 1]) - 0.1
        for tree, leaf, part in (
            (firs[k % 2], "dark_leaf", spread[::2]),
            (broad, "leaf", spread[1::2]),
        ):
            matrices = placements(
                part + middle,
                azimuth=rng.uniform(0, 6.28, len(part)),
                size=rng.uniform(0.7, 1.2, len(part)),
            )
            site.put("bark", tree.wood, matrices[:, :3, 3], size=matrices[:, 2, 2])
            site.put(leaf, tree.leaves, matrices[:, :3, 3], size=matrices[:, 2, 2])
        if k % 3 == 0:
            ruin = ring_of(
                column(5.5, 0.4, ColumnStyle.SMOOTH), np.full(5, 2.6), np.arange(5) * 1.1, 0.0
            )
            site.add("marble", moved(ruin, shift(*middle)))
            site.add(
                "mana_crystal",
                moved(
                    block(0.6, 0.6, 1.8, bevel=0.28), shift(middle[0], middle[1], middle[2] + 0.8)
                ),
            )
        if k % 4 == 1:
            site.add(
                "water",
                moved(
                    _waterfall(rng, float(azimuth[k]) + 2.0, float(size[k]), -0.2, 40.0, 1.4),
                    shift(*middle),
                ),
            )
        if k < min(near, len(site.layout.gates)):
            start = around(home * 0.86, azimuth[k], 0.15)[0]
            end = middle + around(-size[k] * 0.8, azimuth[k], 0.2)[0]
            deck, ropes = hanging_bridge(rng, start, end, 3.0)
            site.add("planks", deck)
            site.add("bark", ropes)


def _greenery(site: Site, home: float) -> None:
    rng, layout = site.rng("greenery"), site.layout
    near, far = layout.gate_distance + 5, home * 0.84
    trees = [branching(rng, h) for h in (6.5, 8.0)]
    leaf = ("leaf", "autumn_leaf")[int(rng.random() < 0.35)]
    plant(site, "broad", trees, site.sown("broad", 22, near + 1, far, width=6), leaf=leaf)
    plant(
        site,
        "firs",
        [conifer(rng, h) for h in (6.0, 8.5)],
        site.sown("firs", 26, near + 1, far, width=6),
        leaf="dark_leaf",
    )
    rocks = site.sown("rocks", 40, near - 2, far)
    site.add("cliff", boulders(rng, rocks, rng.uniform(0.2, 1.1, len(rocks))))
    meadow(site, near - 1.5, far, tufts=3200)
