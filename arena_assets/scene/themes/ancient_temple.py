"""A sunlit precinct: colonnade, tiers of seats, a temple front, cypresses and far hills."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.arches import GateStyle
from arena_assets.scene.kit.columns import column, ring_of, stump
from arena_assets.scene.kit.floors import Tiling
from arena_assets.scene.kit.mesh import Doubles, around, merge, moved, shift, turn, vec
from arena_assets.scene.kit.noise import fractal
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.rocks import boulders, rubble
from arena_assets.scene.kit.solids import block, hull, lathe, sectors
from arena_assets.scene.kit.terrain import land, level_near, mountains
from arena_assets.scene.kit.trees import branching, cypress
from arena_assets.scene.model import Air, Stage, StageSpec
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
    zenith=(0.06, 0.21, 0.62),
    horizon=(0.7, 0.74, 0.76),
    sun=(1.0, 0.82, 0.56),
    sun_elevation=36,
    clouds=0.5,
    fog=(0.5, 0.62, 0.78),
    fog_density=0.0024,
    particles="motes",
)
_SAND = Look(
    "paving", "paving_dark", "sandstone", "sandstone", "sandstone", "bronze", "cliff", "grass"
)
_MARBLE = Look("paving", "mosaic", "marble", "marble", "marble", "bronze", "cliff", "grass")


def build(spec: StageSpec) -> Stage:
    look = _MARBLE if spec.seed % 3 == 0 else _SAND
    site = open_site(spec, look, _AIR, tuple(Arrangement), reach=95.0)
    _land(site)
    lay_floor(site, (Tiling.RINGS, Tiling.FAN, Tiling.SQUARES, Tiling.HEXAGONS))
    raise_centrepiece(site, Tint(look.wall, look.trim, "bronze"))
    stand_gates(site, (GateStyle.ROUND, GateStyle.ROUND, GateStyle.PYLON), look.wall)
    gate_braziers(site)
    colonnade(site, look.wall, trim="gold_inlay")
    _seats(site)
    _temple(site)
    _grounds(site)
    add_features(site, Kit(vine="leaf"))
    return site.finish()


def _land(site: Site) -> None:
    seed = site.noise_seed("land")

    def height(x: Doubles, y: Doubles) -> Doubles:
        hills = 8 * fractal(x / 60, y / 60, seed) + 0.3 * fractal(x / 5, y / 5, seed + 3, octaves=3)
        flat = level_near(x, y, hills, site.layout.radius + 17, site.layout.radius + 48)
        return flat + mountains(x, y, seed + 9, 120, 66)

    site.ground = height
    site.add(site.look.ground, land(height, site.layout.radius - 0.5, 420, rings=170))


def _seats(site: Site) -> None:
    """Tiers of stone seats behind the colonnade, open at the gates; more of them when terraced."""
    layout, rng = site.layout, site.rng("seats")
    terraced = layout.arrangement is Arrangement.TERRACED
    tiers = int(rng.integers(6, 10)) if terraced else int(rng.integers(0, 5))
    if not tiers:
        return
    count = 96
    start = 2 * np.pi * np.arange(count) / count
    middle = start + np.pi / count
    inner = layout.rim(middle) + (2.6 if terraced else 5.0)
    run = 1.15 if terraced else 1.5
    for tier in range(tiers):
        near = inner + tier * run
        keep = layout.clear(middle, near, 3.8) & layout.built(middle)
        keep &= rng.random(count) > 0.02 + 0.3 * site.spec.decay
        if not terraced:
            keep &= np.cos(2 * (middle - layout.axis)) > -0.4
        top = 0.5 + tier * 0.62 + rng.normal(0, 0.012, count)
        site.add(
            site.look.wall,
            sectors(
                near[keep],
                near[keep] + run - 0.03,
                start[keep] + 0.0015,
                start[keep] + 2 * np.pi / count - 0.0015,
                -0.6,
                top[keep],
                1,
            ),
        )


def _temple(site: Site) -> None:
    """A pedimented front on the main axis, with a sanctuary or a tholos elsewhere."""
    rng, spec = site.rng("temple"), site.spec
    stone = site.look.wall
    columns = int(rng.choice([6, 8, 10]))
    pitch, tall, radius = 3.4, site.tall(9.0, 15.0), site.tall(0.75, 1.0)
    width = pitch * (columns - 1) + 4
    distance = float(site.layout.rim(np.array(site.layout.axis))) + 20
    place = turn(site.layout.axis) @ shift(distance)
    for k in range(4):
        step = block(13 + 1.4 * (4 - k), width + 1.4 * (4 - k), 0.5, bevel=0.05)
        site.add(stone, moved(step, place @ shift(5, 0, 0.5 * k - 0.2)))
    top = 2.0
    shape, broken = column(tall, radius), stump(rng, tall * 0.4, radius)
    for k in range(columns):
        y = (k - (columns - 1) / 2) * pitch
        lost = rng.random() < spec.decay * 0.35
        site.add(stone, moved(broken if lost else shape, place @ shift(0.2, y, top - 0.2)))
    beam_z = top + tall - 0.2
    site.add(stone, moved(block(2.6, width - 1.2, 1.2, bevel=0.06), place @ shift(0.3, 0, beam_z)))
    site.add(
        "gold_inlay",
        moved(block(2.5, width - 1.4, 0.16, bevel=0.02), place @ shift(0.3, 0, beam_z + 1.2)),
    )
    site.add(stone, moved(block(3.2, width, 0.5, bevel=0.06), place @ shift(0.3, 0, beam_z + 1.36)))
    roof = beam_z + 1.86
    rise = width * 0.17
    half = width / 2
    if spec.decay < 0.8:
        gable = hull(
            [
                (x, y, z)
                for x in (-0.9, 10.5)
                for y, z in ((-half, roof), (half, roof), (0, roof + rise))
            ]
        )
        site.add(stone, moved(gable, place))
        slab = [
            hull(
                [
                    (x, s * y, z + t)
                    for x in (-1.3, 10.8)
                    for t in (0.0, 0.4)
                    for y, z in ((half + 0.4, roof - 0.05), (-0.02, roof + rise + 0.1))
                ]
            )
            for s in (-1, 1)
        ]
        site.add(site.look.trim, *(moved(part, place) for part in slab))
        disc_part = lathe(
            [(rise * 0.28, 0.0), (rise * 0.28, 0.12), (rise * 0.2, 0.14), (0.0, 0.14)], 32
        )
        facing = np.array([[0, 0, -1, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1.0]])
        site.add("mana", moved(disc_part, place @ shift(-0.92, 0, roof + rise * 0.38) @ facing))
    cella = block(9, width - 4.5, tall + 0.8, bevel=0.1)
    site.add(f"{stone}_blocks", moved(cella, place @ shift(6.6, 0, top - 0.2)))
    _tholos(site, rng)


def _tholos(site: Site, rng: np.random.Generator) -> None:
    """A small round shrine some way off."""
    azimuth = site.layout.axis + float(rng.uniform(1.6, 4.6))
    if float(site.layout.gate_gap(np.array(azimuth))) < 0.3:
        azimuth += 0.5
    place = site.at(np.array([float(rng.uniform(48, 62))]), np.array([azimuth]))[0]
    turns = np.arange(10) * 2 * np.pi / 10
    pillars = ring_of(column(7, 0.5), np.full(10, 4.2), turns, 0.9)
    base = lathe(
        [(6.2, -2.5), (6.2, 0.3), (5.6, 0.35), (5.6, 0.6), (5.0, 0.65), (5.0, 0.95), (0.0, 0.95)],
        40,
    )
    ring = lathe([(3.5, 7.9), (4.9, 7.9), (4.9, 8.7), (5.1, 8.75), (5.1, 9.0), (3.5, 9.0)], 40)
    angle = np.linspace(0, np.pi / 2, 10)
    dome = lathe([(4.8 * np.cos(a) + 0.001, 9.0 + 3.4 * np.sin(a)) for a in angle], 40, smooth=True)
    shrine = merge(
        [pillars, base, ring] if site.spec.decay > 0.6 else [pillars, base, ring, dome],
        smooth=False,
    )
    site.add(site.look.trim, moved(shrine, shift(*place)))


def _grounds(site: Site) -> None:
    rng, layout = site.rng("grounds"), site.layout
    near = layout.gate_distance + 9
    trees = [cypress(rng, h) for h in (8.5, 11.0, 13.5)]
    plant(
        site, "cypress", trees, site.sown("cypress", 44, near + 3, 120, width=7), leaf="dark_leaf"
    )
    broad = [branching(rng, h) for h in (7.5, 9.5)]
    plant(site, "olives", broad, site.sown("olives", 22, near + 6, 110, width=9), leaf="leaf")
    points = site.sown("stones", int(40 + 90 * site.spec.decay), near - 6, 70)
    site.add(site.look.rock, boulders(rng, points[::2], rng.uniform(0.2, 0.9, len(points[::2]))))
    site.add(
        site.look.wall,
        rubble(rng, points[1::2] + vec(0, 0, 0.1), rng.uniform(0.3, 1.0, len(points[1::2]))),
    )
    meadow(site, near - 3, 70)
    bowls = around(layout.gate_distance + 3.2, np.array(layout.gates) + 0.32, 0)
    urn = lathe(
        [
            (0.0, 0.0),
            (0.5, 0.0),
            (0.3, 0.2),
            (0.28, 0.4),
            (0.75, 1.0),
            (0.8, 1.4),
            (0.55, 1.55),
            (0.7, 1.7),
            (0.0, 1.6),
        ],
        24,
        smooth=True,
    )
    site.put(site.look.trim, urn, bowls)
