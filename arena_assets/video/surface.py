"""A picture's depth as a surface, and where a moved camera's rays meet it.

The surface is a field of nearness w over the picture: 1 at the nearest point, 0 at infinity. What
is seen at x from the middle is seen at (x − side·(w − pivot)) / (1 − push·w) once the camera has
moved; so the ray of an output pixel meets the plane w of constant nearness at

    source(w) = base − push·w·(base − middle) + side·(w − pivot),

which is affine in the pixel. Rays are followed through such planes from near to far, and between
planes linearly (relief mapping: Policarpo, Oliveira & Comba 2005): on a coarse grid first, and
pixel by pixel where that grid found an outline. A bound on what is around lets most rays start
where they end.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from arena_assets.video import rays
from arena_assets.video.depth import FloatArray
from arena_assets.video.motion import Pose
from arena_assets.video.planes import Planes
from arena_assets.video.profile import Profile
from arena_assets.video.rays import CELL, FIELD, TILE
from arena_assets.video.warp import view_matrix

_FINEST, _COARSEST = 1 / 28, 1 / 6
"""Steps of nearness between the planes at which rays are looked at."""

Grid = tuple[FloatArray, FloatArray]
"""x and y in the fitted picture, in pixels, for every node."""
View = tuple[FloatArray, FloatArray]
"""A pose as the loops of :mod:`rays` take it: a matrix (2, 3), and how things move by nearness."""


class Surface:
    """The nearness of a picture, and what its nodes see from any pose.

    Nodes lie at every ``CELL``-th output pixel from pixel 0 on, one more than reaches the rim.
    """

    def __init__(self, planes: Planes, inverse_depth: FloatArray, profile: Profile) -> None:
        self._planes = planes
        self._profile = profile
        size = (-(-planes.width // FIELD), -(-planes.height // FIELD))
        field = np.asarray(
            cv2.resize(inverse_depth, size, interpolation=cv2.INTER_AREA), np.float32
        )
        near = max(float(np.percentile(field[::2, ::2], 99.5)), 1e-6)
        field = np.clip(field / np.float32(near), 0, 1)
        # A narrow rim moves with each near thing, so that its soft outline stays its own.
        field = np.asarray(cv2.dilate(field, np.ones((3, 3), np.uint8)), np.float32)
        self.nearness = np.asarray(cv2.GaussianBlur(field, (0, 0), 0.7), np.float32)
        self.pivot = float(np.median(self.nearness[::2, ::2]))
        self._lowest, self._highest = _tile_bounds(self.nearness)
        self.nodes = (-(-profile.height // CELL) + 1, -(-profile.width // CELL) + 1)
        self._grid: Grid = (np.empty(self.nodes, np.float32), np.empty(self.nodes, np.float32))

    def view(self, pose: Pose) -> View:
        move = [
            pose.side_x * self._profile.width,
            pose.side_y * self._profile.width,
            pose.push,
            (self._planes.width - 1) / 2,
            (self._planes.height - 1) / 2,
            self.pivot,
        ]
        matrix = view_matrix(pose, self._planes, self._profile)
        return matrix.astype(np.float32), np.array(move, np.float32)

    def reach(self, pose: Pose) -> float:
        """Pixels by which the nearest and the farthest move against each other, at most."""
        shift = self._profile.width * math.hypot(pose.side_x, pose.side_y)
        middle = math.hypot((self._planes.width - 1) / 2, (self._planes.height - 1) / 2)
        return shift + abs(pose.push) * middle

    def meet(self, pose: Pose) -> FloatArray:
        """The nearness of what each node's ray meets first."""
        matrix, move = self.view(pose)
        reach = self.reach(pose)
        # Neighbouring planes are no more than a node apart, so that nothing slips through.
        step = min(max(CELL / max(reach, 1e-6), _FINEST), _COARSEST)
        across = abs(move[0]) + abs(pose.push) * move[3]
        along = abs(move[1]) + abs(pose.push) * move[4]
        around = np.ones([2 * math.ceil((each + CELL) / TILE) + 1 for each in (along, across)])
        around = around.astype(np.uint8)
        lowest, highest = cv2.erode(self._lowest, around), cv2.dilate(self._highest, around)
        met = np.empty(self.nodes, np.float32)
        rays.meet(
            self.nearness, self._lowest, self._highest, lowest, highest,
            matrix, move, np.float32(step), met,
        )  # fmt: skip
        return met

    def shifts(self, view: View, zoom: float, met: FloatArray) -> Grid:
        """Where each node looks, less where a plain zoom would look, if it sees what it ``met``.

        The arrays are the surface's own, and filled anew by the next call.
        """
        rays.shifts(*view, zoom, met, *self._grid)
        return self._grid


def _tile_bounds(nearness: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The least and the greatest nearness of each tile, those at the rim padded."""
    size = TILE // FIELD
    rows, columns = (-(-each // size) for each in nearness.shape)
    short = (rows * size - nearness.shape[0], columns * size - nearness.shape[1])
    padded = np.pad(nearness, ((0, short[0]), (0, short[1])), mode="edge")
    tiles = padded.reshape(rows, size, columns, size)
    lowest, highest = tiles.min(axis=(1, 3)), tiles.max(axis=(1, 3))
    return np.asarray(lowest, np.float32), np.asarray(highest, np.float32)
