"""Crystals: single prisms, clusters, spires and splinters."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, make, merge, moved, placements, shift, tilt
from arena_assets.scene.model import Part


def prism_crystal(rng: np.random.Generator, height: float, radius: float, sides: int = 6) -> Part:
    """A pointed prism rooted a little below z = 0, its facets uneven."""
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False) + rng.uniform(0, 1)
    uneven = rng.uniform(0.78, 1.15, sides)
    shoulder = height * rng.uniform(0.62, 0.8, sides)
    rings = np.stack(
        [
            np.stack([np.cos(angle), np.sin(angle)], -1) * (radius * uneven * width)[:, None]
            for width in (0.78, 0.95)
        ]
    )
    heights = np.stack([np.full(sides, -0.08 * height), shoulder])
    apex = [[*rng.normal(0, radius * 0.12, 2), height]]
    vertices = np.vstack([np.concatenate([rings, heights[..., None]], -1).reshape(-1, 3), apex])
    this, after = np.arange(sides), (np.arange(sides) + 1) % sides
    fan = np.arange(1, sides - 1)
    faces = np.concatenate(
        [
            np.stack([this, after, after + sides], -1),
            np.stack([this, after + sides, this + sides], -1),
            np.stack([this + sides, after + sides, np.full(sides, 2 * sides)], -1),
            np.stack([np.zeros_like(fan), fan + 1, fan], -1),
        ]
    )
    return make(vertices, faces)


def splinter(rng: np.random.Generator, length: float, radius: float, sides: int = 5) -> Part:
    """A crystal pointed at both ends, its middle at the origin, long along z."""
    up = prism_crystal(rng, length * 0.55, radius, sides)
    ring = up.vertices[:sides] * [1, 1, 0]
    vertices = up.vertices.copy()
    vertices[:sides] = ring
    tip = np.array([[0.0, 0.0, -length * 0.45]])
    this, after = np.arange(sides), (np.arange(sides) + 1) % sides
    point = np.stack([after, this, np.full(sides, len(vertices))], -1)
    return make(np.vstack([vertices, tip]), np.vstack([up.faces[: 3 * sides], point]))


def cluster(rng: np.random.Generator, size: float, count: int) -> Part:
    """One tall crystal with smaller ones leaning away around it, ``size`` metres tall."""
    pieces = [prism_crystal(rng, size, size * rng.uniform(0.11, 0.17))]
    for azimuth in rng.uniform(0, 2 * np.pi, count - 1):
        tall = size * rng.uniform(0.25, 0.75)
        crystal = prism_crystal(rng, tall, tall * rng.uniform(0.12, 0.2))
        away = size * rng.uniform(0.08, 0.26)
        lean = tilt(rng.uniform(0.15, 0.8), (-np.sin(azimuth), np.cos(azimuth), 0))
        pieces.append(moved(crystal, shift(away * np.cos(azimuth), away * np.sin(azimuth)) @ lean))
    return merge(pieces)


def spires(
    rng: np.random.Generator, points: Doubles, heights: Doubles, lean: float, sides: int = 6
) -> Part:
    """Tall crystals at ``points``, each its own shape, leaning up to ``lean`` radians outward."""
    outward = np.arctan2(points[:, 1], points[:, 0])
    matrices = placements(points, azimuth=outward, lean=rng.uniform(-0.25, 1, len(points)) * lean)
    return merge(
        [
            moved(prism_crystal(rng, float(h), 0.35 + 0.085 * float(h), sides), matrix)
            for h, matrix in zip(heights, matrices, strict=True)
        ]
    )
