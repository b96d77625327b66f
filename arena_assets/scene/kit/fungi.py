"""Mushrooms of unit height: a glowing cap and a stem."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.mesh import merge, moved, shift, tilt
from arena_assets.scene.kit.solids import lathe, tube
from arena_assets.scene.model import Part


def mushroom(rng: np.random.Generator) -> tuple[Part, Part]:
    """A cap and a stem with two small ones at their foot, about 1 m tall."""
    caps, stems = [], []
    for size, far in ((1.0, 0.0), (0.45, 0.34), (0.3, 0.3)):
        wide = rng.uniform(0.8, 1.3)
        profile = [(0.06, 0.8), (0.3 * wide, 0.74), (0.5 * wide, 0.7), (0.52 * wide, 0.76)]
        profile += [(0.44 * wide, 0.9), (0.26 * wide, 1.0), (0.1, 1.05), (0.0, 1.06)]
        angle = rng.uniform(0, 2 * np.pi)
        place = shift(far * np.cos(angle), far * np.sin(angle)) @ tilt(
            rng.uniform(0, 0.25), (np.cos(angle), np.sin(angle), 0)
        )
        cap = lathe(np.array(profile) * size, 22, smooth=True)
        bow = rng.normal(0, 0.06, 2) * size
        path = [(0, 0, -0.05), (*bow, 0.4 * size), (0, 0, 0.82 * size)]
        caps.append(moved(cap, place))
        stems.append(moved(tube(path, np.array([0.12, 0.07, 0.085]) * size, sides=9), place))
    return merge(caps), merge(stems)
