"""Columns of stone: fluted, smooth or square, whole or broken, and rows of them with a beam."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
    instances,
    make,
    merge,
    moved,
    placements,
    scattered,
    shift,
    tilt,
    turn,
)
from arena_assets.scene.kit.solids import block, lathe, sectors
from arena_assets.scene.model import Part


class ColumnStyle(StrEnum):
    FLUTED = "fluted"
    SMOOTH = "smooth"
    SQUARE = "square"
    LOTUS = "lotus"


def column(height: float, radius: float, style: ColumnStyle = ColumnStyle.FLUTED) -> Part:
    """A whole column standing on z = 0, base and capital included, ``height`` in all."""
    if style is ColumnStyle.SQUARE:
        return _pier(height, radius)
    base = lathe(_scaled(_BASE, radius), 32)
    plinth = block(radius * 3, radius * 3, radius * 0.3, bevel=0.04)
    foot = radius * 1.2
    if style is ColumnStyle.LOTUS:
        neck = height - radius * 1.7
        shaft = _shaft(foot, neck, radius, flutes=8, depth=0.05, taper=0.22)
        bell = lathe(_scaled(_LOTUS, radius), 32)
        cap = block(radius * 2.1, radius * 2.1, radius * 0.4, bevel=0.04)
        top = [moved(bell, shift(z=neck)), moved(cap, shift(z=neck + radius * 1.3))]
    else:
        neck = height - radius * 1.15
        fluted = style is ColumnStyle.FLUTED
        flutes, depth = (18, 0.07) if fluted else (8, 0.0)
        shaft = _shaft(foot, neck, radius, flutes=flutes, depth=depth, taper=0.16)
        cap = block(radius * 2.7, radius * 2.7, radius * 0.5, bevel=0.05)
        top = [
            moved(lathe(_scaled(_CAPITAL, radius), 32), shift(z=neck)),
            moved(cap, shift(z=neck + radius * 0.65)),
        ]
    return merge([plinth, moved(base, shift(z=radius * 0.3)), shaft, *top], smooth=False)


def stump(
    rng: np.random.Generator,
    height: float,
    radius: float,
    style: ColumnStyle = ColumnStyle.FLUTED,
) -> Part:
    """What is left of a column: base and a shaft broken off at ``height`` with a jagged edge."""
    if style is ColumnStyle.SQUARE:
        return _pier(height, radius, capital=False)
    depth = 0.07 if style is ColumnStyle.FLUTED else 0.0
    shaft = _shaft(radius * 1.2, max(height, radius * 1.8), radius, 18, depth, 0.1, jag=rng)
    return merge(
        [
            block(radius * 3, radius * 3, radius * 0.3, bevel=0.04),
            moved(lathe(_scaled(_BASE, radius), 32), shift(z=radius * 0.3)),
            shaft,
        ],
        smooth=False,
    )


def drum(rng: np.random.Generator, length: float, radius: float, *, fluted: bool = True) -> Part:
    """A fallen piece of shaft lying along x, its middle at the origin's height ``radius``."""
    piece = _shaft(0.0, length, radius, 18, 0.07 if fluted else 0.0, 0.05, jag=rng)
    return moved(piece, shift(z=radius * 0.92) @ tilt(np.pi / 2, (0, 1, 0)) @ shift(z=-length / 2))


def fallen(rng: np.random.Generator, points: Doubles, radius: float) -> Part:
    """A drum lying at each of ``points`` (k, 3); it reaches less than 3 m to any side."""
    shapes = [drum(rng, rng.uniform(1.2, 3.2), radius * rng.uniform(0.85, 1)) for _ in range(4)]
    count = len(points)
    return scattered(
        shapes[:count],
        placements(
            points, azimuth=rng.uniform(0, 2 * np.pi, count), lean=rng.normal(0, 0.05, count)
        ),
    )


def beam(
    inner: Doubles, outer: Doubles, start: Doubles, end: Doubles, height: float, thick: float
) -> tuple[Part, Part]:
    """A curved entablature over columns: architrave and frieze in stone, and the band between."""
    low = height + thick * 0.52
    stone = merge(
        [
            sectors(inner, outer, start, end, height, low, 6),
            sectors(inner + 0.1, outer - 0.1, start, end, low + 0.06, height + thick, 6),
            sectors(
                inner - 0.22, outer + 0.22, start, end, height + thick, height + thick * 1.3, 6
            ),
        ]
    )
    band = sectors(inner + 0.05, outer - 0.05, start + 0.002, end - 0.002, low, low + 0.06, 6)
    return stone, band


_BASE = [(1.35, 0.0), (1.4, 0.14), (1.35, 0.28), (1.18, 0.34), (1.16, 0.48), (1.26, 0.56)]
_BASE += [(1.26, 0.7), (1.12, 0.8), (1.02, 0.9)]
_CAPITAL = [(0.84, -0.08), (0.9, 0.0), (0.86, 0.08), (0.94, 0.2), (1.18, 0.5), (1.24, 0.62)]
_CAPITAL += [(1.2, 0.68), (0.0, 0.68)]
_LOTUS = [(0.78, -0.1), (0.86, 0.0), (0.8, 0.1), (0.86, 0.5), (1.06, 0.95), (1.42, 1.25)]
_LOTUS += [(1.36, 1.34), (0.0, 1.34)]


def _scaled(profile: list[tuple[float, float]], radius: float) -> Doubles:
    return np.asarray(profile, float) * radius


def _pier(height: float, radius: float, *, capital: bool = True) -> Part:
    pieces = [
        block(radius * 2.7, radius * 2.7, radius * 0.7, bevel=0.06),
        moved(
            block(radius * 1.9, radius * 1.9, height - radius * 0.5, bevel=0.1),
            shift(z=radius * 0.4),
        ),
    ]
    if capital:
        pieces += [
            moved(block(radius * 2.4, radius * 2.4, radius * 0.4), shift(z=height - radius * 0.75)),
            moved(block(radius * 2.8, radius * 2.8, radius * 0.4), shift(z=height - radius * 0.4)),
        ]
    return merge(pieces)


def _shaft(
    low: float,
    high: float,
    radius: float,
    flutes: int,
    depth: float,
    taper: float,
    jag: np.random.Generator | None = None,
) -> Part:
    """A tapering shaft with ``flutes`` grooves; ``jag`` breaks its top."""
    columns, rows = flutes * 4, 10 if jag is None else 7
    angle = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    along = np.linspace(0, 1, rows)[:, None]
    groove = 1 - depth * np.maximum(0, np.cos(angle * flutes)) ** 0.7
    reach = radius * (1 - taper * along**1.5) * groove
    height = np.broadcast_to(low + along * (high - low), reach.shape).copy()
    if jag is not None:
        slope = radius * jag.uniform(0.4, 1.2) * np.cos(angle + jag.uniform(0, 6))
        chips = np.repeat(jag.uniform(-0.25, 0.25, columns // 3 + 1), 3)[:columns] * radius
        height += along**3 * (slope + chips)
    rings = np.stack([reach * np.cos(angle), reach * np.sin(angle), height], -1)
    top = np.array([[0.0, 0.0, height[-1].mean() - (0.15 * radius if jag is not None else 0.0)]])
    vertices = np.vstack([rings.reshape(-1, 3), top])
    row = np.arange(rows - 1)[:, None] * columns
    this, after = np.arange(columns), (np.arange(columns) + 1) % columns
    last = (rows - 1) * columns
    faces = np.concatenate(
        [
            np.stack([row + this, row + after, row + columns + after], -1).reshape(-1, 3),
            np.stack([row + this, row + columns + after, row + columns + this], -1).reshape(-1, 3),
            np.stack([last + this, last + after, np.full(columns, rows * columns)], -1),
        ]
    )
    return make(vertices, faces)


def ring_of(part: Part, distance: Doubles, azimuth: Doubles, height: float = 0.0) -> Part:
    """Copies of ``part`` around the origin, their x axes pointing outward."""
    return instances(part, placements(around(distance, azimuth, height), azimuth=azimuth))


def facing(azimuth: float, distance: float, height: float = 0.0) -> Doubles:
    """The matrix that stands a shape on the rim with its x axis pointing outward."""
    return turn(azimuth) @ shift(distance, 0.0, height)
