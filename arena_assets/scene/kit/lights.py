"""Things that carry a light: braziers, torches, lanterns. All stand on z = 0."""

from __future__ import annotations

import numpy as np

from arena_assets.scene.kit.mesh import make, merge, moved, shift
from arena_assets.scene.kit.solids import block, icosphere, lathe, tube
from arena_assets.scene.model import Part


def brazier(height: float = 1.7) -> tuple[Part, Part]:
    """A footed metal bowl and the flame in it."""
    scale = height / 1.7
    profile = [(0.0, 0.0), (0.46, 0.0), (0.42, 0.1), (0.14, 0.26), (0.1, 0.7), (0.16, 0.78)]
    profile += [(0.1, 0.86), (0.12, 1.12), (0.3, 1.26), (0.6, 1.56), (0.64, 1.66), (0.56, 1.66)]
    profile += [(0.44, 1.48), (0.0, 1.4)]
    return (
        lathe(np.array(profile) * scale, 24, smooth=True),
        moved(flame(0.42 * scale), shift(z=1.5 * scale)),
    )


def flame(radius: float) -> Part:
    """Three licking tongues of fire, about 3.6 radii tall together."""
    vertices, faces = icosphere(3)
    x, y, z = vertices.T
    share = (z + 1) / 2
    # A drop: round below, drawn out to a soft point that bends over.
    girth = (1 - share) ** 0.45 * (0.55 + 0.75 * np.sin(np.pi * share**0.7))
    tongues = []
    for tall, wide, far, turned in (
        (3.6, 1.0, 0.0, 0.0),
        (2.6, 0.7, 0.42, 2.2),
        (2.1, 0.62, 0.45, 4.3),
    ):
        bend = 0.3 * tall * share**2 * np.sin(share * 3.4 + turned)
        tongues.append(
            make(
                radius
                * np.stack(
                    [
                        x * girth * wide + bend * np.cos(turned) + far * np.cos(turned),
                        y * girth * wide + bend * np.sin(turned) + far * np.sin(turned),
                        share * tall - 0.8,
                    ],
                    -1,
                ),
                faces,
                smooth=True,
            )
        )
    return merge(tongues)


def lantern_post(height: float) -> tuple[Part, Part, tuple[float, float, float]]:
    """A post with a hanging lantern: metal, its panes, and where the light is."""
    arm = 0.8
    along = np.linspace(0, np.pi / 2, 8)
    bend = np.stack(
        [arm * np.sin(along), np.zeros(8), height - 0.5 + 0.5 * (1 - np.cos(along)) * 1.4], -1
    )
    path = np.vstack([np.array([[0, 0, 0], [0, 0, height * 0.5]]), bend])
    lamp_z = height - 0.65
    cage = [
        moved(block(0.42, 0.42, 0.06, bevel=0.01), shift(arm, 0, lamp_z - 0.3)),
        moved(
            lathe([(0.0, 0.0), (0.3, 0.0), (0.05, 0.3), (0.0, 0.3)], 6),
            shift(arm, 0, lamp_z + 0.24),
        ),
        tube([(arm, 0, lamp_z + 0.5), (arm, 0, height + 0.2)], 0.025, sides=5),
    ]
    for x in (-0.18, 0.18):
        for y in (-0.18, 0.18):
            cage.append(
                moved(block(0.04, 0.04, 0.52, bevel=0.005), shift(arm + x, y, lamp_z - 0.26))
            )
    foot = lathe([(0.0, 0.0), (0.32, 0.0), (0.28, 0.14), (0.1, 0.3), (0.0, 0.3)], 12)
    panes = moved(block(0.32, 0.32, 0.46, bevel=0.02), shift(arm, 0, lamp_z - 0.23))
    metal = merge([tube(path, 0.07, sides=8), foot, *cage], smooth=False)
    return metal, panes, (arm, 0.0, lamp_z)
