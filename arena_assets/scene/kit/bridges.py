"""Bridges hung on ropes."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, merge, vec
from arena_assets.scene.kit.solids import blocks, tube, tubes
from arena_assets.scene.model import Part


def hanging_bridge(
    rng: np.random.Generator, start: Doubles, end: Doubles, width: float
) -> tuple[Part, Part]:
    """Planks along a sagging line between two points, and the ropes that carry them."""
    span = end - start
    length = float(np.linalg.norm(span))
    count = max(8, int(length / 0.42))
    share = (np.arange(count) + 0.5) / count
    line = start + span * share[:, None]
    line[:, 2] -= length * 0.05 * 4 * share * (1 - share)
    along = span[:2] / np.linalg.norm(span[:2])
    side = np.array([-along[1], along[0], 0.0])
    matrices = np.tile(np.eye(4), (count, 1, 1))
    matrices[:, :2, 0] = along
    matrices[:, :3, 1] = side
    matrices[:, :3, 3] = line
    keep = rng.random(count) > 0.06
    sizes = np.stack(
        [np.full(count, 0.34), width * rng.uniform(0.94, 1.02, count), np.full(count, 0.09)], -1
    )
    deck = blocks(sizes[keep], matrices[keep], bevel=0.015)
    ropes = []
    for sign in (-1, 1):
        edge = line + side * sign * width / 2
        rail = edge + vec(0, 0, 1.15)
        ropes += [tube(edge, 0.05, sides=6), tube(rail, 0.06, sides=6)]
        ropes.append(tubes(np.stack([edge[::4], rail[::4]], 1), 0.03, sides=5))
    return deck, merge(ropes)
