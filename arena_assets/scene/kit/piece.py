"""What a centrepiece is handed back as, and the shapes that several of them share."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, merge, moved, tilt, turn
from arena_assets.scene.kit.solids import blocks, lathe
from arena_assets.scene.model import Part


@dataclass(frozen=True, slots=True)
class Tint:
    """The theme's materials that a centrepiece is made of."""

    wall: str
    trim: str
    metal: str
    crystal: str = "mana_crystal"
    wood: str = "bark"
    leaves: str = "leaf"
    liquid: str = "water"


@dataclass(slots=True)
class Piece:
    """A built centrepiece. ``lamps`` are (x, y, z, strength) in the mana colour."""

    focus: float
    parts: list[tuple[str, Part]] = field(default_factory=list)
    lamps: list[tuple[float, float, float, float]] = field(default_factory=list)

    def add(self, material: str, *parts: Part) -> None:
        self.parts += [(material, part) for part in parts]


def steps(
    sides: int, radius: float, count: int, rise: float, tread: float, angle: float = 0
) -> Part:
    """A stepped base of ``count`` tiers with chamfered edges."""
    tiers = []
    for k in range(count):
        reach, top = radius - k * tread, (k + 1) * rise
        profile = [(reach, top - rise - 0.1), (reach, top - 0.05), (reach - 0.05, top), (0.0, top)]
        tiers.append(lathe(profile, sides))
    return moved(merge(tiers), turn(angle))


def on_wall(lines: Doubles, x: float, z: float) -> Part:
    """Strokes (k, 2, 2) in (sideways, up) as bars standing on a wall that faces +x."""
    along = lines[:, 1] - lines[:, 0]
    length = np.linalg.norm(along, axis=1)
    middle = lines.mean(1)
    sizes = np.stack([np.full(len(lines), 0.05), length + 0.06, np.full(len(lines), 0.06)], -1)
    matrices = np.stack([tilt(float(a), (1, 0, 0)) for a in np.arctan2(along[:, 1], along[:, 0])])
    matrices[:, 0, 3], matrices[:, 1, 3], matrices[:, 2, 3] = x, middle[:, 0], middle[:, 1] + z
    return blocks(sizes, matrices, bevel=0.01)
