"""A marble terrace under the stars: ribs of a dome, great rings, telescopes, peaks below."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.columns import ColumnStyle, column
from arena_assets.scene.kit.floors import Motif, Tiling
from arena_assets.scene.kit.machinery import armillary, hoop, telescope
from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
    flipped,
    instances,
    make,
    merge,
    moved,
    placements,
    shift,
    tilt,
    turn,
    vec,
)
from arena_assets.scene.kit.noise import fractal, smoothstep
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders, floating_rocks
from arena_assets.scene.kit.runes import Sigil
from arena_assets.scene.kit.solids import ball, block, disc, lathe, sectors, torus, tubes
from arena_assets.scene.kit.terrain import land
from arena_assets.scene.kit.trees import cypress
from arena_assets.scene.model import Air, Stage, StageSpec
from arena_assets.scene.themes.colonnade import colonnade
from arena_assets.scene.themes.common import lay_floor, raise_centrepiece, stand_gates
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.growth import plant
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import Look, Site, open_site

_AIR = Air(
    zenith=(0.012, 0.018, 0.065),
    horizon=(0.10, 0.13, 0.28),
    sun=(0.5, 0.6, 1.0),
    sun_elevation=38,
    clouds=0.1,
    fog=(0.06, 0.08, 0.18),
    fog_density=0.0026,
    stars=True,
    nebula=True,
    particles="motes",
    orb="planet",
)
_LOOK = Look(
    "marble",
    "obsidian",
    "marble",
    "marble",
    "marble",
    "brass",
    "slate",
    "slate",
    bed="obsidian",
    flame="mana",
)
_LAMPLIGHT = (1.0, 0.74, 0.42)


def build(spec: StageSpec) -> Stage:
    plans = (Arrangement.ROUND, Arrangement.HORSESHOE, Arrangement.SQUARE, Arrangement.TERRACED)
    site = open_site(spec, _LOOK, _AIR, plans, reach=85.0)
    _summit(site)
    lay_floor(
        site,
        (Tiling.FAN, Tiling.RINGS, Tiling.HEXAGONS),
        (Motif.STAR, Motif.WHEEL, Motif.PETALS, Motif.SPIRAL),
        (Sigil.CONSTELLATION, Sigil.SUN, Sigil.STAR, Sigil.CIRCLE),
    )
    raise_centrepiece(site, Tint("marble", "obsidian", "brass", leaves="snowy_leaf"))
    stand_gates(site, (GateStyle.ROUND, GateStyle.POINTED), "marble")
    _terrace(site)
    kind = int(site.rng("crown").integers(3))
    if kind == 0:
        _ribs(site)
    elif kind == 1:
        _great_rings(site)
        colonnade(
            site, "marble", trim="gold_inlay", styles=(ColumnStyle.SMOOTH, ColumnStyle.FLUTED)
        )
    else:
        _great_rings(site)
        _ribs(site, half=True)
    _instruments(site)
    _domes(site)
    add_features(site, Kit(vine="snowy_leaf", spire="marble", shard="plain_crystal"))
    return site.finish()


def _summit(site: Site) -> None:
    """A mountain top: the terrace's rock falls away, other peaks stand around."""
    seed = site.noise_seed("summit")
    edge = site.layout.gate_distance + 15

    def height(x: Doubles, y: Doubles) -> Doubles:
        far = np.hypot(x, y)
        crag = fractal(x / 20, y / 20, seed, ridged=True)
        fall = -0.16 - 32 * smoothstep(edge, edge + 44, far + 4 * crag)
        rough = (2.4 * crag + 0.4 * fractal(x / 4, y / 4, seed + 2, octaves=3)) * smoothstep(
            edge - 4, edge + 6, far
        )
        ridge = fractal(x / 80, y / 80, seed + 5, ridged=True)
        peaks = smoothstep(90, 190, far) * (
            34 + 46 * ridge + 34 * fractal(x / 130, y / 130, seed + 7, octaves=3)
        )
        return fall + rough + np.maximum(peaks, 0)

    site.ground = height
    site.add("slate", land(height, site.layout.radius - 0.5, 420, rings=180, spokes=380))
    rng = site.rng("crags")
    rocks = site.sown("crags", 70, edge - 2, edge + 34, width=0)
    site.add("slate", boulders(rng, rocks, rng.uniform(0.5, 2.6, len(rocks)), flat=1.0))


def _terrace(site: Site) -> None:
    """Paved apron, steps and a balustrade with lamps, open at the gates."""
    layout = site.layout
    inner, outer = layout.radius + 0.05, layout.gate_distance + 9
    for k, (low, high) in enumerate(
        ((inner, outer - 2.6), (outer - 2.6, outer - 1.3), (outer - 1.3, outer))
    ):
        profile = [(low, -1.2), (high, -1.2), (high, -0.02 - 0.24 * k), (low, -0.02 - 0.24 * k)]
        site.add("marble" if k else "paving", lathe(profile, 128))
    count = 150
    azimuth = 2 * np.pi * np.arange(count) / count
    rail = outer - 3.2
    keep = layout.clear(azimuth, np.full(count, rail), 4.2)
    baluster = lathe(
        [
            (0.13, 0.0),
            (0.13, 0.1),
            (0.06, 0.2),
            (0.13, 0.42),
            (0.06, 0.72),
            (0.12, 0.85),
            (0.12, 0.95),
        ],
        10,
        smooth=True,
    )
    site.put("marble", baluster, around(rail, azimuth[keep], 0.0))
    start = azimuth[keep] - np.pi / count
    site.add(
        "marble", sectors(rail - 0.2, rail + 0.2, start, start + 2 * np.pi / count, 0.95, 1.15, 1)
    )
    site.add(
        "marble", sectors(rail - 0.22, rail + 0.22, start, start + 2 * np.pi / count, -0.1, 0.06, 1)
    )
    posts = azimuth[keep][::10]
    points = around(rail, posts, 0.0)
    site.put("marble", block(0.62, 0.62, 1.4), points, azimuth=posts)
    site.put("lit_glass", ball(0.24, detail=2), points + vec(0, 0, 1.66))
    for point in points:
        site.lamp(point + vec(0, 0, 1.9), _LAMPLIGHT, 4.0, 0.3)


def _ribs(site: Site, *, half: bool = False) -> None:
    """Curved ribs of an open dome that rise from the rim to a ring overhead."""
    rng, layout = site.rng("ribs"), site.layout
    azimuth = layout.bays(int(rng.integers(10, 17)), 3.8)
    if half:
        azimuth = azimuth[np.cos(azimuth - layout.axis) < 0.25]
    azimuth = azimuth[rng.random(len(azimuth)) > 0.3 * site.spec.decay]
    base, top = layout.gate_distance + 0.8, site.tall(17, 25)
    along = np.linspace(0, np.pi / 2 * 0.82, 26)
    far, up = base * np.cos(along), top * np.sin(along) / np.sin(along[-1])
    rib = np.stack([far, np.zeros(26), up], -1)
    girth = 0.62 * np.linspace(1, 0.55, 26)
    for lift, thick, material in ((0.0, 1.0, "marble"), (0.5, 0.24, "gold_inlay")):
        offset = rib + lift * np.stack([np.cos(along), np.zeros(26), np.sin(along)], -1)
        bar = tubes(offset[None], girth * thick, sides=6, smooth=False)
        site.add(material, instances(bar, placements(np.zeros((len(azimuth), 3)), azimuth=azimuth)))
    site.put(
        "marble", block(2.0, 1.9, 1.1, bevel=0.08), around(base, azimuth, -0.1), azimuth=azimuth
    )
    if not half and site.spec.decay < 0.75:
        crown = moved(hoop(float(far[-1]), 1.0, 0.45), shift(z=float(up[-1])))
        site.add("marble", crown)
        site.add("brass", moved(hoop(float(far[-1]) - 0.6, 0.5, 0.1), shift(z=float(up[-1]))))
    for share in (0.45, 0.7):
        k = int(26 * share)
        if not half:
            site.add(
                "brass",
                moved(torus(float(far[k]), 0.12, segments=128, sides=8), shift(z=float(up[k]))),
            )
    lit = azimuth[::3]
    for point in around(float(far[8]), lit, float(up[8])):
        site.lamp(point, site.mana, 6.0, 0.4)


def _clear_axis(
    site: Site, reach: float, high: float, slope: float, first: float
) -> tuple[float, float, float]:
    """The tilting axis whose ring meets the ground farthest from any gate's approach."""
    heading = first + 2 * np.pi * np.arange(24) / 24
    # A ring's point at angle θ from the axis is at height high + reach·sin θ·sin slope.
    dip = np.arcsin(min(1.0, (high - 2.0) / (reach * np.sin(slope))))
    gaps = np.minimum(
        site.layout.gate_gap(heading - dip), site.layout.gate_gap(heading + np.pi + dip)
    )
    best = float(heading[int(np.argmax(gaps))])
    return (np.cos(best), np.sin(best), 0.0)


def _great_rings(site: Site) -> None:
    """Nested rings hung high over the terrace, turned by the seed."""
    rng = site.rng("rings")
    reach = site.layout.gate_distance + site.tall(4, 9)
    for k in range(int(rng.integers(2, 5))):
        size = reach * (1 + 0.13 * k)
        high, slope = site.tall(3.0, 6.0), float(rng.uniform(0.3, 0.75))
        lean = tilt(slope, _clear_axis(site, size, high, slope, float(rng.uniform(0, 6))))
        lift = shift(z=high)
        site.add("brass", moved(hoop(size, 0.9, 0.2, segments=160), lift @ lean))
        site.add("mana", moved(torus(size + 0.28, 0.07, segments=160, sides=6), lift @ lean))
        marks = 2 * np.pi * np.arange(36) / 36
        tick = instances(
            block(0.6, 0.12, 0.7, bevel=0.02), placements(around(size, marks, -0.35), azimuth=marks)
        )
        site.add("gold_inlay", moved(tick, lift @ lean))
        turn_of = rng.uniform(0, 6.28)
        planet = around(size, turn_of, 0.0)
        globe = instances(ball(float(rng.uniform(0.8, 1.7)), detail=3), placements(planet))
        site.add(("copper", "marble", "dim_crystal")[k % 3], moved(globe, lift @ lean))


def _instruments(site: Site) -> None:
    """Telescopes, sundials and small armillaries on the apron."""
    rng, layout = site.rng("instruments"), site.layout
    azimuth = layout.bays(int(rng.integers(5, 9)), 5.5)
    distance = layout.gate_distance + 3.9
    for k, angle in enumerate(azimuth):
        place = turn(float(angle)) @ shift(distance, 0, -0.02)
        if k % 3 == 0:
            body, mount = telescope(site.tall(6.0, 10.5))
            site.add("brass", moved(body, place @ turn(float(rng.normal(0, 0.5)))))
            site.add("iron", moved(mount, place))
        elif k % 3 == 1:
            hoops, tracks = armillary(rng, 1.5, 4)
            site.add("marble", moved(column(1.9, 0.34, ColumnStyle.SMOOTH), place))
            site.add("brass", moved(hoops, place @ shift(z=3.4)))
            site.add("mana", moved(tracks, place @ shift(z=3.4)))
            site.add("mana_crystal", moved(ball(0.3, detail=2), place @ shift(z=3.4)))
        else:
            site.add(
                "marble",
                moved(
                    lathe(
                        [(1.2, 0.0), (1.1, 0.3), (0.8, 0.4), (0.7, 1.0), (1.1, 1.2), (0.0, 1.2)], 24
                    ),
                    place,
                ),
            )
            site.add("brass", moved(disc(1.0, 1.23), place))
            site.add(
                "gold_inlay",
                moved(
                    block(0.9, 0.05, 0.6, bevel=0.01), place @ shift(z=1.2) @ tilt(0.5, (0, 1, 0))
                ),
            )


def _domes(site: Site) -> None:
    """The observatory's own buildings: slit domes on drums, a stair tower, lit windows."""
    rng, layout = site.rng("domes"), site.layout
    count = int(rng.integers(2, 4))
    for k in range(count):
        azimuth = layout.axis + 2.2 * k + float(rng.normal(0, 0.2))
        if float(layout.gate_gap(np.array(azimuth))) < 0.5:
            azimuth += 0.6
        reach = site.tall(6.5, 10.5) * (1.0 if k == 0 else rng.uniform(0.5, 0.75))
        drum = reach * rng.uniform(0.9, 1.3)
        place = turn(azimuth) @ shift(layout.gate_distance + 13 + reach, 0, -3.0)
        site.add(
            "marble_blocks", moved(lathe([(reach * 1.04, -22.0), (reach, drum + 3)], 48), place)
        )
        site.add(
            "marble",
            moved(
                lathe(
                    [
                        (reach * 1.09, drum + 3),
                        (reach * 1.09, drum + 3.7),
                        (reach * 0.9, drum + 3.7),
                    ],
                    48,
                ),
                place,
            ),
        )
        slit = 0.26
        angle = np.linspace(0, np.pi / 2, 12)
        arc = np.linspace(slit, 2 * np.pi - slit, 56) + np.pi
        shell = reach * np.stack(
            [
                np.cos(angle)[:, None] * np.cos(arc),
                np.cos(angle)[:, None] * np.sin(arc),
                np.broadcast_to(np.sin(angle)[:, None], (12, 56)),
            ],
            -1,
        )
        row, column_at = np.arange(11)[:, None] * 56, np.arange(55)[None]
        a = (row + column_at).reshape(-1)
        faces = np.concatenate(
            [np.stack([a, a + 1, a + 57], -1), np.stack([a, a + 57, a + 56], -1)]
        )
        outer = make(shell + vec(0, 0, drum + 3.7), faces, smooth=True)
        inner = flipped(make(shell * 0.97 + vec(0, 0, drum + 3.7), faces, smooth=True))
        site.add("patina" if k % 2 else "brass", moved(merge([outer, inner]), place))
        body, _ = telescope(reach * 2.1)
        site.add("brass", moved(body, place @ shift(z=drum + 0.2) @ turn(np.pi)))
        windows = np.pi + np.linspace(-0.9, 0.9, 7)
        pane = block(0.12, 0.9, 2.4, bevel=0.03)
        for z in (4.2, 8.4):
            if z < drum + 1:
                site.add(
                    "lit_glass",
                    moved(
                        instances(
                            pane, placements(around(reach * 1.005, windows, z), azimuth=windows)
                        ),
                        place,
                    ),
                )
        glow = around(layout.gate_distance + 11.5, azimuth, 4.0)[0]
        site.lamp(glow, _LAMPLIGHT, 9.0, 0.8)
    trees = [cypress(rng, h) for h in (5.0, 7.0)]
    plant(
        site,
        "cypress",
        trees,
        site.sown("cypress", 24, layout.gate_distance + 7.5, layout.gate_distance + 14, width=6),
        leaf="dark_leaf",
    )
    adrift = around(rng.uniform(90, 170, 14), rng.uniform(0, 6.28, 14), rng.uniform(5, 50, 14))
    site.add("slate", floating_rocks(rng, adrift, rng.uniform(2, 7, 14)))
