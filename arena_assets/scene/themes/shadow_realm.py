"""A place without sun: jagged spires, broken gothic walls, dead trees, floating shards, fog."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle, gate
from arena_assets.scene.kit.crystals import splinter
from arena_assets.scene.kit.floors import Motif, Tiling
from arena_assets.scene.kit.lights import flame
from arena_assets.scene.kit.machinery import chain
from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
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
from arena_assets.scene.kit.noise import fractal, smoothstep
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders, floating_rocks, roughened, rubble
from arena_assets.scene.kit.runes import Sigil
from arena_assets.scene.kit.solids import block, lathe, sectors, tubes
from arena_assets.scene.kit.terrain import land, level_near
from arena_assets.scene.kit.trees import branching
from arena_assets.scene.model import Air, Part, Stage, StageSpec
from arena_assets.scene.themes.common import lay_floor, raise_centrepiece, stand_gates
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import FIRE, Look, Site, open_site

_AIR = Air(
    zenith=(0.01, 0.01, 0.024),
    horizon=(0.075, 0.075, 0.135),
    sun=(0.55, 0.55, 0.85),
    sun_elevation=32,
    clouds=0.6,
    fog=(0.045, 0.05, 0.088),
    fog_density=0.0052,
    dark=True,
    particles="ash",
    orb="eclipse",
)
_LOOK = Look(
    "basalt",
    "obsidian",
    "slate",
    "slate",
    "basalt",
    "iron",
    "void_rock",
    "volcanic_ground",
    bed="obsidian",
    flame="mana",
)


def build(spec: StageSpec) -> Stage:
    site = open_site(spec, _LOOK, _AIR, tuple(Arrangement), reach=72.0)
    _land(site)
    lay_floor(
        site,
        (Tiling.CRAZY, Tiling.PLATES, Tiling.RINGS),
        (Motif.PLAIN, Motif.STAR, Motif.WHEEL, Motif.SPIRAL),
        (Sigil.STAR, Sigil.MAZE, Sigil.CIRCLE, Sigil.SPIRAL),
        unevenness=0.02,
    )
    raise_centrepiece(
        site, Tint("slate", "obsidian", "iron", leaves="dark_leaf", liquid="deep_water")
    )
    stand_gates(site, (GateStyle.HORNS, GateStyle.POINTED, GateStyle.IRON), "slate")
    _fissures(site)
    kind = int(site.rng("ring").integers(3))
    if kind != 1:
        _thorns(site, inner=kind == 0)
    if kind != 0:
        _abbey(site)
    _spires(site)
    _dead_wood(site)
    _adrift(site)
    _ghost_lights(site)
    add_features(
        site, Kit(liquid="deep_water", vine="dark_leaf", spire="obsidian", shard="obsidian")
    )
    return site.finish()


def _land(site: Site) -> None:
    seed = site.noise_seed("land")

    def height(x: Doubles, y: Doubles) -> Doubles:
        far = np.hypot(x, y)
        rough = 4.5 * fractal(x / 18, y / 18, seed, ridged=True) + 0.7 * fractal(
            x / 4, y / 4, seed + 2
        )
        crack = np.abs(fractal(x / 24, y / 24, seed + 5, octaves=3))
        chasm = (
            -7
            * smoothstep(0.07, 0.0, crack)
            * smoothstep(site.layout.radius + 6, site.layout.radius + 14, far)
        )
        teeth = (
            34
            * smoothstep(80, 150, far)
            * np.clip(fractal(x / 36, y / 36, seed + 9, ridged=True) + 0.35, 0, 2)
        )
        return level_near(
            x, y, rough + chasm + teeth, site.layout.radius + 4, site.layout.radius + 17
        )

    site.ground = height
    site.add("volcanic_ground", land(height, site.layout.radius - 0.5, 260, rings=160, spokes=380))


def _fissures(site: Site) -> None:
    """Cracks of mana light that run outward from the floor over the ground."""
    rng, layout = site.rng("fissures"), site.layout
    for azimuth in rng.uniform(0, 2 * np.pi, int(rng.integers(7, 12))):
        if float(layout.gate_gap(np.array(azimuth))) < 0.12:
            continue
        steps = 26
        far = np.linspace(layout.radius + 0.4, layout.radius + rng.uniform(16, 34), steps)
        angle = azimuth + np.cumsum(rng.normal(0, 0.022, steps))
        line = site.at(far, angle, 0.03)
        wide = 0.34 * np.sin(np.pi * np.linspace(0.08, 1, steps)) * rng.uniform(0.6, 1.2, steps)
        site.add(
            "mana",
            tubes((line - [0, 0, 0.06])[None], np.maximum(wide, 0.02), sides=6, smooth=False),
        )
        site.lamp(line[8] + vec(0, 0, 0.9), site.mana, 5.0, 0.6)


def _thorns(site: Site, *, inner: bool) -> None:
    """Jagged blades in a ring that lean over the floor like teeth."""
    rng, layout = site.rng("thorns"), site.layout
    azimuth = layout.bays(int(rng.integers(18, 30)), 4.4)
    azimuth = azimuth[layout.built(azimuth)]
    distance = layout.rim(azimuth) + (0.8 if inner else 5.5)
    shapes = []
    for _ in range(5):
        along = np.linspace(0, 1, 12)
        bow = -0.16 * along**2 + rng.normal(0, 0.012, 12)
        path = np.stack([bow, rng.normal(0, 0.008, 12), along], -1)
        wide = 0.095 * (1 - along) ** 0.75 * rng.uniform(0.8, 1.2, 12) + 0.002
        shapes.append(roughened(tubes(path[None], wide, sides=6, smooth=False), rng, 0.012))
    tall = (
        rng.uniform(5, 12, len(azimuth))
        * site.tall(0.8, 1.5)
        * (1 - 0.4 * site.spec.decay * rng.random(len(azimuth)))
    )
    points = site.at(distance, azimuth, -0.5)
    site.add(
        "obsidian",
        scattered(
            shapes,
            placements(
                points, azimuth=azimuth, lean=rng.uniform(-0.12, 0.1, len(points)), size=tall
            ),
        ),
    )
    lesser = points[:, None] + rng.normal(0, 1.0, (len(points), 2, 3)) * [1, 1, 0]
    lesser = lesser.reshape(-1, 3)
    keep = (np.hypot(lesser[:, 0], lesser[:, 1]) > layout.radius + 0.8) & layout.clear(
        np.arctan2(lesser[:, 1], lesser[:, 0]), np.hypot(lesser[:, 0], lesser[:, 1]), 3.6
    )
    out = np.arctan2(lesser[keep][:, 1], lesser[keep][:, 0])
    site.add(
        "basalt",
        scattered(
            shapes,
            placements(
                lesser[keep],
                azimuth=out + rng.normal(0, 0.8, len(out)),
                lean=rng.uniform(-0.3, 0.3, len(out)),
                size=rng.uniform(1.5, 4.5, len(out)),
            ),
        ),
    )


def _abbey(site: Site) -> None:
    """Stretches of a ruined gothic wall with pointed windows and buttresses."""
    rng, layout = site.rng("abbey"), site.layout
    azimuth = layout.bays(int(rng.integers(12, 19)), 5.0)
    azimuth = azimuth[layout.built(azimuth)]
    distance = layout.rim(azimuth) + 1.6
    tall = site.tall(7.0, 11.5)
    window = gate(rng, GateStyle.POINTED, 2.6, tall * 0.86, decay=site.spec.decay)
    buttress = merge(
        [
            block(1.5, 1.2, tall, bevel=0.1),
            moved(block(2.4, 1.3, tall * 0.55, bevel=0.1), shift(0.7)),
            moved(lathe([(0.62, 0.0), (0.02, 2.2)], 4), shift(z=tall - 0.05)),
        ]
    )
    lost = rng.random(len(azimuth)) < 0.15 + 0.5 * site.spec.decay
    points = site.at(distance, azimuth, -0.3)
    site.put("slate", window, points[~lost], azimuth=azimuth[~lost])
    side = 2.55 / distance
    ends = np.concatenate([azimuth - side, azimuth + side])
    far = np.concatenate([distance, distance])
    short = np.concatenate([lost, lost])
    site.put("slate", buttress, site.at(far, ends, -0.4)[~short], azimuth=ends[~short])
    broken = site.at(far, ends, -0.4)[short]
    site.put(
        "slate",
        block(1.6, 1.3, tall * 0.35, bevel=0.15),
        broken,
        azimuth=ends[short],
        lean=rng.normal(0, 0.1, len(broken)),
    )
    heap = np.repeat(points[lost], 12, 0) + rng.normal(0, 1.3, (12 * int(lost.sum()), 3)) * [
        1,
        1,
        0,
    ]
    heap = heap[np.hypot(heap[:, 0], heap[:, 1]) > layout.radius + 0.5]
    site.add("slate", rubble(rng, heap + vec(0, 0, 0.4), rng.uniform(0.4, 1.1, len(heap))))


def _spires(site: Site) -> None:
    """Towers of black rock out in the fog, some with lit slits."""
    rng, layout = site.rng("spires"), site.layout
    points = site.sown("spires", 34, layout.gate_distance + 13, 95, width=7, lift=-1.5)
    shapes = [_tower(rng) for _ in range(4)]
    tall = rng.uniform(14, 34, len(points)) * site.tall(0.75, 1.3)
    matrices = placements(
        points,
        azimuth=rng.uniform(0, 6.28, len(points)),
        lean=np.abs(rng.normal(0, 0.07, len(points))),
        size=np.stack([tall * 0.16, tall * 0.16, tall], -1),
    )
    site.add("void_rock", scattered(shapes, matrices))
    eyes = points[::3] + np.column_stack([np.zeros((len(points[::3]), 2)), tall[::3] * 0.62])
    site.put(
        "mana",
        block(0.5, 0.22, 1.3, bevel=0.05),
        eyes * [0.955, 0.955, 1.0],
        azimuth=np.arctan2(eyes[:, 1], eyes[:, 0]),
    )
    rocks = site.sown("rocks", 110, layout.gate_distance + 1, 80)
    site.add("void_rock", boulders(rng, rocks, rng.uniform(0.3, 2.2, len(rocks)), flat=1.1))


def _tower(rng: np.random.Generator) -> Part:
    """A faceted pinnacle of unit height and about unit radius with lesser points around it."""
    pieces = [
        lathe([(1.0, 0.0), (0.72, 0.3), (0.66, 0.55), (0.36, 0.72), (0.3, 0.82), (0.01, 1.0)], 7)
    ]
    for angle in rng.uniform(0, 6.28, 5):
        height = rng.uniform(0.3, 0.75)
        spur = lathe([(0.42, 0.0), (0.3, height * 0.6), (0.01, height)], 5)
        pieces.append(moved(spur, turn(float(angle)) @ shift(0.72)))
    return roughened(merge(pieces), rng, 0.09)


def _dead_wood(site: Site) -> None:
    """Leafless trees and roots that crawl to the floor."""
    rng, layout = site.rng("dead"), site.layout
    shapes = [
        branching(rng, h, twist=1.1, girth=0.06, leaves_per_tip=0).wood for h in (6.0, 8.0, 10.0)
    ]
    points = site.sown("dead", 30, layout.gate_distance + 4, 60, width=6, lift=-0.2)
    site.add(
        "bark",
        scattered(
            shapes,
            placements(
                points,
                azimuth=rng.uniform(0, 6.28, len(points)),
                lean=np.abs(rng.normal(0, 0.12, len(points))),
                size=rng.uniform(0.7, 1.4, len(points)),
            ),
        ),
    )
    count, steps = 26, 16
    azimuth = rng.uniform(0, 2 * np.pi, count)
    keep = layout.clear(azimuth, np.full(count, layout.radius), 4.5)
    along = np.linspace(0, 1, steps)
    far = layout.radius * (1.55 - (0.6 + 0.12 * rng.random((count, 1))) * along)
    sway = azimuth[:, None] + np.cumsum(rng.normal(0, 0.02, (count, steps)), 1)
    paths = np.stack(
        [
            far * np.cos(sway),
            far * np.sin(sway),
            0.16 + 0.12 * np.sin(along * 11 + azimuth[:, None]),
        ],
        -1,
    )
    paths[..., 2] += np.where(far > layout.radius + 4, site.ground(paths[..., 0], paths[..., 1]), 0)
    site.add("bark", tubes(paths[keep], 0.3 * (1.05 - along), sides=7))


def _adrift(site: Site) -> None:
    """Rocks, stones of the ruin and shards that hang in the air."""
    rng, layout = site.rng("adrift"), site.layout
    count = 80
    far = rng.uniform(layout.radius + 4, 85, count)
    points = around(far, rng.uniform(0, 6.28, count), rng.uniform(5, 34, count))
    site.add(
        "void_rock", floating_rocks(rng, points, rng.uniform(0.4, 1.2, count) * (1 + far / 40))
    )
    over = around(
        layout.radius * rng.uniform(0.4, 1.3, 60), rng.uniform(0, 6.28, 60), rng.uniform(7, 20, 60)
    )
    shards = [splinter(rng, 1.0, 0.17, 5) for _ in range(4)]
    site.add("obsidian", scattered(shards, tumbled(rng, over, rng.uniform(0.6, 2.4, 60))))
    site.add(
        "dim_crystal",
        scattered(shards, tumbled(rng, over[::4] + vec(0.6, 0.4, 1.2), rng.uniform(0.4, 1.1, 15))),
    )
    if rng.random() < 0.6:
        for angle in layout.bays(5, 8.0):
            start = site.at(np.array([layout.gate_distance + 4]), np.array([angle]))[0]
            end = around(layout.gate_distance + 13, angle + 0.2, site.tall(13, 19))[0]
            site.add("iron", chain(start, end, 1.4, 0.6))
            site.add("void_rock", floating_rocks(rng, end[None] + vec(0, 0, 1.5), np.array([2.4])))


def _ghost_lights(site: Site) -> None:
    """Cold fires on iron stakes along the floor's edge, and candles at the gates."""
    layout = site.layout
    azimuth = layout.bays(12, 3.8)
    points = around(layout.radius - 0.5, azimuth, 0.0)
    stake = lathe(
        [
            (0.0, 0.0),
            (0.26, 0.0),
            (0.1, 0.25),
            (0.06, 1.9),
            (0.3, 2.15),
            (0.34, 2.35),
            (0.22, 2.35),
            (0.0, 2.2),
        ],
        8,
    )
    site.put("iron", stake, points, lean=0.04)
    site.put("mana", moved(flame(0.24), shift(z=2.5) @ tilt(0.06, (0, 1, 0))), points)
    for point in points:
        site.lamp(point + vec(0, 0, 2.8), site.mana, 6.0, 0.35)
    for entrance in layout.gates:
        for side in (-1, 1):
            near = around(layout.gate_distance + 1.6, entrance + side * 0.11, 3.4)
            site.lamp(near.reshape(3), FIRE, 7.0, 0.3)
    deep = site.rng("deep lights")
    far = layout.axis + deep.uniform(0, 6.28) + np.arange(6) * 2 * np.pi / 6
    for point in site.at(np.full(6, 44.0), far, 4.0):
        site.lamp(point, site.accent, float(deep.uniform(30, 70)), 1.0)
    rng = site.rng("tombs")
    slab = merge(
        [block(1.1, 2.2, 0.7, bevel=0.06), moved(block(1.3, 2.4, 0.2, bevel=0.05), shift(z=0.7))]
    )
    graves = site.sown("tombs", 26, layout.gate_distance + 3, 34, width=4.5, lift=-0.15)
    site.put(
        "slate",
        slab,
        graves,
        azimuth=rng.uniform(0, 6.28, len(graves)),
        lean=rng.normal(0, 0.06, len(graves)),
    )
    edge = 2 * np.pi * np.arange(40) / 40
    keep = layout.clear(edge, np.full(40, layout.radius), 4.0) & (
        rng.random(40) > 0.35 + 0.4 * site.spec.decay
    )
    site.add(
        "slate",
        sectors(
            layout.radius + 0.2, layout.radius + 0.7, edge[keep], edge[keep] + 0.13, -0.4, 0.7, 2
        ),
    )
