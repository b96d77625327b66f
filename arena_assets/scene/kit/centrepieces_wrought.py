"""Centrepieces of metal and craft: brazier, portal, orrery, engine."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit import machines
from arena_assets.scene.kit.crystals import prism_crystal
from arena_assets.scene.kit.lights import flame
from arena_assets.scene.kit.machinery import armillary, hoop
from arena_assets.scene.kit.mesh import (
    around,
    merge,
    moved,
    shift,
    tilt,
    tumbled,
    turn,
)
from arena_assets.scene.kit.piece import Piece, Tint, steps
from arena_assets.scene.kit.rocks import roughened
from arena_assets.scene.kit.runes import band
from arena_assets.scene.kit.solids import (
    ball,
    block,
    blocks,
    disc,
    lathe,
    sectors,
    torus,
    tube,
    tubes,
)


def great_brazier(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
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


def portal(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
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
    piece.add("plain_crystal", moved(film, upright))
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


def orrery(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
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
        leg = np.array([3.0, 2.95, reach * 0.72])
        up = np.array([0.3, middle * 0.5, middle - reach * 0.62])
        piece.add(
            tint.metal,
            tube(np.stack([leg * np.cos(angle), leg * np.sin(angle), up], -1), 0.12, sides=8),
        )
    piece.add(tint.metal, moved(hoop(reach * 0.72, 0.16, 0.09), shift(z=middle - reach * 0.62)))
    piece.lamps.append((0, 0, middle, 22))
    return piece


def engine(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
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
