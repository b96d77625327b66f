"""Draw a picture with its depth: near and far move as they would before a real camera.

A point with inverse depth w (1 nearest, 0 at infinity), seen at x from the middle, is seen at
x' = (x − side·(w − pivot)) / (1 − push·w) once the camera has moved. Drawing needs the inverse, x
from x', where w itself is that of the source point: a fixed point, found by iteration.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.video.canvas import Canvas
from arena_assets.video.depth import FloatArray
from arena_assets.video.motion import Pose
from arena_assets.video.planes import Planes
from arena_assets.video.profile import Profile
from arena_assets.video.warp import view_matrix

_CELL = 4
"""Output pixels per node of the grid on which the relief is solved."""
_ROUNDS = 5


class Relief:
    """A picture's relief, ready to be seen from any pose of a move."""

    def __init__(self, planes: Planes, inverse_depth: FloatArray, profile: Profile) -> None:
        self._planes = planes
        self._profile = profile
        columns, rows = -(-planes.width // _CELL), -(-planes.height // _CELL)
        grid = cv2.resize(inverse_depth, (columns, rows), interpolation=cv2.INTER_AREA)
        near = max(float(np.percentile(grid, 99.5)), 1e-6)
        grid = np.clip(grid / near, 0, 1)
        # Near things keep their outline rigid: the stretch they cause falls on what is behind them.
        scale = max(1, round(profile.width / 384))
        grid = cv2.dilate(grid, np.ones((2 * scale - 1, 2 * scale - 1), np.uint8))
        self._nearness = np.asarray(cv2.GaussianBlur(grid, (0, 0), float(scale)), np.float32)
        self.pivot = float(np.median(self._nearness))
        nodes_x = -(-profile.width // _CELL)
        nodes_y = -(-profile.height // _CELL)
        self._node_x, self._node_y = np.meshgrid(
            (np.arange(nodes_x, dtype=np.float32) + 0.5) * (profile.width / nodes_x) - 0.5,
            (np.arange(nodes_y, dtype=np.float32) + 0.5) * (profile.height / nodes_y) - 0.5,
        )
        self._full = _Sampler(profile.width, profile.height)
        self._half = _Sampler(profile.width // 2, profile.height // 2)

    def solve(self, pose: Pose) -> tuple[FloatArray, FloatArray]:
        """Where each node of the grid looks: x and y in pixels of the fitted picture."""
        view = view_matrix(pose, self._planes, self._profile).astype(np.float32)
        base_x = view[0, 0] * self._node_x + view[0, 1] * self._node_y + view[0, 2]
        base_y = view[1, 0] * self._node_x + view[1, 1] * self._node_y + view[1, 2]
        middle_x = np.float32((self._planes.width - 1) / 2)
        middle_y = np.float32((self._planes.height - 1) / 2)
        push_x = np.float32(pose.push) * (base_x - middle_x)
        push_y = np.float32(pose.push) * (base_y - middle_y)
        side_x = np.float32(pose.side_x * self._profile.width)
        side_y = np.float32(pose.side_y * self._profile.width)
        pivot = np.float32(self.pivot)
        x, y = base_x, base_y
        for _ in range(_ROUNDS):
            nearness = cv2.remap(
                self._nearness,
                (x + 0.5) * np.float32(1 / _CELL) - 0.5,
                (y + 0.5) * np.float32(1 / _CELL) - 0.5,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
            x = base_x - push_x * nearness + side_x * (nearness - pivot)
            y = base_y - push_y * nearness + side_y * (nearness - pivot)
        return x, y

    def draw(self, pose: Pose, canvas: Canvas) -> None:
        """Fill a canvas with the view from a pose."""
        planes, zoom = self._planes, pose.zoom
        x, y = self.solve(pose)
        shift_x = np.asarray(x - self._node_x / zoom, np.float32)
        shift_y = np.asarray(y - self._node_y / zoom, np.float32)
        maps = self._full.maps(shift_x, shift_y, 1 / zoom, planes.supersample, 0.0, 0.0)
        _remap(planes.luma, maps, canvas.luma)
        maps = self._half.maps(shift_x, shift_y, 2 / zoom, 1, 0.0, 0.5 / zoom)
        _remap(planes.blue, maps, canvas.blue)
        _remap(planes.red, maps, canvas.red)


class _Sampler:
    """Turns node shifts into full maps for one plane size, in buffers it keeps."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._columns = np.tile(np.arange(width, dtype=np.float32), (height, 1))
        self._rows = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
        self._x = np.empty_like(self._columns)
        self._y = np.empty_like(self._columns)

    def maps(
        self,
        shift_x: FloatArray,
        shift_y: FloatArray,
        pitch: float,
        factor: int,
        offset_x: float,
        offset_y: float,
    ) -> tuple[FloatArray, FloatArray]:
        """Source positions for every sample: ``factor · (shift + pitch · index + offset + ½) − ½``.

        Only the shift is interpolated from the grid; the rest is exact, so motion stays smooth.
        """
        for shift, index, offset, target in (
            (shift_x, self._columns, offset_x, self._x),
            (shift_y, self._rows, offset_y, self._y),
        ):
            cv2.resize(shift, self._size, dst=target, interpolation=cv2.INTER_LINEAR)
            constant = factor * (offset + 0.5) - 0.5
            cv2.addWeighted(index, factor * pitch, target, factor, constant, dst=target)
        return self._x, self._y


def _remap(
    plane: npt.NDArray[np.uint8],
    maps: tuple[FloatArray, FloatArray],
    target: npt.NDArray[np.uint8],
) -> None:
    cv2.remap(plane, *maps, cv2.INTER_LINEAR, dst=target, borderMode=cv2.BORDER_REPLICATE)
