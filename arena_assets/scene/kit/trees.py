"""Trees: branching ones, conifers, cypresses, palms; and the leaves that clothe them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, make, merge, vec
from arena_assets.scene.kit.solids import tube, tubes
from arena_assets.scene.model import Part


class Tree(NamedTuple):
    """Wood and leaves, root at the origin, and the branches' ends (n, 3)."""

    wood: Part
    leaves: Part
    tips: Doubles


def branching(
    rng: np.random.Generator,
    height: float,
    *,
    twist: float = 0.5,
    girth: float = 0.055,
    leaves_per_tip: int = 40,
    leaf: float = 0.3,
    generations: int = 4,
) -> Tree:
    """A broad-leaved tree; ``twist`` gnarls it, ``girth`` is trunk radius over height.

    All branches of a generation grow at once, as arrays.
    """
    start = np.zeros((1, 3))
    heading = np.array([[0.0, 0.0, 1.0]])
    length, radius = np.array([height * 0.42]), np.array([height * girth])
    wood: list[Part] = []
    steps = 7
    for generation in range(generations):
        count = len(start)
        path = np.empty((count, steps + 1, 3))
        path[:, 0] = start
        for step in range(steps):
            heading = heading + rng.normal(0, 0.05 + 0.16 * twist, (count, 3)) + vec(0, 0, 0.05)
            heading /= np.linalg.norm(heading, axis=1, keepdims=True)
            path[:, step + 1] = path[:, step] + heading * (length / steps)[:, None]
        taper = np.linspace(1, 0.55, steps + 1)
        if generation == 0:
            taper[0], taper[1] = 1.7, 1.15
        sides, stride = ((12, 1), (7, 1), (5, 2), (3, 3))[min(generation, 3)]
        wood.append(tubes(path[:, ::stride], radius[:, None] * taper[::stride], sides=sides))
        if generation == generations - 1:
            break
        children = 5 if generation == 0 else 3
        parent = np.repeat(np.arange(count), children)
        origin = steps - rng.integers(0, 3, len(parent))
        start = path[parent, origin]
        azimuth = rng.uniform(0, 2 * np.pi, len(parent))
        if generation == 0:
            azimuth = np.arange(children) * 2 * np.pi / children + rng.uniform(0, 0.8, children)
        side = np.stack([np.cos(azimuth), np.sin(azimuth), rng.uniform(0.05, 0.8, len(parent))], -1)
        heading = heading[parent] * 0.55 + side * 0.85
        heading /= np.linalg.norm(heading, axis=1, keepdims=True)
        length = length[parent] * rng.uniform(0.52, 0.78, len(parent))
        radius = radius[parent] * 0.54
    tips = path[:, -1]
    leaves = foliage(rng, tips, leaves_per_tip, spread=height * 0.085, leaf=leaf)
    return Tree(merge(wood), leaves, tips)


def foliage(
    rng: np.random.Generator, tips: Doubles, per_tip: int, *, spread: float, leaf: float
) -> Part:
    """Small folded leaves scattered around ``tips`` (n, 3), each two triangles."""
    middle = np.repeat(tips, per_tip, 0)
    count = len(middle)
    middle = middle + rng.normal(0, spread, (count, 3)) * [1, 1, 0.7]
    along = rng.normal(size=(count, 3))
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    across = np.cross(along, rng.normal(size=(count, 3)))
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
    size = leaf * rng.uniform(0.6, 1.4, (count, 1))
    lift = np.cross(along, across) * size * 0.15
    vertices = np.stack(
        [
            middle - along * size,
            middle - across * size * 0.45 + lift,
            middle + along * size,
            middle + across * size * 0.45 + lift,
        ],
        1,
    )
    base = np.arange(count)[:, None] * 4
    return make(vertices, np.concatenate([base + np.array([0, 1, 2]), base + np.array([0, 2, 3])]))


def conifer(rng: np.random.Generator, height: float, *, width: float = 0.26) -> Tree:
    """A fir: tiers of drooping boughs, each a folded blade of four triangles."""
    count = int(60 * height**0.9)
    level = np.sort(rng.uniform(0.1, 1, count))
    azimuth = rng.uniform(0, 2 * np.pi, count)
    tier = 0.68 + 0.32 * np.sin(level * height * 5.5)
    reach = height * width * (1 - level) ** 0.85 * tier + 0.1
    droop = -0.25 - 0.3 * (1 - level)
    out = np.stack([np.cos(azimuth), np.sin(azimuth), droop], -1)
    side = np.stack([-np.sin(azimuth), np.cos(azimuth), np.zeros(count)], -1)
    root = np.column_stack([np.zeros((count, 2)), level * height])
    wide = (0.16 * reach + 0.12)[:, None]
    waist = root + out * (reach * 0.5)[:, None]
    vertices = np.stack(
        [
            root + side * wide * 0.3,
            root - side * wide * 0.3,
            waist - side * wide - [0, 0, 0.08],
            root + out * reach[:, None],
            waist + side * wide - [0, 0, 0.08],
            waist + vec(0, 0, 0.06),
        ],
        1,
    )
    base = np.arange(count)[:, None] * 6
    leaves = make(
        vertices,
        np.concatenate(
            [
                base + np.array([0, 1, 5]),
                base + np.array([1, 2, 5]),
                base + np.array([2, 3, 5]),
                base + np.array([3, 4, 5]),
                base + np.array([4, 0, 5]),
            ]
        ),
    )
    wood = tube([(0, 0, -0.3), (0, 0, height * 0.98)], np.array([height * 0.03, 0.02]), sides=7)
    return Tree(wood, leaves, root[-1:] + vec(0, 0, 0.1))


def cypress(rng: np.random.Generator, height: float) -> Tree:
    """A narrow flame-shaped tree of dense small leaves."""
    count = int(170 * height)
    level = rng.uniform(0.06, 1, count)
    width = height * 0.105 * np.sin(np.pi * level**0.62) ** 0.8 + 0.05
    azimuth = rng.uniform(0, 2 * np.pi, count)
    far = width * rng.uniform(0.75, 1.06, count)
    points = np.stack([far * np.cos(azimuth), far * np.sin(azimuth), level * height], -1)
    out = np.stack([np.cos(azimuth) * 0.5, np.sin(azimuth) * 0.5, np.full(count, 1.0)], -1)
    side = np.stack([-np.sin(azimuth), np.cos(azimuth), np.zeros(count)], -1)
    size = rng.uniform(0.22, 0.42, (count, 1))
    vertices = np.stack(
        [points - side * size * 0.5, points + side * size * 0.5, points + out * size * 1.5], 1
    )
    leaves = make(vertices, np.arange(count * 3).reshape(-1, 3))
    core = np.array([[0, 0, z] for z in np.linspace(0.05, 0.97, 9) * height])
    fill = height * 0.085 * np.sin(np.pi * np.linspace(0.05, 0.97, 9) ** 0.62) ** 0.8
    leaves = merge([leaves, tube(core, fill, sides=9, smooth=False)])
    wood = tube([(0, 0, -0.3), (0, 0, height * 0.2)], height * 0.018, sides=7)
    return Tree(wood, leaves, core[-1:])


def palm(rng: np.random.Generator, height: float, *, fronds: int = 15) -> Tree:
    """A date palm: a curved ringed trunk and arching feathered fronds."""
    along = np.linspace(0, 1, 22)
    bend, heading = rng.uniform(0.06, 0.3) * height, rng.uniform(0, 2 * np.pi)
    trunk = np.stack(
        [bend * along**2 * np.cos(heading), bend * along**2 * np.sin(heading), along * height], -1
    )
    girth = height * 0.028 * (1.35 - 0.5 * along) * np.where(np.arange(22) % 2, 1.0, 1.16)
    crown = trunk[-1]
    nodes = 14
    step = np.linspace(0, 1, nodes)
    azimuth = np.arange(fronds) * 2.39996 + rng.uniform(0, 0.3, fronds)
    rise = rng.uniform(0.15, 1.15, fronds)
    reach = height * rng.uniform(0.36, 0.48, fronds)
    far = reach[:, None] * step
    arc = reach[:, None] * (rise[:, None] * step - (0.55 + 0.75 * rise[:, None]) * step**2)
    out = np.stack([np.cos(azimuth), np.sin(azimuth)], -1)
    spine = np.concatenate([far[..., None] * out[:, None], arc[..., None]], -1) + crown
    side = np.stack([-out[:, 1], out[:, 0], np.zeros(fronds)], -1)[:, None, None]
    wide = reach[:, None] * 0.26 * np.sin(np.pi * np.clip(step * 0.92 + 0.06, 0, 1)) ** 0.6
    leaflets = []
    for sign in (-1.0, 1.0):
        base, after = spine[:, :-1], spine[:, 1:]
        tip = (
            after
            + sign * side[:, 0] * wide[:, :-1, None]
            + (after - base) * 0.9
            - np.array([0, 0, 1.0]) * wide[:, :-1, None] * 0.45
        )
        middle = base * 0.4 + after * 0.6
        order = [base, middle, tip] if sign > 0 else [middle, base, tip]
        leaflets.append(np.stack(order, 2).reshape(-1, 3))
    corners = np.concatenate(leaflets)
    leaves = make(corners, np.arange(len(corners)).reshape(-1, 3))
    ribs = tubes(spine, 0.045 * (1.1 - step), sides=4)
    return Tree(tube(trunk, girth, sides=10), merge([leaves, ribs], smooth=False), crown[None])


def giant(rng: np.random.Generator, height: float, girth: float) -> Tree:
    """An old twisted tree: a fluted, winding trunk, buttress roots and few heavy boughs.

    ``girth`` is the trunk's radius in metres at breast height.
    """
    along = np.linspace(0, 1, 26)
    drift = rng.normal(0, 0.05, (26, 2)).cumsum(0) * height * 0.16
    trunk = np.column_stack([drift * along[:, None], along * height * 0.62])
    flare = girth * (0.62 + 0.38 * (1 - along) + 1.1 * np.exp(-along * 14))
    columns = 40
    angle = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    lobes = int(rng.integers(5, 8))
    turnings = angle[None] * lobes + along[:, None] * rng.uniform(3, 7) * rng.choice([-1, 1])
    ribs = 1 + (0.1 + 0.28 * np.exp(-along * 9))[:, None] * np.cos(turnings)
    reach = flare[:, None] * ribs
    skin = np.stack(
        [
            trunk[:, :1] + reach * np.cos(angle),
            trunk[:, 1:2] + reach * np.sin(angle),
            np.broadcast_to(trunk[:, 2:] - 0.4 * (along[:, None] == 0), reach.shape),
        ],
        -1,
    )
    row = np.arange(25)[:, None] * columns
    this, after = np.arange(columns), (np.arange(columns) + 1) % columns
    bole = make(
        skin,
        np.concatenate(
            [
                np.stack([row + this, row + after, row + columns + after], -1).reshape(-1, 3),
                np.stack([row + this, row + columns + after, row + columns + this], -1).reshape(
                    -1, 3
                ),
            ]
        ),
        smooth=True,
    )
    boughs = _boughs(rng, trunk[-1], height, girth)
    roots = _roots(rng, girth, lobes)
    leaves = foliage(rng, boughs.tips, 78, spread=height * 0.065, leaf=0.27)
    return Tree(merge([bole, boughs.wood, roots]), leaves, boughs.tips)


def _boughs(rng: np.random.Generator, crown: Doubles, height: float, girth: float) -> Tree:
    count, steps = 7, 10
    azimuth = np.arange(count) * 2.39996 + rng.uniform(0, 1)
    heading = np.stack([np.cos(azimuth), np.sin(azimuth), rng.uniform(0.3, 1.0, count)], -1)
    path = np.empty((count, steps + 1, 3))
    path[:, 0] = crown - [0, 0, 0.04 * height]
    length = height * rng.uniform(0.36, 0.52, count)
    for step in range(steps):
        heading = heading + rng.normal(0, 0.24, (count, 3)) + vec(0, 0, 0.06)
        heading /= np.linalg.norm(heading, axis=1, keepdims=True)
        path[:, step + 1] = path[:, step] + heading * (length / steps)[:, None]
    wood = tubes(path, girth * 0.5 * np.linspace(1, 0.25, steps + 1), sides=9)
    parent = np.repeat(np.arange(count), 5)
    start = path[parent, steps - np.tile([0, 2, 3, 5, 6], count)]
    twig_heading = rng.normal(0, 0.7, (len(parent), 3)) + heading[parent] * 0.6 + vec(0, 0, 0.25)
    twig_heading /= np.linalg.norm(twig_heading, axis=1, keepdims=True)
    reach = height * rng.uniform(0.12, 0.22, len(parent))
    along = np.linspace(0, 1, 6)[None, :, None]
    bow = rng.normal(0, 0.18, (len(parent), 1, 3)) * np.sin(np.pi * along)
    twigs = start[:, None] + (twig_heading[:, None] * along + bow) * reach[:, None, None]
    fine = tubes(twigs, girth * 0.15 * np.linspace(1, 0.3, 6), sides=5)
    tips = np.concatenate([path[:, -1], twigs[:, -1], twigs[:, 3]])
    return Tree(merge([wood, fine]), fine, tips)


def _roots(rng: np.random.Generator, girth: float, count: int) -> Part:
    steps = 12
    azimuth = np.arange(count) * 2 * np.pi / count + rng.uniform(-0.3, 0.3, count)
    along = np.linspace(0, 1, steps)
    reach = girth * rng.uniform(2.2, 3.8, count)[:, None] * along + girth * 0.6
    sway = azimuth[:, None] + rng.uniform(-0.5, 0.5, (count, 1)) * along**1.5
    lift = girth * (0.95 * (1 - along) ** 3 - 0.25 * along) + 0.1 * np.sin(along * 9)
    path = np.stack(
        [reach * np.cos(sway), reach * np.sin(sway), np.broadcast_to(lift, reach.shape)], -1
    )
    return tubes(path, girth * 0.34 * (1 - 0.8 * along), sides=8)


def fern(rng: np.random.Generator) -> Part:
    """A rosette of arching fronds about 1 m across, each cut into leaflets."""
    fronds, nodes = 8, 8
    step = np.linspace(0, 1, nodes)
    azimuth = np.arange(fronds) * 2 * np.pi / fronds + rng.uniform(-0.2, 0.2, fronds)
    reach = rng.uniform(0.45, 0.75, fronds)[:, None]
    out = np.stack([np.cos(azimuth), np.sin(azimuth)], -1)
    far, lift = reach * step, reach * (1.3 * step - 1.15 * step**2)
    spine = np.concatenate([far[..., None] * out[:, None], lift[..., None]], -1)
    side = np.stack([-out[:, 1], out[:, 0], np.zeros(fronds)], -1)[:, None]
    wide = (reach * 0.3 * np.sin(np.pi * np.clip(step * 0.85 + 0.12, 0, 1)))[:, :-1, None]
    pieces = []
    for sign in (-1.0, 1.0):
        base, after = spine[:, :-1], spine[:, 1:]
        tip = after + sign * side * wide - np.array([0, 0, 0.12]) * wide
        order = [base, after, tip] if sign < 0 else [after, base, tip]
        pieces.append(np.stack(order, 2).reshape(-1, 3))
    corners = np.concatenate(pieces)
    return make(corners, np.arange(len(corners)).reshape(-1, 3))
