"""Whole machines put together from the machinery kit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arena_assets.scene.kit.crystals import splinter
from arena_assets.scene.kit.machinery import gear, hoop, pipe
from arena_assets.scene.kit.mesh import instances, merge, moved, placements, shift, tilt, turn
from arena_assets.scene.kit.solids import ball, block, lathe, torus, tube
from arena_assets.scene.model import Part


@dataclass(frozen=True, slots=True)
class Engine:
    """A mana engine's parts by what they are made of; ``focus`` is its core's height."""

    frame: Part
    pipes: Part
    gears: Part
    glass: Part
    core: Part
    glow: Part
    focus: float


def engine(rng: np.random.Generator, size: float, decay: float) -> Engine:
    """A glass reactor with a crystal inside, ribs, gears and pipes, within 4 m of the axis."""
    base, tall = 0.5, 3.4 * size
    middle = base + 1.1 + tall / 2
    foot = [
        (2.6, base - 0.1),
        (2.6, base + 0.3),
        (2.3, base + 0.4),
        (2.1, base + 1.0),
        (1.7, base + 1.15),
    ]
    head_z = base + 1.1 + tall
    head = [(1.55, head_z - 0.1), (1.8, head_z), (1.8, head_z + 0.4), (1.2, head_z + 0.8)]
    head += [(0.7, head_z + 0.9), (0.7, head_z + 1.5), (0.95, head_z + 1.6), (0.0, head_z + 1.6)]
    frame = [lathe([*foot, (0.0, base + 1.15)], 32), lathe([(0.0, head_z - 0.1), *head], 32)]
    ribs = 6
    for k in range(ribs):
        rib = moved(block(0.22, 0.3, tall + 0.2, bevel=0.04), shift(1.62, 0, base + 1.0))
        frame.append(moved(rib, turn(2 * np.pi * k / ribs)))
    for z in np.linspace(base + 1.5, head_z - 0.4, 3):
        frame.append(moved(hoop(1.6, 0.16, 0.07, segments=48), shift(z=float(z))))
    bulge = [
        (1.3, base + 1.1),
        (1.5, base + 1.1 + tall * 0.25),
        (1.5, base + 1.1 + tall * 0.75),
        (1.3, head_z),
    ]
    gears = []
    for k in range(3):
        wheel = gear(float(rng.uniform(0.75, 1.25)), int(rng.integers(14, 22)), 0.22)
        angle = 2 * np.pi * (k + 0.3) / 3
        height = base + 1.4 + rng.uniform(0, 0.5) * tall
        upright = turn(angle) @ shift(2.15, 0, height) @ tilt(np.pi / 2, (0, 1, 0))
        if rng.random() > decay * 0.4:
            gears.append(moved(wheel, upright))
        frame.append(moved(tube([(1.5, 0, height), (2.4, 0, height)], 0.12, sides=8), turn(angle)))
    pipes = []
    for k in range(4):
        far = rng.uniform(2.7, 3.5)
        run = pipe(
            [
                (far, 0, 0.0),
                (far, 0, head_z + rng.uniform(-0.6, 0.5)),
                (0.9, 0, head_z + rng.uniform(0.1, 0.4) + 0.2),
            ],
            0.17,
        )
        pipes.append(moved(run, turn(2 * np.pi * (k + 0.62) / 4 + rng.normal(0, 0.1))))
    coil_turns = np.linspace(0, 10 * np.pi, 120)
    coil = np.stack(
        [
            1.05 * np.cos(coil_turns),
            1.05 * np.sin(coil_turns),
            np.linspace(base + 1.3, head_z - 0.2, 120),
        ],
        -1,
    )
    gauges = instances(
        moved(ball(0.16, detail=1), shift(2.22, 0, base + 0.72)),
        placements(np.zeros((8, 3)), azimuth=np.arange(8) * np.pi / 4),
    )
    return Engine(
        frame=merge(frame, smooth=False),
        pipes=merge(pipes, smooth=True),
        gears=merge(
            [*gears, moved(torus(1.75, 0.09, segments=48), shift(z=head_z + 0.2))], smooth=False
        ),
        glass=lathe(bulge, 40, smooth=True),
        core=moved(splinter(rng, tall * 0.85, 0.5 * size), shift(z=middle)),
        glow=merge([tube(coil, 0.045, sides=6), gauges]),
        focus=middle,
    )
