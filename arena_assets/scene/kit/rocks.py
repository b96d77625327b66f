"""Rock: boulders, rubble, cliffs' islands, stalactites and basalt columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from arena_assets.scene.kit.mesh import (
    Doubles,
    Ints,
    make,
    merge,
    placements,
    scattered,
    tumbled,
)
from arena_assets.scene.kit.noise import fractal, smoothstep, space
from arena_assets.scene.kit.solids import blocks, icosphere, lathe, prism
from arena_assets.scene.model import Part


def boulder(rng: np.random.Generator, *, flat: float = 0.75, detail: int = 3) -> Part:
    """A rock of about 1 m radius: a noisy ball with faces knocked off."""
    vertices, faces = icosphere(detail)
    reach = 1 + 0.45 * space(vertices * 1.3 + rng.uniform(0, 50, 3), 7)
    for _ in range(9):
        normal = rng.normal(size=3)
        normal /= np.linalg.norm(normal)
        limit = rng.uniform(0.55, 0.85)
        along = (vertices @ normal) * reach
        cut = along > limit
        reach[cut] *= limit / along[cut]
    return make(vertices * reach[:, None] * [1, 1, flat], faces)


def boulders(
    rng: np.random.Generator, points: Doubles, sizes: Doubles, *, flat: float = 0.75
) -> Part:
    """Rocks of radius ``sizes`` (k,) at ``points`` (k, 3), from six shapes, lying upright."""
    stretch = sizes[:, None] * rng.uniform(0.8, 1.25, (len(sizes), 3))
    matrices = placements(points, azimuth=rng.uniform(0, 2 * np.pi, len(points)), size=stretch)
    large = sizes > 1.1
    return merge(
        [
            scattered([boulder(rng, flat=flat, detail=detail) for _ in range(6)], matrices[chosen])
            for detail, chosen in ((2, ~large), (3, large))
        ]
    )


def floating_rocks(rng: np.random.Generator, points: Doubles, sizes: Doubles) -> Part:
    """Rocks of radius ``sizes`` turned every way."""
    matrices = tumbled(rng, points, sizes)
    large = sizes > 2.2
    return merge(
        [
            scattered(
                [boulder(rng, flat=rng.uniform(0.6, 1.3), detail=detail) for _ in range(6)],
                matrices[chosen],
            )
            for detail, chosen in ((2, ~large), (3, large))
        ]
    )


def rubble(rng: np.random.Generator, points: Doubles, sizes: Doubles) -> Part:
    """Broken masonry: tumbled blocks of edge ``sizes`` (k,) at ``points``."""
    edges = sizes[:, None] * rng.uniform(0.5, 1.3, (len(points), 3))
    return blocks(edges, tumbled(rng, points), bevel=0.05)


def roughened(part: Part, rng: np.random.Generator, depth: float) -> Part:
    """``part`` with its corners pushed about by noise of ``depth`` metres; welded by position."""
    vertices = part.vertices.astype(float)
    offset = rng.uniform(0, 90, 3)
    push = np.stack([space(vertices * 0.7 + offset + 31 * axis, 5 + axis) for axis in range(3)], -1)
    return make(vertices + depth * push * 1.6, part.faces, smooth=part.smooth)


def stalactites(rng: np.random.Generator, points: Doubles, lengths: Doubles) -> Part:
    """Hanging cones from ``points`` of ``lengths`` metres; negative lengths stand up."""
    shapes = []
    for _ in range(4):
        profile = [(0.0, -1.0), (0.025, -0.82), (0.07, -0.5), (0.12, -0.22), (0.24, 0.08)]
        cone = lathe(profile, 12)
        shapes.append(roughened(cone, rng, 0.03))
    sizes = np.stack([np.abs(lengths)] * 2 + [lengths], -1)
    return scattered(shapes, placements(points, spin=rng.uniform(0, 6.28, len(points)), size=sizes))


def basalt(rng: np.random.Generator, points: Doubles, heights: Doubles, radius: float) -> Part:
    """Six-sided basalt columns, each top slightly tilted by being its own length."""
    angle = np.linspace(0, 2 * np.pi, 6, endpoint=False)
    shapes = []
    for _ in range(3):
        ring = np.stack([np.cos(angle), np.sin(angle)], -1) * rng.uniform(0.88, 1.06, (6, 1))
        shapes.append(prism(ring * radius, 1.0))
    sizes = np.stack([np.full(len(heights), 1.0), np.full(len(heights), 1.0), heights], -1)
    turns = rng.integers(0, 6, len(points)) * np.pi / 3
    return scattered(shapes, placements(points, spin=turns, size=sizes))


def organ_pipes(rng: np.random.Generator, x: float, y: float, size: int, height: float) -> Part:
    """A tight honeycomb of basalt columns around (x, y), highest in its middle."""
    radius = 0.6
    grid = np.stack(np.meshgrid(np.arange(-size, size + 1), np.arange(-size, size + 1)), -1)
    axial = grid.reshape(-1, 2).astype(float)
    flat = np.stack(
        [radius * 3**0.5 * (axial[:, 0] + axial[:, 1] / 2), radius * 1.5 * axial[:, 1]], -1
    )
    far = np.linalg.norm(flat, axis=1) / (radius * 1.5 * (size + 0.5))
    keep = far < rng.uniform(0.75, 1.05, len(far))
    tall = height * (1.1 - far) * rng.uniform(0.7, 1.1, len(far)) + 0.3
    points = np.column_stack([flat + np.array([x, y]), np.full(len(flat), -0.5)])
    return basalt(rng, points[keep], np.maximum(tall[keep], 0.4), radius)


def island_height(
    seed: int, radius: float, *, flat_radius: float = 0.0, relief: float = 1.0
) -> Callable[[Doubles, Doubles], Doubles]:
    """The height of an island's top above its middle, as a function of x and y."""

    def height(x: Doubles, y: Doubles) -> Doubles:
        far = np.hypot(x, y)
        hills = 1.8 * fractal(x / 17, y / 17, seed + 1) + 0.5 * fractal(x / 6, y / 6, seed)
        if flat_radius:
            hills = hills * smoothstep(flat_radius + 1, flat_radius + 9, far) - 0.1 / relief
        lip = np.clip((island_rim(seed, radius, np.arctan2(y, x)) - far) * 0.35, 0, 1)
        lifted: Doubles = relief * hills * lip - 0.3 * (1 - lip)
        return lifted

    return height


def island_rim(seed: int, radius: float, angle: Doubles) -> Doubles:
    """How far an island's edge is from its middle at ``angle``: ``radius`` ± a fifth."""
    wobble = fractal(np.cos(angle) * 2, np.sin(angle) * 2, seed, octaves=4)
    edge: Doubles = radius * (1 + 0.3 * wobble)
    return edge


def island(
    seed: int,
    radius: float,
    depth: float,
    *,
    flat_radius: float = 0.0,
    relief: float = 1.0,
    columns: int = 96,
) -> tuple[Part, Part]:
    """A floating island: its top surface and the cliff that tapers ``depth`` metres below it."""
    angle = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    rim = island_rim(seed, radius, angle)
    rings = np.linspace(0.02, 1, 30)[:, None] ** 0.8
    x, y = rim * rings * np.cos(angle), rim * rings * np.sin(angle)
    height = island_height(seed, radius, flat_radius=flat_radius, relief=relief)
    top = _facing_up(np.stack([x, y, height(x, y)], -1))
    down = np.linspace(0, 1, 30)[:, None]
    crag = fractal(
        np.cos(angle) * 3 + down * 2, np.sin(angle) * 3 + down * 5, seed + 5, ridged=True
    )
    strata = 0.05 * np.sign(np.sin(down * 46 + 3 * crag)) * (1 - down)
    reach = rim * (1 - down**1.6) * (1 + (0.34 * crag * down**0.5 + strata) * (down > 0.02))
    fall = np.minimum(-0.3 - depth * down**1.1 * (1 + 0.3 * crag), -0.3)
    cliff = np.stack([reach * np.cos(angle), reach * np.sin(angle), fall], -1)
    return top, _hanging(cliff)


def _facing_up(rings: Doubles) -> Part:
    """Rings (rows, columns, 3) from the middle outward, facing up."""
    rows, columns = rings.shape[:2]
    return make(rings, _ring_faces(rows, columns)[:, ::-1], smooth=True)


def _hanging(rings: Doubles) -> Part:
    """Rings (rows, columns, 3) from a rim down to a tip, facing outward."""
    rows, columns = rings.shape[:2]
    return make(rings, _ring_faces(rows, columns)[:, ::-1], smooth=False)


def _ring_faces(rows: int, columns: int) -> Ints:
    row = np.arange(rows - 1)[:, None] * columns
    this, after = np.arange(columns), (np.arange(columns) + 1) % columns
    return np.concatenate(
        [
            np.stack([row + this, row + after, row + columns + after], -1).reshape(-1, 3),
            np.stack([row + this, row + columns + after, row + columns + this], -1).reshape(-1, 3),
        ]
    )
