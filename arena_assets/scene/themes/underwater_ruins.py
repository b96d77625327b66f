"""A drowned court: broken columns, coral, kelp, bubbles, a wreck, blue-green depth all round."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.columns import ColumnStyle, column, stump
from arena_assets.scene.kit.crystals import cluster
from arena_assets.scene.kit.floors import Tiling
from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
    make,
    merge,
    moved,
    placements,
    scattered,
    shift,
    tilt,
    turn,
    vec,
)
from arena_assets.scene.kit.noise import fractal
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders, roughened, rubble
from arena_assets.scene.kit.sealife import brain, bubbles, fan, kelp, staghorn
from arena_assets.scene.kit.solids import ball, block, lathe, tube, tubes
from arena_assets.scene.kit.terrain import land, level_near
from arena_assets.scene.model import Air, Part, Stage, StageSpec
from arena_assets.scene.themes.colonnade import colonnade
from arena_assets.scene.themes.common import lay_floor, raise_centrepiece, stand_gates
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.layout import Arrangement
from arena_assets.scene.themes.site import Look, Site, open_site

_AIR = Air(
    zenith=(0.1, 0.48, 0.58),
    horizon=(0.01, 0.11, 0.19),
    sun=(0.62, 0.95, 0.90),
    sun_elevation=68,
    clouds=0.0,
    fog=(0.01, 0.11, 0.18),
    fog_density=0.0105,
    particles="bubbles",
)
_LOOK = Look(
    "paving",
    "mosaic",
    "wet_stone",
    "wet_stone",
    "marble",
    "patina",
    "coral_rock",
    "seabed",
    bed="seabed",
    flame="mana",
)


def build(spec: StageSpec) -> Stage:
    site = open_site(spec, _LOOK, _AIR, tuple(Arrangement), reach=62.0)
    _seabed(site)
    lay_floor(site, (Tiling.SQUARES, Tiling.RINGS, Tiling.HEXAGONS), unevenness=0.02)
    raise_centrepiece(
        site, Tint("wet_stone", "marble", "patina", leaves="kelp", liquid="dim_crystal")
    )
    stand_gates(site, (GateStyle.ROUND, GateStyle.PYLON, GateStyle.ROCK), _LOOK.wall)
    colonnade(
        site,
        "wet_stone",
        trim="patina",
        styles=(ColumnStyle.FLUTED, ColumnStyle.LOTUS),
        ruin=0.45,
        beams=0.6,
    )
    _sunken_city(site)
    _wreck(site)
    _reef(site)
    _forest(site)
    _glows(site)
    add_features(site, Kit(liquid="dim_crystal", vine="kelp", shard="dim_crystal"))
    return site.finish()


def _glows(site: Site) -> None:
    """Glowing growth off the floor, in the light that sets off the mana's."""
    rng = site.rng("glows")
    points = site.sown("glows", 9, site.layout.gate_distance + 3, 30, width=4.5, lift=0.3)
    site.add("plain_crystal", scattered([cluster(rng, 1.0, 7)], placements(points, size=0.9)))
    for point in points:
        site.lamp(point + vec(0, 0, 1.2), site.accent, float(rng.uniform(9, 16)), 0.5)


def _seabed(site: Site) -> None:
    seed = site.noise_seed("seabed")

    def height(x: Doubles, y: Doubles) -> Doubles:
        far = np.hypot(x, y)
        swell = 3.2 * fractal(x / 30, y / 30, seed) + 0.25 * fractal(
            x / 3, y / 7, seed + 1, octaves=3
        )
        crag = (
            9
            * np.clip(fractal(x / 26, y / 26, seed + 4, ridged=True), 0, 1)
            * np.clip((far - 42) / 30, 0, 1)
        )
        flat = level_near(x, y, swell + crag, site.layout.radius + 6, site.layout.radius + 26)
        rise: Doubles = np.clip(far - 74, 0, None) ** 1.2 * 0.2
        return flat + rise

    site.ground = height
    site.add("seabed", land(height, site.layout.radius - 0.5, 170, rings=140, spokes=320))


def _sunken_city(site: Site) -> None:
    """Leaning columns, a half-buried head of stone and toppled blocks out in the murk."""
    rng = site.rng("city")
    near = site.layout.gate_distance + 6
    tall = site.tall(6, 10)
    shapes = [
        column(tall, 0.62, ColumnStyle.FLUTED),
        *(stump(rng, tall * s, 0.62) for s in (0.3, 0.5, 0.75)),
    ]
    points = site.sown("columns", 40, near, 58, width=5, lift=-0.4)
    matrices = placements(
        points,
        azimuth=rng.uniform(0, 6.28, len(points)),
        lean=np.abs(rng.normal(0, 0.16, len(points))),
    )
    site.add("wet_stone", scattered(shapes, matrices))
    for k in range(3):
        azimuth = site.layout.axis + 2.1 * k + float(rng.normal(0, 0.3))
        place = site.at(np.array([float(rng.uniform(34, 50))]), np.array([azimuth]), -0.8)[0]
        rows = rng.integers(2, 5)
        blocks_up = [
            moved(
                roughened(block(2.2, 1.5, 1.1, bevel=0.08), rng, 0.06),
                shift(0, 1.6 * (c - rows / 2), 1.12 * r),
            )
            for r in range(int(rows))
            for c in range(int(rows) * 2 - r)
            if rng.random() > 0.25 * r / rows
        ]
        site.add("wet_stone", moved(merge(blocks_up), shift(*place) @ turn(azimuth)))
    azimuth = site.layout.axis + 0.5
    if float(site.layout.gate_gap(np.array(azimuth))) * 32 < 8:
        azimuth += 0.55
    place = site.at(np.array([34.0]), np.array([azimuth]))[0]
    site.add(
        "marble",
        moved(_colossus(rng), shift(*place) @ turn(azimuth + np.pi) @ tilt(0.28, (0.4, 1, 0))),
    )
    heaps = site.sown("heaps", 70, near - 3, 52)
    site.add("wet_stone", rubble(rng, heaps + vec(0, 0, 0.1), rng.uniform(0.3, 1.3, len(heaps))))


def _colossus(rng: np.random.Generator) -> Part:
    """A fallen giant's head, facing +x, 7 m tall, the crown of its helmet broken."""
    skull = ball(1.0, detail=4)
    x, y, z = skull.vertices.astype(float).T
    face = np.clip(x, 0, 1)
    brow = 0.16 * np.exp(-(((z - 0.22) / 0.1) ** 2)) * face
    nose = 0.34 * np.exp(-((y / 0.13) ** 2) - (((z + 0.08) / 0.2) ** 2)) * face
    eyes = -0.16 * np.exp(-(((np.abs(y) - 0.33) / 0.15) ** 2) - (((z - 0.06) / 0.1) ** 2)) * face
    lips = 0.1 * np.exp(-((y / 0.25) ** 2) - (((z + 0.42) / 0.07) ** 2)) * face
    chin = 0.14 * np.exp(-((y / 0.3) ** 2) - (((z + 0.75) / 0.16) ** 2)) * face
    out = 1 + brow + nose + eyes + lips + chin
    head = np.stack([x * out * 2.2, y * out * 1.8 * (1 - 0.18 * np.clip(-z, 0, 1)), z * 2.9], -1)
    crest = [
        moved(block(0.5, 0.5, 1.0, bevel=0.1), turn(a) @ shift(1.75, 0, 1.5))
        for a in rng.uniform(0, 6.28, 9)
    ]
    band_ring = lathe([(1.7, 1.3), (2.05, 1.3), (2.0, 1.75), (1.6, 1.75)], 40)
    body = make(head, skull.faces, smooth=False)
    return moved(merge([body, band_ring, *crest]), shift(z=1.9))


def _wreck(site: Site) -> None:
    """The ribs and keel of a ship lying on one side; not in every place."""
    rng = site.rng("wreck")
    if rng.random() < 0.4:
        return
    azimuth = site.layout.axis + float(rng.uniform(2.4, 4.0))
    length, beam = 26.0, 4.2
    ribs, steps = 15, 13
    along = np.linspace(-1, 1, ribs)
    wide = beam * (1 - np.abs(along) ** 2.4) ** 0.6 + 0.25
    turn_round = np.linspace(-1.35, 1.35, steps)
    paths = np.stack(
        [
            np.broadcast_to(along[:, None] * length / 2, (ribs, steps)),
            wide[:, None] * np.sin(turn_round),
            4.4
            - (3.6 + 0.5 * wide[:, None]) * np.cos(turn_round) * (1 - 0.1 * along[:, None] ** 2),
        ],
        -1,
    )
    frame = tubes(paths, 0.17, sides=6)
    keel = tube(
        np.stack(
            [
                np.linspace(-15, 15, 20),
                np.zeros(20),
                0.35 + 2.6 * np.abs(np.linspace(-1, 1, 20)) ** 5,
            ],
            -1,
        ),
        0.28,
    )
    planks = []
    for row in (1, 2, 3, 4, 7, 8, 9, 10):
        start = int(rng.integers(0, 5))
        run = paths[start : start + int(rng.integers(6, 11)), row]
        planks.append(tube(run, 0.2, sides=4, smooth=False))
    mast = moved(
        tube([(0, 0, 0.4), (0.5, 0.6, 9.0), (0.8, 1.0, 15.0)], np.array([0.34, 0.26, 0.16])),
        shift(2),
    )
    place = site.at(np.array([44.0]), np.array([azimuth]), -0.6)[0]
    hull = merge([frame, keel, mast, *planks], smooth=False)
    site.add("planks", moved(hull, shift(*place) @ turn(azimuth + 1.3) @ tilt(0.42, (1, 0, 0))))


def _reef(site: Site) -> None:
    rng = site.rng("reef")
    near = site.layout.gate_distance + 1.0
    rocks = site.sown("reef rocks", 75, near + 2, 58)
    site.add("coral_rock", boulders(rng, rocks, rng.uniform(0.3, 2.2, len(rocks))))
    kinds = (
        ("coral", [staghorn(rng) for _ in range(3)], 100, (0.5, 1.8)),
        ("pale_coral", [brain(rng) for _ in range(2)], 50, (0.5, 2.0)),
        ("pale_coral", [staghorn(rng) for _ in range(2)], 50, (0.4, 1.3)),
        ("coral", [fan(rng) for _ in range(2)], 60, (0.7, 2.2)),
    )
    for k, (material, shapes, count, (small, large)) in enumerate(kinds):
        points = site.sown(f"reef/{k}", count, near, 44, width=3.8)
        matrices = placements(
            points,
            azimuth=rng.uniform(0, 6.28, len(points)),
            size=rng.uniform(small, large, len(points)),
        )
        site.add(material, scattered(shapes, matrices))
    glow = site.sown("anemones", 22, near, 34, width=3.8)
    bulb = lathe(
        [(0.0, 0.0), (0.16, 0.0), (0.12, 0.3), (0.26, 0.5), (0.22, 0.7), (0.0, 0.78)],
        12,
        smooth=True,
    )
    sizes = rng.uniform(0.7, 1.8, len(glow))
    site.put("mushroom", bulb, glow, size=sizes)
    for point in glow[:10]:
        site.lamp(point + vec(0, 0, 0.9), site.mana, 4.0, 0.3)
    beacon = around(site.layout.gate_distance - 2.4, np.array(site.layout.gates) + 0.24, 0.0)
    site.put("mana_crystal", lathe([(0.0, 0.0), (0.3, 0.3), (0.22, 1.0), (0.0, 1.6)], 6), beacon)
    for point in beacon:
        site.lamp(point + vec(0, 0, 1.0), site.mana, 8.0, 0.4)


def _forest(site: Site) -> None:
    rng = site.rng("kelp")
    shapes = [kelp(rng, h) for h in (7.0, 10.0, 14.0)]
    points = site.sown("kelp", 70, site.layout.gate_distance + 5, 58, width=6)
    matrices = placements(
        points, azimuth=rng.normal(0.6, 0.3, len(points)), size=rng.uniform(0.7, 1.2, len(points))
    )
    site.add("kelp", scattered(shapes, matrices))
    vents = site.sown("bubbles", 14, site.layout.radius * 0.85, 36, width=3.5)
    site.add("glass", bubbles(rng, vents, 14.0))
