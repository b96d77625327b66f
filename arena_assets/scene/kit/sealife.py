"""What grows under water: branching and fan corals, kelp, bubbles."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, instances, make, merge, placements, vec
from arena_assets.scene.kit.solids import ball, tubes
from arena_assets.scene.model import Part


def staghorn(rng: np.random.Generator) -> Part:
    """A branching coral about 1 m tall."""
    count, steps = 16, 6
    azimuth = rng.uniform(0, 2 * np.pi, count)
    out = np.stack([np.cos(azimuth), np.sin(azimuth), rng.uniform(0.6, 2.2, count)], -1)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    along = np.linspace(0, 1, steps)[None, :, None]
    length = rng.uniform(0.4, 1.0, (count, 1, 1))
    curve = np.array([0, 0, 0.25]) * along**2
    stems = (out[:, None] * along + curve) * length
    start = stems[:, 3]
    twig_out = out + rng.normal(0, 0.6, (count, 3))
    twigs = start[:, None] + twig_out[:, None] * along * length * 0.4
    taper = np.linspace(1, 0.45, steps)
    return merge(
        [tubes(stems, 0.075 * taper, sides=6), tubes(twigs[:, ::2], 0.05 * taper[::2], sides=4)]
    )


def brain(rng: np.random.Generator) -> Part:
    """A grooved dome of coral, 1 m across."""
    dome = ball(0.5, detail=3)
    vertices = dome.vertices.astype(float)
    waves = np.sin(vertices[:, 0] * 21 + 3 * np.sin(vertices[:, 1] * 9 + rng.uniform(0, 6)))
    return make(vertices * (1 + 0.045 * waves)[:, None] * [1, 1, 0.8], dome.faces, smooth=True)


def fan(rng: np.random.Generator) -> Part:
    """A flat sea fan of ribs about 1 m tall, in the y-z plane."""
    ribs, steps = 17, 7
    spread = np.linspace(-1.0, 1.0, ribs)
    along = np.linspace(0, 1, steps)
    length = (1 - 0.3 * spread**2) * rng.uniform(0.85, 1.1, ribs)
    angle = spread[:, None] * (0.25 + 0.85 * along)
    path = np.stack(
        [
            0.08 * np.sin(along * 4 + spread[:, None]),
            along * length[:, None] * np.sin(angle),
            along * length[:, None] * np.cos(angle),
        ],
        -1,
    )
    cross = path[:, 2:].transpose(1, 0, 2)
    return merge([tubes(path, 0.03 * (1.2 - along), sides=5), tubes(cross, 0.012, sides=4)])


def kelp(rng: np.random.Generator, height: float) -> Part:
    """Ribbons of kelp with side blades that all sway one way."""
    stems, steps = 5, 22
    along = np.linspace(0, 1, steps)
    pieces = []
    for _ in range(stems):
        tall = height * rng.uniform(0.6, 1.0)
        phase, foot = rng.uniform(0, 6.28), rng.normal(0, 0.3, 2)
        sway = 0.05 * height * np.sin(along * 6 + phase) * along
        line = np.stack(
            [foot[0] + sway + 0.12 * height * along**2, foot[1] + 0.6 * sway, along * tall], -1
        )
        pieces.append(tubes(line[None], 0.035, sides=5))
        node = line[2:]
        count = len(node)
        azimuth = np.arange(count) * 2.4 + phase
        out = np.stack([np.cos(azimuth), np.sin(azimuth), np.full(count, 0.75)], -1)
        side = np.stack([-np.sin(azimuth), np.cos(azimuth), np.zeros(count)], -1)
        reach = height * rng.uniform(0.09, 0.14, (count, 1))
        wide = side * reach * 0.17
        middle = node + out * reach * 0.5
        tip = node + out * reach + vec(0.1 * height, 0, 0) * reach / height
        blades = np.stack([node, middle - wide, tip, middle + wide], 1)
        base = np.arange(count)[:, None] * 4
        pieces.append(
            make(blades, np.concatenate([base + np.array([0, 1, 2]), base + np.array([0, 2, 3])]))
        )
    return merge(pieces, smooth=False)


def bubbles(rng: np.random.Generator, points: Doubles, height: float) -> Part:
    """Columns of rising bubbles above ``points``."""
    count = 24
    rise = np.tile(rng.random(count) ** 0.8, len(points)) * height
    foot = np.repeat(points, count, 0)
    drift = rng.normal(0, 0.12, (len(foot), 2)) + 0.1 * np.sin(rise * 1.7)[:, None]
    places = foot + np.column_stack([drift, rise])
    return instances(
        ball(1.0, detail=1), placements(places, size=rng.uniform(0.02, 0.09, len(places)))
    )
