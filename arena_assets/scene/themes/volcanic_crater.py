"""Inside a crater: high walls, rivers and pools of lava, basalt organ pipes, chains, embers."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.crystals import spires
from arena_assets.scene.kit.floors import Tiling
from arena_assets.scene.kit.machinery import chain
from arena_assets.scene.kit.mesh import Doubles, around, instances, moved, placements, shift, vec
from arena_assets.scene.kit.noise import fractal, smoothstep
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders, organ_pipes, roughened
from arena_assets.scene.kit.solids import block, disc, lathe, sectors
from arena_assets.scene.kit.terrain import land, level_near
from arena_assets.scene.model import Air, Stage, StageSpec
from arena_assets.scene.themes.common import (
    gate_braziers,
    lay_floor,
    raise_centrepiece,
    stand_gates,
)
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import Look, Site, open_site

_AIR = Air(
    zenith=(0.022, 0.026, 0.042),
    horizon=(0.24, 0.065, 0.022),
    sun=(0.62, 0.3, 0.14),
    sun_elevation=26,
    clouds=0.8,
    fog=(0.105, 0.042, 0.032),
    fog_density=0.0021,
    particles="embers",
    underlit=(0.2, 0.045, 0.01),
)
_LOOK = Look(
    "paving_dark", "basalt", "basalt", "basalt", "obsidian", "iron", "basalt", "volcanic_ground"
)
_LAVA = (1.0, 0.36, 0.07)
_LEVEL = -1.0
"""Height of the molten rock, metres."""


def build(spec: StageSpec) -> Stage:
    site = open_site(spec, _LOOK, _AIR, tuple(Arrangement), reach=78.0)
    _crater(site)
    lay_floor(site, (Tiling.CRAZY, Tiling.RINGS, Tiling.PLATES, Tiling.HEXAGONS))
    raise_centrepiece(site, Tint("basalt", "obsidian", "iron", leaves="autumn_leaf", liquid="lava"))
    stand_gates(site, (GateStyle.HORNS, GateStyle.TRILITHON, GateStyle.POINTED), "basalt")
    gate_braziers(site, strength=12)
    _moat(site)
    _ramparts(site)
    _pipes(site)
    _chains(site)
    add_features(
        site,
        Kit(liquid="lava", vine="autumn_leaf", spire="obsidian", deck="basalt", shard="obsidian"),
    )
    return site.finish()


def _crater(site: Site) -> None:
    seed, rng = site.noise_seed("crater"), site.rng("crater")
    wall = float(rng.uniform(74, 96))
    tall = site.tall(38, 66)
    rivers = int(rng.integers(3, 7))
    bend = float(rng.uniform(-0.05, 0.05))
    breach = site.layout.axis

    def height(x: Doubles, y: Doubles) -> Doubles:
        far, azimuth = np.hypot(x, y), np.arctan2(y, x)
        ridge = fractal(x / 24, y / 24, seed, ridged=True)
        rise = smoothstep(wall - 34, wall, far) * (1 - 0.55 * smoothstep(wall, wall + 60, far))
        notch = 1 - 0.72 * np.exp(-((np.angle(np.exp(1j * (azimuth - breach))) / 0.34) ** 2))
        rim = tall * rise * notch * (0.85 + 0.3 * fractal(x / 50, y / 50, seed + 2) + 0.22 * ridge)
        rough = 3.6 * ridge * smoothstep(site.layout.radius, site.layout.radius + 16, far)
        rough += 0.4 * fractal(x / 3, y / 3, seed + 4, octaves=4)
        swing = (
            azimuth * rivers / 2 + 1.1 * fractal(x / 22, y / 22, seed + 9, octaves=3) + bend * far
        )
        bank = np.clip(np.abs(np.sin(swing)) * far / (8.5 * rivers), 0, 1) ** 1.5
        base = rim * (0.35 + 0.65 * bank) + rough * bank + 0.5 * bank - 3.2 * (1 - bank)
        return level_near(x, y, base, site.layout.radius + 4.2, site.layout.radius + 9)

    site.ground = height
    site.add("volcanic_ground", land(height, site.layout.radius - 0.5, 230, rings=180, spokes=400))
    site.add("lava", disc(150, _LEVEL, inner=site.layout.radius + 1, segments=128))
    probe = site.rng("lava lamps")
    azimuth, distance = (
        probe.uniform(0, 2 * np.pi, 900),
        probe.uniform(site.layout.radius + 7, 62, 900),
    )
    x, y = distance * np.cos(azimuth), distance * np.sin(azimuth)
    hot = np.flatnonzero(height(x, y) < _LEVEL - 0.5)
    chosen: list[int] = []
    for k in hot:
        if all((x[k] - x[c]) ** 2 + (y[k] - y[c]) ** 2 > 100 for c in chosen) and len(chosen) < 14:
            chosen.append(int(k))
            site.lamp((x[k], y[k], _LEVEL + 2.2), _LAVA, 16.0, 1.6)


def _moat(site: Site) -> None:
    """A ring of lava in a kerbed channel around the floor, crossed at the gates."""
    rng, radius = site.rng("moat"), site.layout.radius
    if rng.random() < 0.4:
        return
    inner, outer, count = radius + 0.15, radius + 1.5, 72
    start = 2 * np.pi * np.arange(count) / count
    keep = site.layout.clear(start + np.pi / count, np.full(count, radius), 3.2)
    sides = sectors(
        inner - 0.1, inner + 0.12, start[keep], start[keep] + 2 * np.pi / count, -0.3, 0.14, 2
    )
    site.add("obsidian", sides)
    site.add(
        "basalt",
        sectors(
            outer - 0.1, outer + 0.4, start[keep], start[keep] + 2 * np.pi / count, -0.3, 0.3, 2
        ),
    )
    site.add(
        "lava",
        sectors(
            inner + 0.1, outer - 0.05, start[keep], start[keep] + 2 * np.pi / count, -0.3, 0.02, 2
        ),
    )
    for azimuth in start[keep][:: max(1, keep.sum() // 8)]:
        site.lamp(around(radius + 0.8, azimuth, 0.7)[0], _LAVA, 5.0, 0.6)


def _ramparts(site: Site) -> None:
    """What rings the floor: fangs of obsidian, a broken wall, or carved pylons."""
    rng, layout = site.rng("ramparts"), site.layout
    kind = int(rng.integers(3))
    azimuth = layout.bays(int(rng.integers(14, 26)), 4.2)
    azimuth = azimuth[layout.built(azimuth)]
    distance = layout.rim(azimuth) + 1.0
    points = site.at(distance, azimuth, -0.4)
    if kind == 0:
        site.add(
            "obsidian",
            spires(rng, points, rng.uniform(5, 10, len(points)) * site.tall(0.8, 1.5), 0.3, 5),
        )
    elif kind == 1:
        count = 120
        start = 2 * np.pi * np.arange(count) / count
        middle = start + np.pi / count
        near = layout.rim(middle)
        keep = layout.clear(middle, near, 4.0) & layout.built(middle)
        top = site.tall(3.0, 5.5) * (
            0.8 + 0.5 * fractal(np.cos(middle) * 4, np.sin(middle) * 4, site.noise_seed("wall"))
        )
        top = top * (1 - 0.7 * site.spec.decay * (rng.random(count) < 0.5)) + 0.5 * (
            np.arange(count) % 4 < 2
        )
        site.add(
            "basalt_blocks",
            sectors(
                near[keep],
                near[keep] + 1.5,
                start[keep],
                start[keep] + 2 * np.pi / count,
                -0.6,
                top[keep],
                2,
            ),
        )
    else:
        tall = site.tall(6, 10)
        body = roughened(
            lathe(
                [
                    (1.15, 0.0),
                    (1.0, 0.5),
                    (0.72, tall * 0.8),
                    (0.95, tall * 0.83),
                    (0.95, tall * 0.9),
                    (0.3, tall),
                ],
                4,
            ),
            rng,
            0.06,
        )
        site.put(
            "basalt",
            body,
            points,
            azimuth=azimuth,
            lean=rng.normal(0, 0.02 + 0.1 * site.spec.decay, len(points)),
        )
        band_part = lathe(
            [(0.99, tall * 0.845), (1.0, tall * 0.85), (1.0, tall * 0.88), (0.99, tall * 0.885)], 4
        )
        site.put("lava", band_part, points, azimuth=azimuth)


def _pipes(site: Site) -> None:
    rng = site.rng("pipes")
    groups = site.sown("pipes", 34, site.layout.gate_distance + 8, 72, width=8)
    for x, y, z in groups:
        far = np.hypot(x, y)
        height = rng.uniform(2.5, 7) * (1 + (far - 25) / 40) * site.tall(0.8, 1.3)
        site.add(
            "basalt",
            moved(organ_pipes(rng, x, y, int(rng.integers(2, 5)), float(height)), shift(z=z)),
        )
    rocks = site.sown("rocks", 130, site.layout.gate_distance + 4, 90)
    site.add("basalt", boulders(rng, rocks, rng.uniform(0.3, 2.4, len(rocks)), flat=1.0))
    fangs = site.sown("fangs", 22, site.layout.gate_distance + 9, 60, width=6, lift=-0.5)
    site.add("obsidian", spires(rng, fangs, rng.uniform(3, 11, len(fangs)), 0.35, 5))


def _chains(site: Site) -> None:
    """Great chains between anchor stones round part of the rim."""
    rng, layout = site.rng("chains"), site.layout
    azimuth = layout.bays(9, 7.0)
    distance = layout.rim(azimuth) + 4.2
    height = site.tall(4.5, 7.5)
    points = site.at(distance, azimuth)
    anchor = roughened(block(1.5, 1.5, height + 0.8, bevel=0.25), rng, 0.12)
    site.add("basalt", instances(anchor, placements(points - [0, 0, 0.4], azimuth=azimuth)))
    for here, there in zip(points, np.roll(points, -1, 0), strict=True):
        middle = np.arctan2(*(here + there)[1::-1])
        gap = float(np.linalg.norm(there - here))
        if (
            gap < 16
            and float(layout.gate_gap(np.array(middle))) * layout.radius > 5
            and rng.random() > 0.3 * site.spec.decay
        ):
            site.add("iron", chain(here + vec(0, 0, height), there + vec(0, 0, height), 1.6, 0.55))
