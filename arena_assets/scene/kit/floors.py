"""The arena floor: several ways to lay slabs in a disc, and motifs that colour them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from scipy.spatial import Voronoi

from arena_assets.scene.kit.mesh import Doubles, Mask
from arena_assets.scene.kit.solids import disc, sectors, slabs
from arena_assets.scene.model import Part

Outlines = list[Doubles]


class Tiling(StrEnum):
    RINGS = "rings"
    FAN = "fan"
    SQUARES = "squares"
    HEXAGONS = "hexagons"
    CRAZY = "crazy"
    PLATES = "plates"
    """A few large broken sheets, as of ice or lava crust."""


class Motif(StrEnum):
    PLAIN = "plain"
    STAR = "star"
    BANDS = "bands"
    WHEEL = "wheel"
    SPIRAL = "spiral"
    PETALS = "petals"


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """How a floor of ``radius`` metres is laid; ``points`` is the motif's number of arms."""

    tiling: Tiling
    motif: Motif
    radius: float
    points: int
    decay: float = 0.0
    unevenness: float = 0.012


def lay(rng: np.random.Generator, plan: FloorPlan) -> tuple[Part, Part, Part, Part]:
    """The floor as four parts: main slabs, slabs of the motif, edging and the bed under them.

    Slab tops lie within 3 cm of z = 0, or are missing where ``decay`` took them.
    """
    edge = 0.9
    outlines = _TILINGS[plan.tiling](rng, plan.radius - edge + 0.25)
    middles = np.array([outline.mean(0) for outline in outlines])
    tops = np.clip(rng.normal(0, plan.unevenness, len(outlines)), -0.03, 0.03)
    sunk = rng.random(len(outlines)) < plan.decay * 0.12
    tops = np.where(sunk, tops - rng.uniform(0.02, 0.07, len(outlines)), tops)
    motif = _motif(plan, middles) ^ (rng.random(len(outlines)) < 0.05)
    kept = (rng.random(len(outlines)) > plan.decay * 0.05) | (np.hypot(*middles.T) < 5)
    gap = 0.012 if plan.tiling is not Tiling.CRAZY else 0.03
    chosen = [np.flatnonzero(kept & ~motif), np.flatnonzero(kept & motif)]
    field, accent = (slabs([outlines[i] for i in index], tops[index], gap=gap) for index in chosen)
    count = 64
    start = np.arange(count) * 2 * np.pi / count
    keep = rng.random(count) > plan.decay * 0.2
    rim = sectors(
        plan.radius - edge,
        plan.radius,
        start[keep] + 0.002,
        start[keep] + 2 * np.pi / count - 0.002,
        -0.4,
        0.055 + np.clip(rng.normal(0, 0.008, count), -0.02, 0.02)[keep],
        2,
    )
    return field, accent, rim, disc(plan.radius - 0.05, -0.06)


def _rings(rng: np.random.Generator, radius: float) -> Outlines:
    outlines: Outlines = [_arc(0.0, 1.2, k * np.pi / 4, (k + 1) * np.pi / 4) for k in range(8)]
    inner = 1.2
    while inner < radius - 0.3:
        outer = min(radius, inner + rng.uniform(1.0, 1.7))
        count = max(8, round(2 * np.pi * inner / rng.uniform(1.3, 2.1)))
        turn = rng.uniform(0, np.pi)
        edges = turn + 2 * np.pi * np.arange(count + 1) / count
        outlines += [_arc(inner, outer, a, b) for a, b in pairwise(edges)]
        inner = outer
    return outlines


def _fan(rng: np.random.Generator, radius: float) -> Outlines:
    """Rings whose stones keep their joints in line, doubling as the circle grows."""
    outlines: Outlines = []
    count, inner = int(rng.choice([8, 10, 12])), 0.0
    turn = rng.uniform(0, 1)
    while inner < radius - 0.3:
        outer = min(radius, inner + (1.4 if inner else 1.6))
        if 2 * np.pi * inner / count > 2.6:
            count *= 2
        edges = turn + 2 * np.pi * np.arange(count + 1) / count
        outlines += [_arc(inner, outer, a, b) for a, b in pairwise(edges)]
        inner = outer
    return outlines


def _squares(rng: np.random.Generator, radius: float) -> Outlines:
    step = float(rng.uniform(1.3, 1.9))
    turn = rng.uniform(0, np.pi / 2)
    rotate = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    outlines: Outlines = []
    bond = 0.5 if rng.random() < 0.5 else 0.0
    for row in range(-int(radius / step) - 2, int(radius / step) + 2):
        for column in range(-int(radius / step) - 2, int(radius / step) + 2):
            left = (column + bond * (row % 2)) * step
            corners = np.array(
                [
                    [left, row * step],
                    [left + step, row * step],
                    [left + step, (row + 1) * step],
                    [left, (row + 1) * step],
                ]
            )
            outlines.append(corners @ rotate)
    return _within(outlines, radius)


def _hexagons(rng: np.random.Generator, radius: float) -> Outlines:
    size = float(rng.uniform(0.8, 1.15))
    angle = np.arange(6) * np.pi / 3 + np.pi / 6
    ring = size * np.stack([np.cos(angle), np.sin(angle)], -1)
    reach = int(radius / size) + 2
    outlines: Outlines = []
    for row in range(-reach, reach + 1):
        for column in range(-reach, reach + 1):
            x = size * 3**0.5 * (column + 0.5 * (row % 2))
            outlines.append(ring + np.array([x, 1.5 * size * row]))
    return _within(outlines, radius)


def _crazy(rng: np.random.Generator, radius: float) -> Outlines:
    return _cells(rng, radius, 1.25, relax=2)


def _plates(rng: np.random.Generator, radius: float) -> Outlines:
    return _cells(rng, radius, 3.4, relax=0)


def _cells(rng: np.random.Generator, radius: float, size: float, relax: int) -> Outlines:
    """Voronoi cells of random points, relaxed towards even size (Lloyd's steps)."""
    reach = radius + 3 * size
    points = rng.uniform(-reach, reach, (int((2 * reach / size) ** 2), 2))
    for _ in range(relax):
        diagram = Voronoi(points)
        points = np.array(
            [
                diagram.vertices[region].mean(0)
                if -1 not in (region := diagram.regions[diagram.point_region[i]])
                else point
                for i, point in enumerate(points)
            ]
        )
        points = np.clip(points, -reach, reach) + rng.normal(0, 1e-6, points.shape)
    diagram = Voronoi(points)
    outlines: Outlines = []
    for index in diagram.point_region:
        region = diagram.regions[index]
        if len(region) < 3 or -1 in region:
            continue
        corners = diagram.vertices[region]
        spoke = corners - corners.mean(0)
        outlines.append(corners[np.argsort(np.arctan2(spoke[:, 1], spoke[:, 0]))])
    return _within(outlines, radius)


def _within(outlines: Outlines, radius: float) -> Outlines:
    """Outlines that touch the disc, with corners beyond its edge pulled back onto it."""
    kept: Outlines = []
    for outline in outlines:
        far = np.hypot(outline[:, 0], outline[:, 1])
        if far.min() > radius - 0.15:
            continue
        pulled = outline * np.minimum(1, radius / np.maximum(far, 1e-9))[:, None]
        x, y = pulled.T
        area = 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))
        if area > 0.08:
            kept.append(pulled)
    return kept


def _arc(inner: float, outer: float, start: float, end: float) -> Doubles:
    steps = 2 if end - start > 0.25 else 1
    out = np.linspace(start, end, steps + 1)
    outside = outer * np.stack([np.cos(out), np.sin(out)], -1)
    if inner < 1e-6:
        return np.vstack([[[0.0, 0.0]], outside])
    back = out[::-1]
    return np.vstack([outside, inner * np.stack([np.cos(back), np.sin(back)], -1)])


def _motif(plan: FloorPlan, middles: Doubles) -> Mask:
    far = np.hypot(middles[:, 0], middles[:, 1]) / plan.radius
    angle = np.arctan2(middles[:, 1], middles[:, 0])
    arms = plan.points
    wedge = np.abs((angle * arms / (2 * np.pi)) % 1 - 0.5) * 2
    match plan.motif:
        case Motif.PLAIN:
            chosen = (far > 0.86) | (far < 0.12)
        case Motif.STAR:
            chosen = (far < 0.22 + 0.62 * wedge**1.3) & (far > 0.1)
        case Motif.BANDS:
            chosen = (far * 3.4) % 1 < 0.38
        case Motif.WHEEL:
            chosen = (wedge > 0.72) | (far > 0.84) | (np.abs(far - 0.42) < 0.05)
        case Motif.SPIRAL:
            chosen = ((angle / (2 * np.pi) * arms + far * 2.2) % 1 < 0.42) & (far > 0.16)
        case Motif.PETALS:
            chosen = np.abs(far - 0.52) < 0.34 * np.sqrt(np.clip(1 - (1 - wedge) ** 2, 0, 1)) - 0.08
    return np.asarray(chosen, bool)


_TILINGS: dict[Tiling, Callable[[np.random.Generator, float], Outlines]] = {
    Tiling.RINGS: _rings,
    Tiling.FAN: _fan,
    Tiling.SQUARES: _squares,
    Tiling.HEXAGONS: _hexagons,
    Tiling.CRAZY: _crazy,
    Tiling.PLATES: _plates,
}
