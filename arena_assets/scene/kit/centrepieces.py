"""What stands in the middle: ten kinds, all within 4.4 m of the axis, root at z = 0."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from arena_assets.scene.kit import centrepieces_stone as stone
from arena_assets.scene.kit import centrepieces_wrought as wrought
from arena_assets.scene.kit.piece import Piece, Tint
from arena_assets.scene.model import Centrepiece

FOOTPRINT = 4.4
"""Metres from the axis that a centrepiece may take at walking height."""


def centrepiece(
    kind: Centrepiece, rng: np.random.Generator, tint: Tint, grandeur: float, decay: float
) -> Piece:
    """The centrepiece ``kind``; ``grandeur`` makes it taller, ``decay`` breaks it."""
    return _BUILDERS[kind](rng, tint, 0.8 + 0.6 * grandeur, decay)


_BUILDERS: dict[Centrepiece, Callable[[np.random.Generator, Tint, float, float], Piece]] = {
    Centrepiece.CRYSTAL: stone.crystal,
    Centrepiece.ALTAR: stone.altar,
    Centrepiece.OBELISK: stone.obelisk,
    Centrepiece.FOUNTAIN: stone.fountain,
    Centrepiece.BRAZIER: wrought.great_brazier,
    Centrepiece.PORTAL: wrought.portal,
    Centrepiece.ORRERY: wrought.orrery,
    Centrepiece.TREE: stone.tree,
    Centrepiece.ENGINE: wrought.engine,
    Centrepiece.MONOLITHS: stone.monoliths,
}
