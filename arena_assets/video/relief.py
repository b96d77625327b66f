"""Draw a picture with its depth: near and far move as they would before a real camera.

Two layers: the picture itself, and where moving has uncovered what a near thing hid, a backdrop in
which the near things are painted over from what is around them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.video.canvas import Canvas
from arena_assets.video.depth import FloatArray
from arena_assets.video.motion import Pose
from arena_assets.video.planes import ByteArray, Planes
from arena_assets.video.profile import Profile
from arena_assets.video.surface import Grid, Surface, fill_holes


class Relief:
    """A picture's relief, ready to be seen from any pose of a move."""

    def __init__(
        self,
        planes: Planes,
        inverse_depth: FloatArray,
        profile: Profile,
        poses: Iterable[Pose],
    ) -> None:
        """``poses`` are those of the whole move, which tell how far things will shift."""
        self._planes = planes
        share = max(
            math.hypot(pose.side_x, pose.side_y) + abs(pose.push) / math.sqrt(3) for pose in poses
        )
        self.surface = Surface(planes, inverse_depth, profile, share * profile.width)
        self._size = (profile.width, profile.height)
        self._backdrop = _backdrop(planes, self.surface.standing)
        self._full = _Sampler(profile.width, profile.height)
        self._half = _Sampler(profile.width // 2, profile.height // 2)

    def draw(self, pose: Pose, canvas: Canvas) -> None:
        """Fill a canvas with the view from a pose."""
        planes = self._planes
        grid = self.surface.meet(pose)
        maps = self._maps(self._full, grid, pose, planes.supersample)
        _remap(planes.luma, maps, canvas.luma)
        maps = self._maps(self._half, grid, pose, 1)
        _remap(planes.blue, maps, canvas.blue)
        _remap(planes.red, maps, canvas.red)
        torn = self.surface.torn(grid, pose)
        if float(torn.max()) > 0.01:
            self._patch(torn, pose, canvas)

    def _patch(self, torn: FloatArray, pose: Pose, canvas: Canvas) -> None:
        """Lay the backdrop where the picture is torn. It is soft, so half the size will do."""
        maps = self._maps(self._half, self.surface.meet_behind(pose), pose, 1)
        half = (self._size[0] // 2, self._size[1] // 2)
        opacity = cv2.convertScaleAbs(torn, alpha=255)
        opacity_half = cv2.resize(opacity, half, interpolation=cv2.INTER_LINEAR)
        opacity_full = cv2.resize(opacity, self._size, interpolation=cv2.INTER_LINEAR)
        luma, blue, red = (
            cv2.remap(plane, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for plane in self._backdrop
        )
        luma = cv2.resize(luma, self._size, interpolation=cv2.INTER_LINEAR)
        _lay_over(canvas.luma, np.asarray(luma, np.uint8), np.asarray(opacity_full, np.uint8))
        _lay_over(canvas.blue, np.asarray(blue, np.uint8), np.asarray(opacity_half, np.uint8))
        _lay_over(canvas.red, np.asarray(red, np.uint8), np.asarray(opacity_half, np.uint8))

    def _maps(self, sampler: _Sampler, grid: Grid, pose: Pose, factor: int) -> Grid:
        shift_x = np.asarray(grid[0] - self.surface.node_x / np.float32(pose.zoom), np.float32)
        shift_y = np.asarray(grid[1] - self.surface.node_y / np.float32(pose.zoom), np.float32)
        if sampler is self._full:
            return sampler.maps(shift_x, shift_y, 1 / pose.zoom, factor, 0.0)
        # In left-sited 4:2:0, chroma sample (i, j) lies at luma (2i, 2j + ½).
        return sampler.maps(shift_x, shift_y, 2 / pose.zoom, factor, 0.5 / pose.zoom)


class _Sampler:
    """Turns node shifts into full maps for one plane size, in buffers it keeps."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._columns = np.tile(np.arange(width, dtype=np.float32), (height, 1))
        self._rows = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
        self._x = np.empty_like(self._columns)
        self._y = np.empty_like(self._columns)

    def maps(
        self, shift_x: FloatArray, shift_y: FloatArray, pitch: float, factor: int, down: float
    ) -> Grid:
        """Source positions for every sample: ``factor · (shift + pitch · index + ½) − ½``.

        ``down`` is added to y. Only the shift is interpolated from the grid; the rest is exact, so
        motion stays smooth.
        """
        for shift, index, offset, target in (
            (shift_x, self._columns, 0.0, self._x),
            (shift_y, self._rows, down, self._y),
        ):
            cv2.resize(shift, self._size, dst=target, interpolation=cv2.INTER_LINEAR)
            constant = factor * (offset + 0.5) - 0.5
            cv2.addWeighted(index, factor * pitch, target, factor, constant, dst=target)
        return self._x, self._y


def _backdrop(planes: Planes, standing: FloatArray) -> tuple[ByteArray, ByteArray, ByteArray]:
    """Luma and chroma at one sample per pixel, with what stands painted over.

    What lies beside a hole is mirrored into it, which keeps its texture; where that finds nothing,
    the hole is filled smoothly.
    """
    size = (planes.width, planes.height)
    holes = np.asarray(cv2.resize(standing, size, interpolation=cv2.INTER_LINEAR) > 0.01)
    luma = cv2.resize(planes.luma, size, interpolation=cv2.INTER_AREA)
    stack = np.dstack([np.asarray(luma, np.uint8), planes.blue, planes.red])
    if holes.any() and not holes.all():
        smooth = fill_holes(stack.astype(np.float32), holes.astype(np.float32))
        rows, columns = _mirrored(holes)
        inside = np.flatnonzero(holes)
        found = ~holes[rows, columns]
        values = np.rint(np.clip(smooth, 0, 255)).astype(np.uint8)
        flat = values.reshape(-1, 3)
        flat[inside[found]] = stack[rows[found], columns[found]]
        soft = np.asarray(cv2.GaussianBlur(values, (0, 0), planes.width / 960), np.uint8)
        stack = np.where(holes[..., None], soft, stack)
    first, second, third = (np.ascontiguousarray(stack[..., channel]) for channel in range(3))
    return first, second, third


def _mirrored(holes: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each pixel of the holes, its mirror image in the hole's rim: rows and columns."""
    _, labels = cv2.distanceTransformWithLabels(
        holes.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    known_row, known_column = np.nonzero(~holes)
    row_of = np.zeros(int(labels.max()) + 1, np.int64)
    column_of = np.zeros_like(row_of)
    row_of[labels[known_row, known_column]] = known_row
    column_of[labels[known_row, known_column]] = known_column
    row, column = np.nonzero(holes)
    nearest = labels[row, column]
    height, width = holes.shape
    return (
        np.clip(2 * row_of[nearest] - row, 0, height - 1),
        np.clip(2 * column_of[nearest] - column, 0, width - 1),
    )


def _lay_over(target: ByteArray, layer: ByteArray, opacity: ByteArray) -> None:
    """``target += (layer − target) · opacity``."""
    lift, drop = cv2.subtract(layer, target), cv2.subtract(target, layer)
    cv2.add(target, cv2.multiply(lift, opacity, scale=1 / 255), dst=target)
    cv2.subtract(target, cv2.multiply(drop, opacity, scale=1 / 255), dst=target)


def _remap(plane: ByteArray, maps: Grid, target: npt.NDArray[np.uint8]) -> None:
    cv2.remap(plane, *maps, cv2.INTER_LINEAR, dst=target, borderMode=cv2.BORDER_REPLICATE)
