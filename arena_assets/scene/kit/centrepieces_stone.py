"""Centrepieces of stone, water and wood: crystal, altar, obelisk, fountain, tree, monoliths."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.crystals import cluster, splinter
from arena_assets.scene.kit.lights import brazier, flame
from arena_assets.scene.kit.machinery import chain
from arena_assets.scene.kit.mesh import (
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
    vec,
)
from arena_assets.scene.kit.piece import Piece, Tint, on_wall, steps
from arena_assets.scene.kit.rocks import roughened
from arena_assets.scene.kit.runes import band, glyph_strokes
from arena_assets.scene.kit.solids import (
    ball,
    block,
    disc,
    hull,
    lathe,
    sectors,
    tube,
    tubes,
)
from arena_assets.scene.kit.trees import giant
from arena_assets.scene.model import Part


def crystal(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
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
    orbits = rng.uniform(0, 2 * np.pi, 9)
    points = around(ring * rng.uniform(0.8, 1.2, 9), orbits, 0) + np.stack(
        [np.zeros(9), np.zeros(9), middle + rng.normal(0, 0.8, 9)], -1
    )
    shards = [splinter(rng, rng.uniform(0.35, 0.8), 0.12) for _ in range(3)]
    for k, shard in enumerate(shards):
        piece.add("dim_crystal", instances(shard, tumbled(rng, points[k::3])))
    piece.lamps.append((0, 0, middle, 26))
    return piece


def altar(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
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
        [glyph_strokes(rng, 0.55) + np.array([y, z]) for y in (-0.5, 0.5) for z in (1.2, 2.1, 2.9)]
    )
    piece.add("mana", on_wall(glyphs * [1, size], -1.49, 0.55))
    for x in (-1, 1):
        for y in (-1, 1):
            metal, fire = brazier(1.5)
            place = shift(2.2 * x, 2.0 * y, 0.26 if abs(x) else 0)
            piece.add(tint.metal, moved(metal, place))
            piece.add("mana", moved(fire, place))
            piece.lamps.append((2.2 * x, 2.0 * y, 2.3, 4))
    piece.lamps.append((0.2, 0, top + 2.2, 12))
    return piece


def obelisk(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
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
    lines = np.concatenate([glyph_strokes(rng, 0.62) + np.array([0, z]) for z in rows])
    plate = on_wall(lines, 0.0, 0.0)
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
                chain(posts[k] + vec(0, 0, 0.85), posts[(k + 1) % 8] + vec(0, 0, 0.85), 0.35, 0.16),
            )
    piece.lamps += [(0, 0, tall * 0.95, 14), (2.2, 0, 3, 5), (-2.2, 0, 3, 5)]
    return piece


def _jets(
    rng: np.random.Generator, count: int, start: tuple[float, float], end: tuple[float, float]
) -> Part:
    """Thin arcs of water around the axis between two (radius, height), breaking into drops."""
    along = np.linspace(0, 1, 14)
    azimuth = 2 * np.pi * np.arange(count)[:, None] / count
    far = start[0] + (end[0] - start[0]) * along
    lift = 0.35 * np.sin(np.pi * along**0.8) * (1 - along)
    level = start[1] + lift - (start[1] - end[1]) * along**1.8
    arcs = np.stack(
        [far * np.cos(azimuth), far * np.sin(azimuth), np.broadcast_to(level, (count, 14))], -1
    )
    threads = tubes(arcs[:, :10], 0.03 - 0.016 * along[:10], sides=5)
    places = np.repeat(arcs[:, 5:].reshape(-1, 3), 5, 0)
    places = places + rng.normal(0, 0.045, places.shape)
    drops = instances(
        ball(1.0, detail=1), placements(places, size=rng.uniform(0.012, 0.035, len(places)))
    )
    return merge([threads, drops])


def fountain(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
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
    jets = int(rng.choice([8, 10, 12]))
    for start, high, end, low in (
        (1.6, 2.05 * size, 3.1, 0.5),
        (0.85, shelf + 1.2 * size, 1.5, 2.02 * size),
    ):
        if start > 1 or second:
            piece.add(tint.liquid, _jets(rng, jets, (start, high), (end, low)))
    piece.add("mana", *(moved(band(2.9, 2.97, 0.0), shift(z=0.54)),))
    piece.lamps += [(0, 0, top + orb * 1.5, 18), (2.9, 0, 1.2, 4), (-2.9, 0, 1.2, 4)]
    return piece


def tree(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
    tall = 9.0 * size
    piece = Piece(focus=tall * 0.42)
    grown = giant(rng, tall, 0.72 * size)
    rooted = shift(z=0.55)
    piece.add(tint.wood, moved(grown.wood, rooted))
    if decay < 0.8:
        piece.add(tint.leaves, moved(grown.leaves, rooted))
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
    fruits = grown.tips[:: max(1, len(grown.tips) // 26)] + vec(0, 0, 0.2)
    piece.add("mana", instances(ball(0.14, detail=1), placements(fruits)))
    piece.add(
        tint.crystal,
        moved(cluster(rng, 1.2, 6), shift(2.2, 0.8, 0.5)),
        moved(cluster(rng, 0.9, 5), shift(-1.6, -1.8, 0.5)),
    )
    piece.lamps += [(0, 0, tall * 0.66, 12), (2.2, 0.8, 1.6, 5), (-1.6, -1.8, 1.4, 4)]
    return piece


def monoliths(rng: np.random.Generator, tint: Tint, size: float, decay: float) -> Piece:
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
        lines = np.concatenate([glyph_strokes(rng, 0.5) + np.array([0, z]) for z in (1.0, 1.75)])
        piece.add("mana", moved(on_wall(lines, 0.0, 0.0), place @ shift(-0.46, 0, 0) @ turn(np.pi)))
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
