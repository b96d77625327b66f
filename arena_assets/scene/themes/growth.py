"""Planting: trees from a few shapes, and a meadow of grass blades."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, make, placements, scattered
from arena_assets.scene.kit.trees import Tree
from arena_assets.scene.themes.site import Site


def plant(
    site: Site,
    purpose: str,
    trees: Sequence[Tree],
    points: Doubles,
    *,
    leaf: str,
    wood: str = "bark",
    sizes: tuple[float, float] = (0.8, 1.25),
) -> None:
    """Copies of ``trees`` at ``points``, each its own size and turn."""
    if not len(points):
        return
    rng = site.rng(f"plant/{purpose}")
    matrices = placements(
        points - [0, 0, 0.1],
        azimuth=rng.uniform(0, 2 * np.pi, len(points)),
        lean=rng.normal(0, 0.03, len(points)),
        size=rng.uniform(*sizes, len(points)),
    )
    matrices = matrices[: max(len(trees), len(matrices))]
    shapes = trees[: len(points)]
    site.add(wood, scattered([tree.wood for tree in shapes], matrices))
    site.add(leaf, scattered([tree.leaves for tree in shapes], matrices))


def meadow(
    site: Site,
    near: float,
    far: float,
    *,
    tufts: int = 5200,
    blade: str = "grass_blade",
    tall: tuple[float, float] = (0.16, 0.5),
) -> None:
    """Tufts of six bent blades, thick near the floor and thin far away, off the gates."""
    rng = site.rng("meadow")
    distance = near + (far - near) * rng.random(tufts) ** 2.2
    azimuth = rng.uniform(0, 2 * np.pi, tufts)
    keep = site.layout.clear(azimuth, distance, 3.2)
    middle = site.at(distance[keep], azimuth[keep])
    count, blades = len(middle), 6
    root = np.repeat(middle, blades, 0)
    root[:, :2] += rng.normal(0, 0.16, (count * blades, 2))
    root[:, 2] -= 0.06
    turns = rng.uniform(0, 2 * np.pi, count * blades)
    length = rng.uniform(*tall, count * blades)
    lean = rng.uniform(0.1, 0.6, count * blades) * length
    out = np.stack([np.cos(turns), np.sin(turns), np.zeros_like(turns)], -1)
    side = np.stack([-np.sin(turns), np.cos(turns), np.zeros_like(turns)], -1) * 0.028
    up = np.array([0, 0, 1.0])
    waist = root + out * (lean * 0.4)[:, None] + up * (length * 0.6)[:, None]
    tip = root + out * lean[:, None] + up * length[:, None]
    vertices = np.stack([root - side, root + side, waist + side * 0.7, tip, waist - side * 0.7], 1)
    base = np.arange(count * blades)[:, None] * 5
    faces = np.concatenate(
        [base + np.array([0, 1, 2]), base + np.array([0, 2, 4]), base + np.array([4, 2, 3])]
    )
    site.add(blade, make(vertices, faces))
