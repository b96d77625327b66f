"""The land around the floor: a height function and a grid that is fine near the middle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, Ints, flipped, make
from arena_assets.scene.kit.noise import fractal, smoothstep
from arena_assets.scene.model import Part

Height = Callable[[Doubles, Doubles], Doubles]
"""Metres of ground above x and y."""


def land(
    height: Height, inner: float, outer: float, *, rings: int = 150, spokes: int = 360
) -> Part:
    """The ground from ``inner`` to ``outer`` metres as a polar grid, finest near the floor.

    The middle is closed by a disc at the height of the innermost ring.
    """
    step = np.linspace(0, 1, rings)[:, None]
    distance = inner + (outer - inner) * (0.25 * step + 0.75 * step**2.6)
    angle = np.linspace(0, 2 * np.pi, spokes, endpoint=False)
    x, y = distance * np.cos(angle), distance * np.sin(angle)
    vertices = np.stack([x, y, height(x, y)], -1).reshape(-1, 3)
    middle = np.array([[0.0, 0.0, vertices[:spokes, 2].min()]])
    row = np.arange(rings - 1)[:, None] * spokes
    this, after = np.arange(spokes), (np.arange(spokes) + 1) % spokes
    faces: Ints = np.concatenate(
        [
            np.stack([row + this, row + spokes + after, row + after], -1).reshape(-1, 3),
            np.stack([row + this, row + spokes + this, row + spokes + after], -1).reshape(-1, 3),
            np.stack([this, after, np.full(spokes, rings * spokes)], -1),
        ]
    )
    return make(np.vstack([vertices, middle]), faces, smooth=True)


def ceiling(
    height: Height, inner: float, outer: float, *, rings: int = 90, spokes: int = 240
) -> Part:
    """A roof facing down, open within ``inner`` metres of the axis."""
    whole = land(height, inner, outer, rings=rings, spokes=spokes)
    return flipped(make(whole.vertices, whole.faces[:-spokes], smooth=True))


def level_near(x: Doubles, y: Doubles, height: Doubles, flat: float, full: float) -> Doubles:
    """``height`` faded to −0.12 m within ``flat`` metres of the middle, whole beyond ``full``."""
    share = smoothstep(flat, full, np.hypot(x, y))
    return height * share - 0.12 * (1 - share)


def mountains(x: Doubles, y: Doubles, seed: int, start: float, tall: float) -> Doubles:
    """A mountain range beyond ``start`` metres, about ``tall`` metres high, uneven around."""
    far = np.hypot(x, y)
    broad = 0.55 + 0.9 * np.clip(fractal(x / 150, y / 150, seed, octaves=3) + 0.45, 0, 2)
    crest = fractal(x / 75, y / 75, seed + 3, octaves=5, gain=0.45, ridged=True)
    rise = smoothstep(start, start + 130, far)
    crests = crest * 0.45 * smoothstep(start, start + 60, far)
    height: Doubles = rise * tall * (broad * 0.7 + crests)
    return height


def dunes(x: Doubles, y: Doubles, seed: int, tall: float, heading: float) -> Doubles:
    """Sand dunes with a gentle windward and a steep lee side, crests across ``heading``."""
    along = x * np.cos(heading) + y * np.sin(heading)
    across = -x * np.sin(heading) + y * np.cos(heading)
    phase = along / 34 + 0.9 * fractal(x / 70, y / 70, seed) + 0.25 * np.sin(across / 29)
    saw = phase - np.floor(phase)
    ridge = np.where(saw < 0.72, saw / 0.72, (1 - saw) / 0.28)
    swell = 0.6 + 0.6 * fractal(x / 90, y / 90, seed + 5, octaves=3)
    height: Doubles = tall * np.clip(swell, 0.1, 1.4) * smoothstep(0, 1, ridge)
    return height
