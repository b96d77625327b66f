"""Cloth: awnings on poles and banners."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.mesh import flipped, make, merge
from arena_assets.scene.kit.solids import tube
from arena_assets.scene.model import Part


def awning(rng: np.random.Generator, wide: float, deep: float, height: float) -> tuple[Part, Part]:
    """A sagging sheet over four poles, its x axis the way it faces, and the poles."""
    rows = columns = 13
    u, v = np.meshgrid(np.linspace(0, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    sag = 0.55 * (1 - v**2) * 4 * u * (1 - u)
    slope = height - 0.9 * u
    ruffle = 0.05 * np.sin(v * 17 + rng.uniform(0, 6)) * np.abs(2 * u - 1)
    sheet = _sheet(np.stack([deep * u, wide / 2 * v, slope - sag + ruffle], -1))
    corners = [
        (0.0, -1, height),
        (0.0, 1, height),
        (deep, -1, height - 0.9),
        (deep, 1, height - 0.9),
    ]
    poles = [
        tube([(x, s * wide / 2, -0.4), (x, s * wide / 2, top + 0.15)], 0.07, sides=7)
        for x, s, top in corners
    ]
    return sheet, merge(poles)


def banner(rng: np.random.Generator, wide: float, tall: float) -> Part:
    """A hanging cloth in the y-z plane, its top edge at z = 0, its foot cut to a point."""
    rows, columns = 16, 9
    down, across = np.meshgrid(np.linspace(0, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    wave = 0.12 * np.sin(down * 5 + across * 2 + rng.uniform(0, 6)) * down
    foot = tall * down * (1 - 0.16 * np.abs(across) * down)
    return _sheet(np.stack([wave, wide / 2 * across, -foot], -1))


def _sheet(grid: np.ndarray[tuple[int, int, int], np.dtype[np.float64]]) -> Part:
    """A grid (rows, columns, 3) as a cloth of two faces 1 cm apart."""
    rows, columns = grid.shape[:2]
    row, column = np.arange(rows - 1)[:, None] * columns, np.arange(columns - 1)[None]
    a = (row + column).reshape(-1)
    faces = np.concatenate(
        [np.stack([a, a + columns, a + 1], -1), np.stack([a + 1, a + columns, a + columns + 1], -1)]
    )
    front = make(grid, faces, smooth=True)
    corners = front.vertices[front.faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).sum(0)
    normal /= np.linalg.norm(normal)
    back = flipped(make(front.vertices - 0.01 * normal, front.faces, smooth=True))
    return merge([front, back])
