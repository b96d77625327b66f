"""A hall of brick and iron: columns and trusses, gears, boilers, pipes, catwalks, lit windows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.floors import Motif, Tiling
from arena_assets.scene.kit.machinery import boiler, chain, gear, pipe, railing, truss
from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
    instances,
    merge,
    moved,
    placements,
    shift,
    tilt,
    turn,
    vec,
)
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.runes import Sigil
from arena_assets.scene.kit.solids import (
    ball,
    block,
    blocks,
    disc,
    hull,
    lathe,
    prism,
    sectors,
    tube,
)
from arena_assets.scene.model import Air, Part, Stage, StageSpec
from arena_assets.scene.themes.common import lay_floor, raise_centrepiece, stand_gates
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import Look, Site, open_site

_AIR = Air(
    zenith=(0.36, 0.44, 0.54),
    horizon=(0.46, 0.48, 0.5),
    sun=(1.0, 0.9, 0.74),
    sun_elevation=58,
    clouds=0.4,
    fog=(0.085, 0.07, 0.058),
    fog_density=0.0055,
    enclosed=True,
    particles="steam",
)
_LOOK = Look(
    "iron_plate",
    "planks",
    "iron",
    "soot_brick",
    "iron",
    "brass",
    "soot_brick",
    "paving_dark",
    bed="iron",
)
_GASLIGHT = (1.0, 0.68, 0.32)


def build(spec: StageSpec) -> Stage:
    plans = (Arrangement.ROUND, Arrangement.HORSESHOE, Arrangement.SQUARE)
    site = open_site(spec, _LOOK, _AIR, plans, reach=40.0)
    rng = site.rng("hall")
    sides = int(rng.choice([6, 8, 8, 10, 12]))
    hall = site.layout.gate_distance + float(rng.uniform(18.5, 21.5))
    height = site.tall(17.0, 26.0)
    _walls(site, sides, hall, height)
    _roof(site, sides, hall, height)
    lay_floor(
        site,
        (Tiling.SQUARES, Tiling.FAN, Tiling.HEXAGONS, Tiling.RINGS),
        (Motif.PLAIN, Motif.WHEEL, Motif.BANDS, Motif.STAR),
        (Sigil.CIRCLE, Sigil.MAZE, Sigil.SUN, Sigil.STAR),
        unevenness=0.006,
    )
    raise_centrepiece(site, Tint("iron_plate", "copper", "brass", leaves="patina", wood="iron"))
    stand_gates(site, (GateStyle.IRON, GateStyle.IRON, GateStyle.ROUND), "iron")
    _pillars(site)
    _plant(site, hall)
    _catwalk(site, height)
    _pipes(site, hall, height)
    _lamps(site)
    add_features(
        site,
        Kit(liquid="deep_water", vine="patina", spire="copper", deck="iron_plate", shard="brass"),
    )
    return site.finish()


def _walls(site: Site, sides: int, hall: float, height: float) -> None:
    """Brick walls on a polygon, pilasters, and tall windows lit from outside."""
    rng = site.rng("walls")
    site.add("paving_dark", disc(hall + 2, -0.11, inner=site.layout.radius - 0.2, segments=64))
    half = np.pi / sides
    wide = 2 * hall * np.tan(half)
    facing = 2 * np.pi * np.arange(sides) / sides + half + site.layout.gates[0]
    wall = block(1.0, wide + 1.2, height, bevel=0.12)
    site.add(
        "soot_brick", instances(wall, placements(around(hall + 0.5, facing, -0.4), azimuth=facing))
    )
    corner = merge(
        [
            block(1.9, 1.9, height, bevel=0.1),
            moved(block(2.3, 2.3, 1.2), shift()),
            moved(block(2.3, 2.3, 0.7), shift(z=height - 1.4)),
        ]
    )
    corners = facing + half
    site.add(
        "iron",
        instances(
            corner, placements(around(hall / np.cos(half) - 0.4, corners, -0.4), azimuth=corners)
        ),
    )
    windows = max(2, int(wide / 5.2))
    low, tall, pane_wide = site.tall(4.5, 6.0), height * 0.42, 2.5
    places = (np.arange(windows) - (windows - 1) / 2) * wide / windows
    arched = np.linspace(0, np.pi, 13)
    outline = [
        (pane_wide / 2, 0.0),
        *((pane_wide / 2 * np.cos(a), tall + pane_wide / 2 * np.sin(a)) for a in arched),
        (-pane_wide / 2, 0.0),
    ]

    # The outline lies in (y, z): a prism along z turned so that it stands on the wall.
    stand = np.array([[0, 0, -1.0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    pane = moved(prism(outline, 0.06), stand)
    bars: list[Part] = [
        moved(block(0.16, 0.08, tall + 0.9, bevel=0.01), shift(-0.1, y)) for y in (-0.62, 0.0, 0.62)
    ]
    bars += [
        moved(block(0.16, pane_wide, 0.08, bevel=0.01), shift(-0.1, 0, z))
        for z in np.linspace(0.9, tall, 4)
    ]
    frame = [(0, pane_wide / 2 * np.cos(a), tall + pane_wide / 2 * np.sin(a)) for a in arched]
    bars.append(
        tube([(0, pane_wide / 2, 0), *frame, (0, -pane_wide / 2, 0)], 0.15, sides=6, smooth=False)
    )
    bars.append(moved(block(0.5, pane_wide + 0.6, 0.25), shift(-0.1, 0, -0.2)))
    lattice = merge(bars, smooth=False)
    for angle in facing:
        for y in places:
            place = turn(float(angle)) @ shift(hall - 0.04, float(y), low)
            dark = rng.random() < 0.12 + 0.3 * site.spec.decay
            site.add("glass" if dark else "lit_glass", moved(pane, place))
            site.add("iron", moved(lattice, place))
        site.lamp(around(hall - 3.0, angle, low + tall * 0.5)[0], _GASLIGHT, 16.0, 1.5)
    ledge = block(0.8, wide + 1.0, 0.5, bevel=0.09)
    for z in (low - 1.2, low + tall + 2.2):
        site.add("iron", instances(ledge, placements(around(hall, facing, z), azimuth=facing)))
    _wall_gears(site, facing, hall, low + tall + 2.0, wide)


def _wall_gears(site: Site, facing: Doubles, hall: float, top: float, wide: float) -> None:
    """Trains of meshing cogs mounted on some walls."""
    rng = site.rng("gears")
    for angle in facing[:: int(rng.integers(1, 3))]:
        y, z = float(rng.uniform(-0.25, 0.25)) * wide, top * float(rng.uniform(0.55, 0.8))
        size, heading = float(rng.uniform(2.2, 3.6)), float(rng.uniform(0, 6.28))
        for k in range(int(rng.integers(2, 5))):
            teeth = max(12, round(size * 9))
            cog = moved(gear(size, teeth, 0.42), tilt(np.pi / 2, (0, 1, 0)))
            place = turn(float(angle)) @ shift(hall - 0.75 - 0.3 * (k % 2), y, max(z, size + 0.6))
            site.add(("brass", "copper", "iron", "bronze")[int(rng.integers(4))], moved(cog, place))
            axle = tube([(-0.5, 0, 0), (1.2, 0, 0)], 0.22, sides=12, smooth=False)
            site.add("iron", moved(axle, place))
            following = float(rng.uniform(1.0, 2.6))
            heading += float(rng.uniform(-1.2, 1.2))
            y += (size + following) * 0.95 * np.cos(heading)
            z += (size + following) * 0.95 * np.sin(heading) * 0.5
            size = following


def _roof(site: Site, sides: int, hall: float, height: float) -> None:
    """Trusses to a lantern ring, iron decking, and skylights that let the sun through."""
    rng = site.rng("roof")
    half = np.pi / sides
    ring, crown = hall * float(rng.uniform(0.2, 0.3)), height + hall * 0.2
    angles = 2 * np.pi * np.arange(sides) / sides + site.layout.gates[0] + 2 * half
    for angle in angles:
        start = around(hall / np.cos(half) - 0.6, angle, height - 1.6)[0]
        end = around(ring, angle, crown - 1.6)[0]
        site.add("iron", truss(start, end, 1.6, 0.9))
    bays = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    outer, inner = hall / np.cos(half) + 0.6, ring
    for k, angle in enumerate(angles):
        for row, (a, b) in enumerate(pairwise(bays)):
            if row in ((1, 3) if k % 2 else (2, 4)):
                continue
            corners = [
                (far * np.cos(t), far * np.sin(t), z + lift)
                for share in (a, b)
                for far, z in [(outer + (inner - outer) * share, height + (crown - height) * share)]
                for t in (angle, angle + 2 * half)
                for lift in (0.05, 0.3)
            ]

            site.add("iron_plate", hull(corners))
    site.add(
        "iron",
        moved(
            lathe(
                [
                    (ring - 0.5, -0.5),
                    (ring + 0.5, -0.5),
                    (ring + 0.5, 0.6),
                    (ring - 0.5, 0.6),
                    (ring - 0.5, -0.5),
                ],
                48,
            ),
            shift(z=crown - 0.4),
        ),
    )
    for angle in angles[::2]:
        hook = around(ring * 1.9, angle, height + (crown - height) * 0.7)[0]
        foot = hook - [0, 0, rng.uniform(4, 8)]
        site.add("iron", chain(hook, foot + vec(0.05, 0, 0), 0.02, 0.42))
        site.add(
            "brass",
            moved(
                lathe(
                    [(0.0, -0.5), (0.35, -0.35), (0.45, 0.0), (0.2, 0.4), (0.0, 0.45)],
                    14,
                    smooth=True,
                ),
                shift(*foot),
            ),
        )


def _pillars(site: Site) -> None:
    """Cast-iron columns on the rim with brackets and a ring girder."""
    layout, rng = site.layout, site.rng("pillars")
    azimuth = layout.bays(int(rng.integers(12, 20)), 4.0)
    azimuth = azimuth[layout.built(azimuth)]
    distance = layout.rim(azimuth)
    tall = site.tall(7.0, 10.0)
    profile = [
        (0.75, 0.0),
        (0.75, 0.4),
        (0.5, 0.6),
        (0.34, 1.2),
        (0.3, tall * 0.5),
        (0.38, tall * 0.52),
        (0.38, tall * 0.55),
        (0.3, tall * 0.57),
        (0.28, tall - 1.0),
        (0.5, tall - 0.5),
        (0.62, tall - 0.4),
        (0.62, tall),
        (0.0, tall),
    ]
    column = lathe(profile, 20)
    ribs = instances(
        block(0.12, 0.7, 1.4, bevel=0.02),
        placements(
            around(0.34, np.arange(4) * np.pi / 2, 0.2),
            azimuth=np.arange(4) * np.pi / 2 + np.pi / 2,
        ),
    )
    site.put(
        "iron", merge([column, ribs], smooth=False), around(distance, azimuth, 0.0), azimuth=azimuth
    )
    site.put(
        "brass",
        lathe(
            [(0.4, tall * 0.51), (0.47, tall * 0.52), (0.47, tall * 0.55), (0.4, tall * 0.56)], 20
        ),
        around(distance, azimuth, 0.0),
    )


def _plant(site: Site, hall: float) -> None:
    """Boilers, presses, tanks and crates between the rim and the walls."""
    rng, layout = site.rng("plant"), site.layout
    azimuth = layout.bays(int(rng.integers(11, 17)), 6.2)
    far = np.minimum(layout.rim(azimuth) + rng.uniform(5.0, 9.0, len(azimuth)), hall - 6)
    for k, (angle, reach) in enumerate(zip(azimuth, far, strict=True)):
        place = turn(float(angle)) @ shift(float(reach), 0, -0.1) @ turn(np.pi)
        kind = int(rng.integers(4))
        size = site.tall(0.8, 1.2)
        if kind < 2:
            shell, bands = boiler(
                float(rng.uniform(1.6, 2.6)) * size, float(rng.uniform(5, 8.5)) * size
            )
            site.add("copper" if kind else "iron_plate", moved(shell, place))
            site.add("brass" if kind else "iron", moved(bands, place))
            fire = moved(block(0.12, 1.0, 0.8, bevel=0.03), place @ shift(2.05 * size, 0, 0.7))
            site.add("flame", fire)
            if k % 2:
                site.lamp(around(reach - 3.4, angle, 1.4)[0], (1.0, 0.45, 0.12), 6.0, 0.5)
        elif kind == 2:
            shell, bands = boiler(1.5 * size, 7.5 * size)
            lying = place @ shift(0, -3.6 * size, 2.3 * size) @ tilt(-np.pi / 2, (1, 0, 0))
            site.add("brass", moved(shell, lying))
            site.add("iron", moved(bands, lying))
            cradle = merge(
                [moved(block(3.0 * size, 0.5, 1.9 * size), shift(0, y * size)) for y in (-2.4, 0.6)]
            )
            site.add("soot_brick", moved(cradle, place))
        else:
            frame = [
                moved(block(0.5, 0.5, 6.0 * size), shift(x, y))
                for x in (-1.2, 1.2)
                for y in (-1.2, 1.2)
            ]
            frame += [moved(block(3.4, 3.4, 0.8), shift(z=6.0 * size)), block(3.6, 3.6, 1.0)]
            site.add("iron", moved(merge(frame), place))
            piston = lathe(
                [
                    (0.0, 1.9),
                    (1.0, 1.9),
                    (1.0, 2.6),
                    (0.4, 2.7),
                    (0.4, 6.2 * size),
                    (0.0, 6.2 * size),
                ],
                20,
            )
            site.add("brass", moved(piston, place))
            site.add(
                "mana",
                moved(lathe([(1.01, 2.15), (1.05, 2.15), (1.05, 2.35), (1.01, 2.35)], 20), place),
            )
    count = 46
    spots = layout.bays(count, 5.0)
    reach = np.minimum(layout.rim(spots) + rng.uniform(2.0, 12.0, len(spots)), hall - 2.5)
    edge = rng.uniform(0.6, 1.5, len(spots))
    points = around(reach, spots, 0.0)
    crates = np.stack([edge, edge * rng.uniform(0.8, 1.2, len(spots)), edge], -1)
    site.add(
        "planks",
        blocks(
            crates[::2],
            placements(
                points[::2]
                + np.column_stack([np.zeros((len(points[::2]), 2)), edge[::2] / 2 - 0.1]),
                azimuth=rng.uniform(0, 6, len(points[::2])),
            ),
            bevel=0.03,
        ),
    )
    barrel = lathe(
        [(0.0, 0.0), (0.4, 0.0), (0.5, 0.35), (0.5, 0.7), (0.4, 1.05), (0.0, 1.05)], 18, smooth=True
    )
    site.put("bronze", barrel, points[1::2] - [0, 0, 0.1], size=edge[1::2])


def _catwalk(site: Site, height: float) -> None:
    """A gallery that runs round part of the hall above the machines, with stairs of rungs."""
    layout, rng = site.layout, site.rng("catwalk")
    distance, level = layout.gate_distance + 11.5, min(site.tall(6.5, 9.5), height - 5)
    start, span = layout.axis + float(rng.uniform(0, 6)), float(rng.uniform(3.2, 5.6))
    count = int(span * 14)
    edges = start + span * np.arange(count) / count
    step = span / count
    site.add(
        "iron_plate",
        sectors(
            distance - 1.1, distance + 1.1, edges, edges + step - 0.002, level, level + 0.12, 1
        ),
    )
    for side in (-1.05, 1.05):
        along = np.linspace(start, start + span, count + 1)
        site.add("brass", railing(around(distance + side, along, level + 0.1)))
        site.add(
            "iron",
            sectors(
                distance + side - 0.12,
                distance + side + 0.12,
                edges,
                edges + step,
                level - 0.35,
                level - 0.03,
                1,
            ),
        )
    posts = edges[:: max(2, count // 12)]
    posts = posts[layout.clear(posts, np.full(len(posts), distance), 3.4)]
    leg = lathe([(0.3, -0.2), (0.14, 0.2), (0.14, level), (0.0, level)], 10)
    site.put("iron", leg, around(distance, posts, 0.0))


def _pipes(site: Site, hall: float, height: float) -> None:
    """Runs of pipe up the walls and round the hall."""
    rng, layout = site.rng("pipes"), site.layout
    for _ in range(int(rng.integers(16, 26))):
        angle = float(rng.uniform(0, 2 * np.pi))
        reach = hall - float(rng.uniform(1.2, 2.4))
        if float(layout.gate_gap(np.array(angle))) * reach < 4.5:
            continue
        turn_by, level = (
            float(rng.uniform(0.2, 0.7)) * rng.choice([-1, 1]),
            float(rng.uniform(2.5, height * 0.75)),
        )
        bends = [around(reach, angle, 0.0)[0], around(reach, angle, level)[0]]
        bends += [around(reach, angle + turn_by * s, level)[0] for s in (0.5, 1.0)]
        bends += [around(reach, angle + turn_by, height - 1)[0]]
        site.add(
            ("copper", "brass", "iron", "patina")[int(rng.integers(4))],
            pipe(np.array(bends), float(rng.uniform(0.14, 0.42))),
        )
    loop = np.linspace(0, 2 * np.pi, 49)
    for k, material in enumerate(("copper", "iron")):
        ring = around(hall - 1.4 - 0.6 * k, loop, height - 2.2 - 0.9 * k)
        site.add(material, tube(ring, 0.34 - 0.08 * k, sides=12))


def _lamps(site: Site) -> None:
    """Gas globes on brackets at the pillars, and gauges that glow."""
    layout = site.layout
    azimuth = layout.bays(10, 3.6)
    points = around(layout.radius + 0.4, azimuth, 0.0)
    post = lathe(
        [(0.0, 0.0), (0.3, 0.0), (0.22, 0.3), (0.07, 0.5), (0.06, 2.6), (0.2, 2.7), (0.0, 2.75)],
        12,
        smooth=True,
    )
    site.put("brass", post, points)
    site.put("lit_glass", ball(0.28, detail=2), points + vec(0, 0, 2.95))
    for point in points:
        site.lamp(point + vec(0, 0, 3.0), _GASLIGHT, 7.0, 0.3)
