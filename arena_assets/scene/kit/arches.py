"""Gates to walk and look through. All stand on z = 0 with their passage along x."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from arena_assets.scene.kit.crystals import prism_crystal
from arena_assets.scene.kit.mesh import Doubles, merge, moved, placements, shift, tilt
from arena_assets.scene.kit.rocks import roughened
from arena_assets.scene.kit.solids import block, blocks, hull, torus, tube
from arena_assets.scene.model import Part


class GateStyle(StrEnum):
    ROUND = "round"
    POINTED = "pointed"
    TRILITHON = "trilithon"
    PYLON = "pylon"
    ROCK = "rock"
    HORNS = "horns"
    CRYSTALS = "crystals"
    IRON = "iron"


def gate(
    rng: np.random.Generator, style: GateStyle, width: float, height: float, *, decay: float = 0.0
) -> Part:
    """A gate with an opening ``width`` metres wide and at least 70% of ``height`` tall.

    ``decay`` knocks blocks out of masonry and shifts what is left.
    """
    return _BUILDERS[style](rng, width, height, decay)


def _round(rng: np.random.Generator, width: float, height: float, decay: float) -> Part:
    return _masonry(rng, width, height, decay, lancet=0.0)


def _pointed(rng: np.random.Generator, width: float, height: float, decay: float) -> Part:
    return _masonry(rng, width, height, decay, lancet=0.75)


def _masonry(
    rng: np.random.Generator, width: float, height: float, decay: float, lancet: float
) -> Part:
    """Piers of blocks and a ring of wedge stones; ``lancet`` sharpens the arch (0 round)."""
    half, thick, deep = width / 2, 0.95, 1.7
    # Two arcs about centres moved apart by ``lancet``: the crown rises to where they meet.
    centre, reach = half * lancet, half * (1 + lancet)
    crown_angle = np.arccos(centre / reach)
    spring = height - reach * np.sin(crown_angle) - thick
    courses = max(3, round(spring / 0.95))
    tall = spring / courses
    level = np.tile(np.arange(courses), 2)
    side = np.repeat([-1.0, 1.0], courses)
    bond = np.where(level % 2, 1.0, 1.08)
    sizes = np.stack([deep * bond, thick * 1.25 * bond, np.full(2 * courses, tall - 0.02)], -1)
    points = np.stack(
        [
            rng.normal(0, 0.01 + 0.05 * decay, 2 * courses),
            side * (half + thick * 0.6 + rng.normal(0, 0.008, 2 * courses)),
            (level + 0.5) * tall,
        ],
        -1,
    )
    spins = rng.normal(0, 0.008 + 0.04 * decay, 2 * courses)
    piers = blocks(sizes, placements(points, azimuth=spins), bevel=0.05)
    stones = [piers]
    per_side = 7
    for sign in (-1.0, 1.0):
        for k in range(per_side):
            if decay > 0.5 and k > 2 and rng.random() < (decay - 0.5) * 0.5:
                continue
            start = crown_angle * k / per_side + 0.006
            end = crown_angle * (k + 1) / per_side - 0.006
            depth = deep / 2 * (1.0 if k % 2 else 1.05)
            corners = [
                (x, sign * (-centre + r * np.cos(a)), spring + r * np.sin(a))
                for x in (-depth, depth)
                for a in (start, end)
                for r in (reach, reach + thick)
            ]
            stones.append(hull(corners))
    key = spring + reach * np.sin(crown_angle)
    if decay < 0.75:
        stones.append(
            hull(
                [
                    (x, y * s, z)
                    for x in (-deep * 0.58, deep * 0.58)
                    for s in (-1, 1)
                    for y, z in ((0.24, key - 0.1), (0.42, key + thick * 1.3))
                ]
            )
        )
    for sign in (-1, 1):
        stones.append(
            moved(block(deep * 1.3, thick * 1.75, 0.5, bevel=0.06), shift(0, sign * (half + 0.6)))
        )
        stones.append(
            moved(
                block(deep * 1.2, thick * 1.55, 0.28, bevel=0.04),
                shift(0, sign * (half + 0.58), spring - 0.16),
            )
        )
    return merge(stones)


def _trilithon(rng: np.random.Generator, width: float, height: float, decay: float) -> Part:
    stones = []
    for sign in (-1, 1):
        post = roughened(block(1.7, 1.5, height * 0.82, bevel=0.2), rng, 0.1)
        lean = rng.normal(0, 0.015 + 0.03 * decay)
        stones.append(moved(post, shift(0, sign * (width / 2 + 0.8)) @ tilt(lean, (1, 0, 0))))
    if decay < 0.85:
        lintel = roughened(block(1.8, width + 4.2, height * 0.16, bevel=0.2), rng, 0.1)
        sag = rng.normal(0, 0.03 * decay)
        stones.append(moved(lintel, shift(0, 0, height * 0.82) @ tilt(sag, (1, 0, 0))))
    return merge(stones)


def _pylon(rng: np.random.Generator, width: float, height: float, decay: float) -> Part:
    """Two battered towers with a lintel and a cavetto cornice."""
    stones = []
    for sign in (-1, 1):
        tall = height * (1 - 0.3 * decay * rng.random())
        low, high = width / 2, width / 2 + 2.7
        courses = 9
        for k in range(courses):
            z0, z1 = tall * k / courses, tall * (k + 1) / courses - 0.015
            corners = [
                (sx * (1.5 - 0.5 * z / height), sign * y, z)
                for z in (z0, z1)
                for sx in (-1, 1)
                for y in (low + 0.25 * z / height, high - 0.9 * z / height)
            ]
            stones.append(hull(corners))
        stones.append(
            moved(
                block(2.5, 2.4, 0.45, bevel=0.08), shift(0, sign * (width / 2 + 1.1), tall - 0.02)
            )
        )
    stones.append(moved(block(1.9, width + 1.6, 1.0, bevel=0.06), shift(0, 0, height * 0.74)))
    stones.append(moved(block(2.3, width + 1.2, 0.35), shift(0, 0, height * 0.74 + 1.02)))
    return merge(stones)


def _rock(rng: np.random.Generator, width: float, height: float, decay: float) -> Part:
    """A natural arch: a bent, swelling tube of rock."""
    angle = np.linspace(-0.12, np.pi + 0.12, 28)
    reach, rise = width / 2 + 1.3, height - 1.4
    path = np.stack(
        [rng.normal(0, 0.12, 28), reach * np.cos(angle), rise * np.maximum(np.sin(angle), -0.3)], -1
    )
    swell = 1.35 - 0.45 * np.sin(np.clip(angle, 0, np.pi)) + rng.normal(0, 0.06 + 0.05 * decay, 28)
    return roughened(tube(path, swell, sides=18, smooth=False), rng, 0.32)


def _horns(rng: np.random.Generator, width: float, height: float, decay: float) -> Part:
    """Two curved blades leaning to each other, not quite meeting."""
    along = np.linspace(0, 1, 14)
    pieces = []
    for sign in (-1, 1):
        tip = 1.0 - 0.5 * decay * rng.random()
        path = np.stack(
            [
                np.zeros(14),
                sign * (width / 2 + 0.9 + 0.9 * np.sin(along * np.pi * 0.9) - 2.0 * along**3),
                along * height * 1.25 * tip,
            ],
            -1,
        )
        blade = tube(path, 0.95 * (1 - along) ** 0.8 + 0.04, sides=5, smooth=False)
        pieces.append(blade)
        for k in range(3):
            spur = prism_crystal(rng, height * rng.uniform(0.2, 0.4), 0.4, sides=5)
            pieces.append(
                moved(
                    spur,
                    shift(rng.normal(0, 0.7), sign * (width / 2 + 1.6 + 0.5 * k))
                    @ tilt(-sign * rng.uniform(0.1, 0.5), (1, 0, 0)),
                )
            )
    return merge(pieces, smooth=False)


def _crystals(rng: np.random.Generator, width: float, height: float, decay: float) -> Part:
    """Leaning crystals that cross overhead."""
    pieces = []
    for sign in (-1, 1):
        for k in range(4):
            tall = height * (1.05 - 0.2 * k) * (1 - 0.25 * decay * rng.random())
            crystal = prism_crystal(rng, tall, 0.3 + 0.09 * tall, sides=6)
            lean = sign * (0.2 - 0.17 * k)
            place = shift(rng.normal(0, 0.5), sign * (width / 2 + 0.95 + 0.75 * k), -0.3)
            pieces.append(moved(crystal, place @ tilt(lean, (1, 0, 0))))
    return merge(pieces)


def _iron(rng: np.random.Generator, width: float, height: float, decay: float) -> Part:
    """A riveted portal frame with a truss over the passage."""
    pieces: list[Part] = []
    top = height * 0.84
    for sign in (-1, 1):
        y = sign * (width / 2 + 0.5)
        for x in (-0.7, 0.7):
            pieces.append(moved(block(0.3, 0.5, height, bevel=0.03), shift(x, y)))
        for k in range(int(height / 1.2)):
            pieces.append(moved(block(1.7, 0.3, 0.18, bevel=0.02), shift(0, y, 0.3 + 1.2 * k)))
        pieces.append(moved(block(2.1, 1.2, 0.5), shift(0, y)))
    for z in (top, height - 0.25):
        for x in (-0.7, 0.7):
            pieces.append(moved(block(0.28, width + 2.2, 0.28, bevel=0.03), shift(x, 0, z)))
    bars = 8
    pitch = (width + 1.0) / bars
    for k in range(bars):
        low, high = (top + 0.2, height - 0.2) if k % 2 else (height - 0.2, top + 0.2)
        y = -(width + 1.0) / 2 + k * pitch
        for x in (-0.7, 0.7):
            pieces.append(tube([(x, y, low), (x, y + pitch, high)], 0.08, sides=6))
    sway = tilt(rng.normal(0, 0.02 * decay), (1, 0, 0))
    return moved(merge(pieces, smooth=False), sway)


_Builder = Callable[[np.random.Generator, float, float, float], Part]
_BUILDERS: dict[GateStyle, _Builder] = {
    GateStyle.ROUND: _round,
    GateStyle.POINTED: _pointed,
    GateStyle.TRILITHON: _trilithon,
    GateStyle.PYLON: _pylon,
    GateStyle.ROCK: _rock,
    GateStyle.HORNS: _horns,
    GateStyle.CRYSTALS: _crystals,
    GateStyle.IRON: _iron,
}


def ring_gate(width: float, height: float) -> tuple[Part, Doubles]:
    """A standing ring to pass through, with the matrix that turns rings of its size to x."""
    reach = min(width / 2 + 0.6, height / 2)
    stand = shift(0, 0, reach * 0.86) @ tilt(np.pi / 2, (0, 1, 0))
    return moved(torus(reach, 0.42, segments=72, sides=8), stand), stand
