"""What stands in the middle: ten builders, all within 4.4 m of the axis, root at z = 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from arena_assets.scene.kit import machines
from arena_assets.scene.kit.crystals import cluster, prism_crystal, splinter
from arena_assets.scene.kit.lights import brazier, flame
from arena_assets.scene.kit.machinery import armillary, chain, hoop
from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
    instances,
    merge,
    moved,
    placements,
    scale,
    shift,
    tilt,
    tumbled,
    turn,
)
from arena_assets.scene.kit.rocks import roughened
from arena_assets.scene.kit.runes import band, glyph_strokes
from arena_assets.scene.kit.solids import (
    ball,
    block,
    blocks,
    disc,
    hull,
    lathe,
    sectors,
    torus,
    tube,
    tubes,
)
from arena_assets.scene.kit.trees import giant
from arena_assets.scene.model import Centrepiece, Part

FOOTPRINT = 4.4
"""Metres from the axis that a centrepiece may take at walking height."""


@dataclass(frozen=True, slots=True)
class Tint:
    """The theme's materials that a centrepiece is made of."""

    wall: str
    trim: str
    metal: str
    crystal: str = "mana_crystal"
    wood: str = "bark"
    leaves: str = "leaf"
    liquid: str = "water"


@dataclass(slots=True)
class Piece:
    """A built centrepiece. ``lamps`` are (x, y, z, strength) in the mana colour."""

    focus: float
    parts: list[tuple[str, Part]] = field(default_factory=list)
    lamps: list[tuple[float, float, float, float]] = field(default_factory=list)

    def add(self, material: str, *parts: Part) -> None:
        self.parts += [(material, part) for part in parts]


def centrepiece(
    kind: Centrepiece, rng: np.random.Generator, tint: Tint, grandeur: float, decay: float
) -> Piece:
    """The centrepiece ``kind``; ``grandeur`` makes it taller, ``decay`` breaks it."""
    return _BUILDERS[kind](rng, tint, 0.8 + 0.6 * grandeur, decay)


def steps(
    sides: int, radius: float, count: int, rise: float, tread: float, angle: float = 0
) -> Part:
    """A stepped base of ``count`` tiers with chamfered edges."""
    tiers = []
    for k in range(count):
        reach, top = radius - k * tread, (k + 1) * rise
        profile = [(reach, top - rise - 0.1), (reach, top - 0.05), (reach - 0.05, top), (0.0, top)]
        tiers.append(lathe(profile, sides))
    return moved(merge(tiers), turn(angle))


def _crystal(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    count = int(rng.integers(2, 5))
    top = 0.26 * count
    piece = Piece(focus=top + 2.4 * size)
    piece.add(tint.wall, steps(int(rng.choice([6, 8, 32])), 3.4, count, 0.26, 0.42))
    middle = top + 2.5 * size
    tall = 4.6 * size
    if rng.random() < 0.5:
        core = splinter(rng, tall, 0.72 * size, 6)
        piece.add(tint.crystal, moved(core, shift(z=middle)))
        claws = int(rng.integers(3, 6))
        for k in range(claws):
            if rng.random() < decay * 0.35:
                continue
            angle = 2 * np.pi * k / claws + 0.4
            bow = np.array([[1.5, 0.0], [1.95, 0.35], [1.9, 0.62], [1.35, 0.85], [0.8, 0.98]])
            far, up = bow[:, 0] * size, top + bow[:, 1] * 3.4 * size
            path = np.stack([far * np.cos(angle), far * np.sin(angle), up], -1)
            fine = np.linspace(0, 4, 14)
            path = np.stack([np.interp(fine, np.arange(5), path[:, i]) for i in range(3)], -1)
            piece.add(tint.metal, tube(path, np.linspace(0.17, 0.03, 14) * size, sides=8))
    else:
        piece.add(tint.crystal, moved(cluster(rng, tall, int(rng.integers(6, 10))), shift(z=top)))
    ring = 2.3 * size
    angle = rng.uniform(0, 2 * np.pi, 9)
    points = around(ring * rng.uniform(0.8, 1.2, 9), angle, 0) + np.stack(
        [np.zeros(9), np.zeros(9), middle + rng.normal(0, 0.8, 9)], -1
    )
    shards = [splinter(rng, rng.uniform(0.35, 0.8), 0.12) for _ in range(3)]
    for k, shard in enumerate(shards):
        piece.add("dim_crystal", instances(shard, tumbled(rng, points[k::3])))
    piece.lamps.append((0, 0, middle, 26))
    return piece


def _altar(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    piece = Piece(focus=2.2 * size)
    for k in range(3):
        step = block(6.0 - 1.1 * k, 5.0 - 1.1 * k, 0.34, bevel=0.05)
        piece.add(tint.wall, moved(step, shift(z=0.32 * k - 0.06)))
    top = 0.9
    table = merge(
        [
            moved(block(1.5, 0.9, 1.1, bevel=0.08), shift(0, 0, top)),
            moved(block(2.5, 1.35, 0.28, bevel=0.06), shift(0, 0, top + 1.08)),
            moved(block(1.8, 1.05, 0.2, bevel=0.04), shift(0, 0, top)),
        ]
    )
    piece.add(tint.trim, table)
    bowl = lathe([(0.0, 0.0), (0.2, 0.02), (0.5, 0.22), (0.55, 0.3), (0.48, 0.3), (0.0, 0.12)], 24)
    piece.add(tint.metal, moved(bowl, shift(z=top + 1.35)))
    piece.add("mana", moved(flame(0.26 * size), shift(z=top + 1.75)))
    tall = 3.6 * size * (1 - 0.3 * decay * rng.random())
    stele = hull(
        [
            (x, y, z)
            for x, y0, z in (
                (-1.95, 1.3, 0),
                (-1.5, 1.3, 0),
                (-1.85, 0.95, tall),
                (-1.6, 0.95, tall),
            )
            for y in (-y0, y0)
        ]
        + [(-1.72, 0.0, tall + 0.7)]
    )
    piece.add(tint.wall, moved(stele, shift(z=0.55)))
    glyphs = np.concatenate(
        [glyph_strokes(rng, 0.55) + [y, z] for y in (-0.5, 0.5) for z in (1.2, 2.1, 2.9)]
    )
    piece.add("mana", _on_wall(glyphs * [1, size], -1.49, 0.55))
    for x in (-1, 1):
        for y in (-1, 1):
            metal, fire = brazier(1.5)
            place = shift(2.2 * x, 2.0 * y, 0.26 if abs(x) else 0)
            piece.add(tint.metal, moved(metal, place))
            piece.add("mana", moved(fire, place))
            piece.lamps.append((2.2 * x, 2.0 * y, 2.3, 4))
    piece.lamps.append((0.2, 0, top + 2.2, 12))
    return piece


def _obelisk(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    tall = 8.2 * size
    piece = Piece(focus=tall * 0.42)
    sides = int(rng.choice([4, 4, 6]))
    piece.add(tint.wall, steps(sides, 3.6, 3, 0.3, 0.6, np.pi / 4))
    plinth = moved(
        lathe(
            [(1.75, 0.0), (1.75, 0.1), (1.5, 0.9), (1.62, 1.0), (1.62, 1.15), (0.0, 1.15)], sides
        ),
        turn(np.pi / 4),
    )
    piece.add(tint.trim, moved(plinth, shift(z=0.88)))
    base, low, high = 2.0, 1.12, 0.72
    break_at = 1.0 - 0.35 * max(0.0, decay - 0.6) * rng.random() * 2
    shaft_top = base + (tall - base) * 0.87 * break_at
    shaft = moved(
        lathe(
            [(low, base), (high + (low - high) * (1 - break_at), shaft_top), (0.0, shaft_top)],
            sides,
        ),
        turn(np.pi / 4),
    )
    piece.add(tint.wall, shaft)
    if break_at > 0.97:
        tip = lathe([(high, shaft_top), (high * 1.03, shaft_top + 0.1), (0.0, tall + 0.3)], sides)
        piece.add("mana_crystal", moved(tip, turn(np.pi / 4)))
    else:
        piece.add(tint.crystal, moved(cluster(rng, 2.2 * size, 5), shift(z=shaft_top)))
    lean = (low - high) / (shaft_top - base) * np.cos(np.pi / sides)
    face = low * np.cos(np.pi / sides)
    rows = np.arange(base + 0.7, shaft_top - 0.8, 1.05)
    lines = np.concatenate([glyph_strokes(rng, 0.62) + [0, z] for z in rows])
    plate = _on_wall(lines, 0.0, 0.0)
    tilted = moved(
        plate, shift(face + 0.012, 0, base) @ tilt(-np.arctan(lean), (0, 1, 0)) @ shift(0, 0, -base)
    )
    for k in range(sides):
        piece.add("mana", moved(tilted, turn(2 * np.pi * k / sides + np.pi / 4 + np.pi / sides)))
    posts = around(3.95, np.arange(8) * np.pi / 4, 0)
    piece.add(
        tint.metal,
        instances(
            lathe(
                [(0.0, 0.0), (0.16, 0.0), (0.1, 0.2), (0.09, 0.8), (0.17, 0.9), (0.0, 1.05)],
                12,
                smooth=True,
            ),
            placements(posts),
        ),
    )
    for k in range(8):
        if rng.random() > 0.2 + 0.7 * decay:
            piece.add(
                tint.metal,
                chain(posts[k] + [0, 0, 0.85], posts[(k + 1) % 8] + [0, 0, 0.85], 0.35, 0.16),
            )
    piece.lamps += [(0, 0, tall * 0.95, 14), (2.2, 0, 3, 5), (-2.2, 0, 3, 5)]
    return piece


def _fountain(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    piece = Piece(focus=2.1 * size)
    sides = int(rng.choice([8, 12, 48]))
    rim = [
        (4.1, -0.1),
        (4.1, 0.55),
        (4.2, 0.6),
        (4.2, 0.72),
        (3.6, 0.72),
        (3.6, 0.6),
        (3.7, 0.55),
        (3.7, 0.0),
        (0.0, 0.0),
    ]
    piece.add(tint.wall, lathe(rim, sides))
    piece.add(tint.liquid, disc(3.68 * np.cos(np.pi / sides), 0.5, segments=64))
    stem = [
        (1.0, 0.0),
        (0.8, 0.5),
        (0.42, 0.8),
        (0.36, 1.3),
        (0.5, 1.5),
        (1.0, 1.75),
        (1.75, 1.95),
        (1.82, 2.08),
        (1.66, 2.08),
        (0.9, 1.9),
        (0.0, 1.86),
    ]
    upper = [
        (0.4, 0.0),
        (0.26, 0.3),
        (0.24, 0.8),
        (0.5, 1.0),
        (0.95, 1.14),
        (1.0, 1.24),
        (0.88, 1.24),
        (0.4, 1.12),
        (0.0, 1.1),
    ]
    scaled = moved(lathe(stem, 40, smooth=True), scale(1, 1, size))
    piece.add(tint.trim, scaled)
    piece.add(tint.liquid, disc(1.66, 2.0 * size, segments=48))
    shelf = 1.86 * size
    second = decay < 0.8
    top = shelf + (1.24 * size if second else 0.1)
    if second:
        piece.add(
            tint.trim, moved(lathe(upper, 32, smooth=True), shift(z=shelf) @ scale(1, 1, size))
        )
        piece.add(tint.liquid, disc(0.88, shelf + 1.19 * size, segments=32))
    orb = 0.42 * size
    piece.add("mana", moved(ball(orb, detail=3), shift(z=top + orb * 1.5)))
    jets = int(rng.choice([6, 8, 10]))
    along = np.linspace(0, 1, 12)
    azimuth = 2 * np.pi * np.arange(jets) / jets
    for start, high, end, low, reach in (
        (1.6, 2.05 * size, 3.1, 0.5, 0.05),
        (0.85, shelf + 1.2 * size, 1.5, 2.02 * size, 0.035),
    ):
        if start < 1 and not second:
            continue
        far = start + (end - start) * along
        drop = high + 0.35 * np.sin(np.pi * along**0.8) * (1 - along) - (high - low) * along**1.8
        paths = np.stack(
            [
                far[None] * np.cos(azimuth[:, None]),
                far[None] * np.sin(azimuth[:, None]),
                np.broadcast_to(drop, (jets, 12)),
            ],
            -1,
        )
        piece.add(tint.liquid, tubes(paths, reach * (1 + 0.6 * along), sides=6))
    piece.add("mana", *(moved(band(2.9, 2.97, 0.0), shift(z=0.54)),))
    piece.lamps += [(0, 0, top + orb * 1.5, 18), (2.9, 0, 1.2, 4), (-2.9, 0, 1.2, 4)]
    return piece


def _brazier(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    top = 2.4 * size
    piece = Piece(focus=top + 0.9)
    piece.add(tint.wall, steps(int(rng.choice([6, 10, 40])), 3.9, 3, 0.28, 0.6))
    legs = int(rng.choice([3, 4, 6]))
    for k in range(legs):
        angle = 2 * np.pi * k / legs
        far = np.array([2.0, 1.5, 1.05, 1.2, 1.75])
        up = np.array([0.82, 0.9 + 0.3 * top, 0.55 * top + 0.4, 0.8 * top + 0.35, top + 0.25])
        fine = np.linspace(0, 4, 16)
        reach, rise = np.interp(fine, np.arange(5), far), np.interp(fine, np.arange(5), up)
        piece.add(
            tint.metal,
            tube(
                np.stack([reach * np.cos(angle), reach * np.sin(angle), rise], -1),
                np.linspace(0.2, 0.13, 16),
                sides=8,
            ),
        )
        claw = block(0.7, 0.42, 0.16, bevel=0.06)
        piece.add(tint.metal, moved(claw, turn(angle) @ shift(2.05, 0, 0.82)))
    bowl = [
        (0.0, -0.1),
        (0.5, -0.08),
        (1.2, 0.22),
        (1.75, 0.7),
        (1.95, 0.85),
        (1.95, 0.95),
        (1.72, 0.95),
        (1.1, 0.55),
        (0.0, 0.4),
    ]
    piece.add(tint.metal, moved(lathe(bowl, 40, smooth=True), shift(z=top - 0.2)))
    coals = blocks(
        rng.uniform(0.25, 0.5, (40, 3)),
        tumbled(rng, around(1.35 * np.sqrt(rng.random(40)), rng.uniform(0, 6.28, 40), top + 0.45)),
        bevel=0.05,
    )
    piece.add("basalt", coals)
    tongues = [flame(0.72 * size)]
    for angle in rng.uniform(0, 2 * np.pi, 7):
        tongue = moved(
            flame(rng.uniform(0.3, 0.5) * size),
            turn(angle) @ shift(rng.uniform(0.5, 0.95)) @ tilt(0.2, (0, 1, 0)),
        )
        tongues.append(tongue)
    piece.add("mana", moved(merge(tongues), shift(z=top + 0.85)))
    for k in range(6):
        stone = roughened(block(0.8, 0.5, rng.uniform(0.9, 1.6) * (1 - 0.4 * decay)), rng, 0.12)
        piece.add(tint.trim, moved(stone, turn(np.pi / 3 * (k + 0.5)) @ shift(3.85)))
    piece.lamps.append((0, 0, top + 1.8, 30))
    return piece


def _portal(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    reach = 2.5 * size
    piece = Piece(focus=reach * 0.95 + 0.9)
    for k in range(3):
        piece.add(
            tint.wall,
            moved(block(4.4 - 0.9 * k, 7.6 - 1.2 * k, 0.3, bevel=0.04), shift(z=0.28 * k - 0.05)),
        )
    middle = reach * 0.9 + 0.85
    upright = shift(z=middle) @ tilt(np.pi / 2, (0, 1, 0))
    count = 24
    start = 2 * np.pi * np.arange(count) / count
    kept = rng.random(count) > max(0.0, decay - 0.35) * 0.45
    outer = np.where(np.arange(count) % 3 == 0, reach + 0.75, reach + 0.58)
    stones = sectors(
        reach - 0.02,
        outer[kept],
        start[kept] + 0.012,
        start[kept] + 2 * np.pi / count - 0.012,
        -0.48,
        0.48,
        3,
    )
    piece.add(tint.trim, moved(stones, upright))
    for side in (-1, 1):
        level = 0.5 if side > 0 else -0.46
        piece.add("mana", moved(band(reach + 0.2, reach + 0.27, level), upright))
    piece.add(tint.metal, moved(torus(reach - 0.02, 0.11, segments=72), upright))
    arms, along = int(rng.integers(3, 7)), np.linspace(0, 1, 30)
    swirls = []
    for arm in range(arms):
        angle = 2 * np.pi * arm / arms + along * 3.6
        far = (reach - 0.12) * (1 - along) ** 0.8 + 0.02
        swirls.append(
            np.stack([far * np.cos(angle), far * np.sin(angle), 0.25 * np.sin(along * 5)], -1)
        )
    piece.add(
        "mana",
        moved(
            tubes(np.stack(swirls), 0.02 + 0.11 * np.sin(np.pi * along) ** 0.7, sides=6), upright
        ),
    )
    film = merge(
        [
            disc(reach - 0.1, 0.0, inner=0.35, segments=64),
            moved(
                disc(reach - 0.1, 0.0, inner=0.35, segments=64),
                shift(z=-0.02) @ tilt(np.pi, (1, 0, 0)),
            ),
        ]
    )
    piece.add("dim_crystal", moved(film, upright))
    for side in (-1, 1):
        pier = block(1.3, 1.0, middle * 0.8, bevel=0.08)
        piece.add(tint.wall, moved(pier, shift(0, side * (reach + 0.55), 0.0)))
        piece.add(
            tint.crystal,
            moved(
                prism_crystal(rng, 1.1 * size, 0.22), shift(0, side * (reach + 0.75), middle * 0.8)
            ),
        )
    piece.lamps += [(1.4, 0, middle, 15), (-1.4, 0, middle, 15)]
    return piece


def _orrery(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    reach = 2.7 * size
    middle = 1.2 + reach * 1.02
    piece = Piece(focus=middle)
    piece.add(tint.wall, steps(12, 3.6, 2, 0.28, 0.7))
    stem = [
        (1.3, 0.5),
        (1.2, 0.7),
        (0.5, 0.95),
        (0.3, 1.3),
        (0.26, middle - reach * 0.35),
        (0.5, middle - reach * 0.3),
        (0.0, middle - reach * 0.28),
    ]
    piece.add(tint.trim, lathe(stem, 32, smooth=True))
    hoops, tracks = armillary(rng, reach, 4 if decay < 0.7 else 3)
    piece.add(tint.metal, moved(hoops, shift(z=middle)))
    piece.add("mana", moved(tracks, shift(z=middle)))
    piece.add("mana", moved(ball(0.5 * size, detail=3), shift(z=middle)))
    for k, material in enumerate(("gold_inlay", "marble", "obsidian", "copper", "ice_crystal")):
        angle, far = rng.uniform(0, 2 * np.pi), reach * (0.32 + 0.14 * k)
        place = np.array([far * np.cos(angle), far * np.sin(angle), middle + rng.normal(0, 0.1)])
        piece.add(
            material,
            moved(
                ball((0.14 + 0.05 * rng.random()) * size * (1 + 0.2 * k), detail=2), shift(*place)
            ),
        )
        piece.add(tint.metal, tube([(0, 0, place[2]), tuple(place)], 0.03, sides=6))
    for k in range(3):
        angle = 2 * np.pi * k / 3
        far = np.array([3.0, 2.95, reach * 0.72])
        up = np.array([0.3, middle * 0.5, middle - reach * 0.62])
        piece.add(
            tint.metal,
            tube(np.stack([far * np.cos(angle), far * np.sin(angle), up], -1), 0.12, sides=8),
        )
    piece.add(tint.metal, moved(hoop(reach * 0.72, 0.16, 0.09), shift(z=middle - reach * 0.62)))
    piece.lamps.append((0, 0, middle, 22))
    return piece


def _tree(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    tall = 9.0 * size
    piece = Piece(focus=tall * 0.42)
    tree = giant(rng, tall, 0.72 * size)
    rooted = shift(z=0.55)
    piece.add(tint.wood, moved(tree.wood, rooted))
    if decay < 0.8:
        piece.add(tint.leaves, moved(tree.leaves, rooted))
    count = 20
    start = 2 * np.pi * np.arange(count) / count
    kept = rng.random(count) > decay * 0.3
    piece.add(
        tint.wall,
        sectors(
            3.4, 4.1, start[kept] + 0.004, start[kept] + 2 * np.pi / count - 0.004, -0.2, 0.62, 2
        ),
    )
    piece.add("moss", lathe([(3.42, 0.42), (2.4, 0.6), (0.0, 0.78)], 40, smooth=True))
    fruits = tree.tips[:: max(1, len(tree.tips) // 26)] + [0, 0, 0.2]
    piece.add("mana", instances(ball(0.14, detail=1), placements(fruits)))
    piece.add(
        tint.crystal,
        moved(cluster(rng, 1.2, 6), shift(2.2, 0.8, 0.5)),
        moved(cluster(rng, 0.9, 5), shift(-1.6, -1.8, 0.5)),
    )
    piece.lamps += [(0, 0, tall * 0.66, 12), (2.2, 0.8, 1.6, 5), (-1.6, -1.8, 1.4, 4)]
    return piece


def _engine(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    parts = machines.engine(rng, size, decay)
    piece = Piece(focus=parts.focus)
    piece.add(tint.wall, steps(8, 3.9, 2, 0.25, 0.5, np.pi / 8))
    piece.add(tint.metal, parts.frame)
    piece.add("copper", parts.pipes)
    piece.add("brass", parts.gears)
    piece.add("glass", parts.glass)
    piece.add(tint.crystal, parts.core)
    piece.add("mana", parts.glow)
    piece.lamps += [(1.6, 0, parts.focus, 10), (-1.6, 0.4, parts.focus, 10)]
    return piece


def _monoliths(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    count = int(rng.integers(5, 9))
    piece = Piece(focus=2.0 * size)
    azimuth = 2 * np.pi * np.arange(count) / count + rng.normal(0, 0.06, count)
    stand = np.full(count, True)
    for k in range(count):
        tall = rng.uniform(2.6, 4.8) * size * (1 - 0.45 * decay * rng.random())
        shape = block(0.75, rng.uniform(1.0, 1.45), tall, bevel=0.22)
        stone = roughened(shape, rng, 0.16)
        lean = tilt(rng.normal(0, 0.03 + 0.12 * decay), (0, 1, 0.3))
        place = turn(float(azimuth[k])) @ shift(3.6) @ lean
        piece.add(tint.wall, moved(stone, place @ shift(z=-0.2)))
        stand[k] = tall > 3
        lines = np.concatenate([glyph_strokes(rng, 0.5) + [0, z] for z in (1.0, 1.75)])
        piece.add(
            "mana", moved(_on_wall(lines, 0.0, 0.0), place @ shift(-0.46, 0, 0) @ turn(np.pi))
        )
    piece.add(tint.trim, steps(40, 2.4, 1, 0.2, 0.2))
    piece.add(tint.liquid, disc(1.75, 0.235, segments=48))
    piece.add("mana", *(moved(band(1.78, 1.86, 0.0), shift(z=0.25)),))
    piece.add(tint.crystal, moved(splinter(rng, 2.3 * size, 0.45 * size), shift(z=2.4 * size)))
    motes = around(1.1, rng.uniform(0, 6.28, 8), 0) + np.stack(
        [np.zeros(8)] * 2 + [2.4 * size + rng.normal(0, 0.6, 8)], -1
    )
    piece.add("dim_crystal", instances(splinter(rng, 0.4, 0.09), tumbled(rng, motes)))
    piece.lamps.append((0, 0, 2.4 * size, 20))
    return piece


def _on_wall(lines: Doubles, x: float, z: float) -> Part:
    """Strokes (k, 2, 2) in (sideways, up) as bars standing on a wall that faces +x."""
    along = lines[:, 1] - lines[:, 0]
    length = np.linalg.norm(along, axis=1)
    middle = lines.mean(1)
    sizes = np.stack([np.full(len(lines), 0.05), length + 0.06, np.full(len(lines), 0.06)], -1)
    matrices = np.stack([tilt(float(a), (1, 0, 0)) for a in np.arctan2(along[:, 1], along[:, 0])])
    matrices[:, 0, 3], matrices[:, 1, 3], matrices[:, 2, 3] = x, middle[:, 0], middle[:, 1] + z
    return blocks(sizes, matrices, bevel=0.01)


_BUILDERS: dict[Centrepiece, Callable[[np.random.Generator, Tint, float, float], Piece]] = {
    Centrepiece.CRYSTAL: _crystal,
    Centrepiece.ALTAR: _altar,
    Centrepiece.OBELISK: _obelisk,
    Centrepiece.FOUNTAIN: _fountain,
    Centrepiece.BRAZIER: _brazier,
    Centrepiece.PORTAL: _portal,
    Centrepiece.ORRERY: _orrery,
    Centrepiece.TREE: _tree,
    Centrepiece.ENGINE: _engine,
    Centrepiece.MONOLITHS: _monoliths,
}
