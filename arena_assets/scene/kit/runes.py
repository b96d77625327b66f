"""Glowing lines laid on a floor or on a wall: glyphs, star polygons, spirals, constellations."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, around, merge, moved, placements, shift, turn
from arena_assets.scene.kit.piece import on_wall
from arena_assets.scene.kit.solids import blocks, sectors
from arena_assets.scene.model import Part


class Sigil(StrEnum):
    CIRCLE = "circle"
    STAR = "star"
    SPIRAL = "spiral"
    CONSTELLATION = "constellation"
    SUN = "sun"
    MAZE = "maze"


def sigil(
    rng: np.random.Generator, kind: Sigil, inner: float, outer: float, *, height: float = 0.05
) -> Part:
    """Lines of 4 cm relief between two radii, their tops ``height`` above z = 0."""
    match kind:
        case Sigil.CIRCLE:
            return _circle(rng, inner, outer, height)
        case Sigil.STAR:
            return _star(rng, outer, height)
        case Sigil.SPIRAL:
            return _spiral(rng, inner, outer, height)
        case Sigil.CONSTELLATION:
            return _constellation(rng, inner, outer, height)
        case Sigil.SUN:
            return _sun(rng, inner, outer, height)
        case Sigil.MAZE:
            return _maze(rng, inner, outer, height)


def band(
    inner: float, outer: float, height: float, *, start: float = 0.0, end: float = 1.0
) -> Part:
    """A raised ring, or the part of it between two shares of the circle."""
    count = max(1, round((end - start) * 24))
    edges = 2 * np.pi * (start + (end - start) * np.arange(count + 1) / count)
    return sectors(inner, outer, edges[:-1], edges[1:], height - 0.04, height, 4)


def strokes(ends: Doubles, width: float, height: float, *, thick: float = 0.04) -> Part:
    """Flat bars between pairs of points, ``ends`` (k, 2, 2), tops at ``height``."""
    along = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(along, axis=1)
    sizes = np.stack([length + width, np.full(len(ends), width), np.full(len(ends), thick)], -1)
    middles = np.column_stack([ends.mean(1), np.full(len(ends), height - thick / 2)])
    return blocks(
        sizes, placements(middles, azimuth=np.arctan2(along[:, 1], along[:, 0])), bevel=0.008
    )


def glyph_strokes(rng: np.random.Generator, size: float) -> Doubles:
    """One glyph as bars between nodes of a 3 × 3 grid, (k, 2, 2), ``size`` metres tall."""
    nodes = np.array([[x, y] for x in (-0.35, 0, 0.35) for y in (-0.5, 0, 0.5)]) * size
    walk = [4]
    while len(walk) < 6:
        step = int(rng.integers(9))
        if step != walk[-1]:
            walk.append(step)
    return np.stack([nodes[walk[:-1]], nodes[walk[1:]]], 1)


def glyph_ring(
    rng: np.random.Generator, distance: float, size: float, count: int, height: float
) -> Part:
    """``count`` glyphs around a circle, upright towards its middle."""
    ends = []
    for azimuth in 2 * np.pi * np.arange(count) / count:
        outward = np.array([np.cos(azimuth), np.sin(azimuth)])
        frame = np.stack([[outward[1], -outward[0]], outward])
        ends.append(glyph_strokes(rng, size) @ frame + outward * distance)
    return strokes(np.concatenate(ends), size * 0.07, height)


def glyph_halo(rng: np.random.Generator, distance: float, size: float, count: int) -> Part:
    """``count`` glyphs that stand on a circle and face its middle, between two thin hoops."""
    bars = []
    for azimuth in 2 * np.pi * np.arange(count) / count:
        marks = on_wall(glyph_strokes(rng, size), 0.0, 0.0)
        bars.append(moved(marks, turn(float(azimuth)) @ shift(distance)))
    hoops = [band(distance - 0.05, distance + 0.05, z * size) for z in (-0.8, 0.8)]
    return merge([*bars, *hoops])


def _circle(rng: np.random.Generator, inner: float, outer: float, height: float) -> Part:
    size = min(1.4, (outer - inner) * 0.4)
    count = int(2 * np.pi * (outer - size) / (size * 1.7))
    low = outer - size * 1.7
    arms = int(rng.choice([4, 6, 8]))
    angle = rng.uniform(0, 1) + 2 * np.pi * np.arange(arms) / arms
    spoke = np.stack([np.cos(angle), np.sin(angle)], -1)
    return merge(
        [
            band(outer - 0.1, outer, height),
            band(low - 0.1, low, height),
            glyph_ring(rng, (outer + low) / 2, size, count, height),
            strokes(np.stack([spoke * inner, spoke * (low - 0.3)], 1), 0.07, height),
        ]
    )


def _star(rng: np.random.Generator, outer: float, height: float) -> Part:
    points = int(rng.choice([5, 6, 7, 8, 9]))
    skip = 2 if points < 7 else int(rng.choice([2, 3]))
    angle = rng.uniform(0, 1) + 2 * np.pi * np.arange(points) / points
    tips = (outer - 0.6) * np.stack([np.cos(angle), np.sin(angle)], -1)
    lines = np.stack([tips, np.roll(tips, -skip, 0)], 1)
    # Bars stop short of the middle so that they never run under the centrepiece.
    return merge(
        [
            band(outer - 0.16, outer, height),
            band(outer - 0.5, outer - 0.42, height),
            strokes(lines, 0.09, height - 0.006),
        ]
    )


def _spiral(rng: np.random.Generator, inner: float, outer: float, height: float) -> Part:
    arms, hand = int(rng.choice([2, 3, 4, 5])), int(rng.choice([-1, 1]))
    along = np.linspace(0, 1, 40)
    lines = []
    for arm in range(arms):
        angle = 2 * np.pi * arm / arms + hand * along * np.pi * 1.1
        far = inner + (outer - inner) * along
        line = np.stack([far * np.cos(angle), far * np.sin(angle)], -1)
        lines.append(np.stack([line[:-1], line[1:]], 1))
    return merge([strokes(np.concatenate(lines), 0.1, height), band(outer, outer + 0.1, height)])


def _constellation(rng: np.random.Generator, inner: float, outer: float, height: float) -> Part:
    count = 26
    far = np.sqrt(rng.uniform(inner**2, outer**2, count))
    points = around(far, rng.uniform(0, 2 * np.pi, count))[:, :2]
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(count) * 99
    near = np.argsort(gaps, axis=1)[:, 0]
    lines = np.stack([points, points[near]], 1)
    stars = []
    for point, size in zip(points, rng.uniform(0.25, 0.7, count), strict=True):
        for direction in ([1, 0], [0, 1], [0.5, 0.5], [0.5, -0.5]):
            reach = np.array(direction) * size
            stars.append([point - reach, point + reach])
    return merge(
        [
            strokes(lines, 0.035, height - 0.008),
            strokes(np.array(stars), 0.06, height),
            band(outer + 0.3, outer + 0.38, height),
        ]
    )


def _sun(rng: np.random.Generator, inner: float, outer: float, height: float) -> Part:
    rays = int(rng.choice([12, 16, 24]))
    angle = 2 * np.pi * np.arange(rays) / rays
    spoke = np.stack([np.cos(angle), np.sin(angle)], -1)
    end = np.where(np.arange(rays) % 2, 0.66, 1.0)[:, None]
    start = inner + (outer - inner) * 0.22
    return merge(
        [
            strokes(
                np.stack([spoke * start, spoke * (start + (outer - start) * end)], 1), 0.1, height
            ),
            band(start - 0.35, start - 0.2, height),
        ]
    )


def _maze(rng: np.random.Generator, inner: float, outer: float, height: float) -> Part:
    """Broken concentric rings joined by short spokes."""
    pieces = []
    rings = np.linspace(inner, outer, 5)
    for ring, after in zip(rings, [*rings[1:], None], strict=True):
        start = rng.uniform(0, 1)
        for part in range(3):
            low = start + part / 3
            pieces.append(
                band(ring, ring + 0.09, height, start=low, end=low + rng.uniform(0.2, 0.3))
            )
            if after is not None:
                angle = 2 * np.pi * low
                spoke = np.array([np.cos(angle), np.sin(angle)])
                pieces.append(
                    strokes(np.array([[spoke * ring, spoke * after]]), 0.09, height - 0.006)
                )
    return merge(pieces)
