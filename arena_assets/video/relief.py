"""Draw a picture with its depth: near and far move as they would before a real camera.

Two layers: the picture itself, and where moving has uncovered what a near thing hid, the backdrop.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np

from arena_assets.video.backdrop import make_backdrop
from arena_assets.video.canvas import Canvas
from arena_assets.video.depth import FloatArray
from arena_assets.video.motion import Pose
from arena_assets.video.planes import ByteArray, Planes
from arena_assets.video.profile import Profile
from arena_assets.video.surface import CELL, FIELD, Grid, Surface

_OUTLINE = 0.08
"""Spread of nearness over neighbouring nodes from which they are looked at pixel by pixel."""
_TORN, _WHOLE = 0.3, 0.6
"""Share of its area that a patch keeps: below the first it is nothing but a stretched rim."""


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
        self._size = (profile.width, profile.height)
        share = max(
            math.hypot(pose.side_x, pose.side_y) + abs(pose.push) / math.sqrt(3) for pose in poses
        )
        reach = share * profile.width
        self.surface = Surface(planes, inverse_depth, profile, reach)
        self._backdrop = make_backdrop(planes, self.surface.nearness, reach / FIELD)
        width, height = self._size
        self._column = np.arange(width, dtype=np.float32)[None, :]
        self._row = np.arange(height, dtype=np.float32)[:, None]
        self._x = np.empty((height, width), np.float32)
        self._y = np.empty((height, width), np.float32)

    def draw(self, pose: Pose, canvas: Canvas) -> None:
        """Fill a canvas with the view from a pose."""
        met = self.surface.meet(pose)
        grid = self.surface.source(pose, self.surface.nodes, met)
        self._spread(grid, pose)
        kept = self.surface.stretch(grid, pose)
        torn = np.clip((_WHOLE - kept) / np.float32(_WHOLE - _TORN), 0, 1).astype(np.float32)
        torn_full = np.asarray(cv2.resize(torn, self._size), np.float32)
        self._trace_outlines(pose, met, torn, torn_full)
        self._sample(pose, canvas)
        if float(torn.max()) > 0:
            self._patch(pose, torn_full, canvas)

    def _spread(self, grid: Grid, pose: Pose) -> None:
        """Full maps from the coarse grid, into ``_x`` and ``_y``.

        Only the shift against a plain zoom is interpolated; the zoom is exact, so motion is smooth.
        """
        for place, node, index, target in zip(
            grid, self.surface.nodes, (self._column, self._row), (self._x, self._y), strict=True
        ):
            shift = np.asarray(place - node / np.float32(pose.zoom), np.float32)
            cv2.resize(shift, self._size, dst=target, interpolation=cv2.INTER_LINEAR)
            np.add(target, index / np.float32(pose.zoom), out=target)

    def _trace_outlines(
        self, pose: Pose, met: FloatArray, torn: FloatArray, torn_full: FloatArray
    ) -> None:
        """Put maps and tears right, pixel by pixel, where near and far meet."""
        square = np.ones((3, 3), np.uint8)
        far = np.asarray(cv2.erode(met, square), np.float32)
        near = np.asarray(cv2.dilate(met, square), np.float32)
        outline = (near - far > _OUTLINE).astype(np.uint8)
        marked = cv2.resize(outline, self._size, interpolation=cv2.INTER_NEAREST)
        flat = np.flatnonzero(marked)
        if not flat.size:
            return
        row, column = np.divmod(flat, self._size[0])
        node_row = np.minimum(row // CELL, met.shape[0] - 1)
        node_column = np.minimum(column // CELL, met.shape[1] - 1)
        node = node_row * met.shape[1] + node_column
        low, high = far.ravel()[node], near.ravel()[node]
        margin = np.float32(0.1) * (high - low)
        pixels = (column.astype(np.float32), row.astype(np.float32))
        found = self.surface.meet_between(
            pose, pixels, np.maximum(low - margin, 0), np.minimum(high + margin, 1)
        )
        self._x.ravel()[flat], self._y.ravel()[flat] = self.surface.source(pose, pixels, found)
        # On the slope from near to far there is nothing but the stretched rim of the near thing.
        between = np.minimum(found - low, high - found) / (high - low)
        slope = np.clip((between - np.float32(0.04)) / np.float32(0.08), 0, 1)
        around = np.asarray(cv2.dilate(torn, square), np.float32).ravel()[node]
        torn_full.ravel()[flat] = around * slope

    def _sample(self, pose: Pose, canvas: Canvas) -> None:
        planes, factor = self._planes, self._planes.supersample
        # In left-sited 4:2:0, chroma sample (i, j) lies at luma (2i, 2j + ½).
        down = np.float32(0.5 / pose.zoom)
        chroma_x = np.ascontiguousarray(self._x[::2, ::2])
        chroma_y = self._y[::2, ::2] + down
        for target in (self._x, self._y):
            np.multiply(target, np.float32(factor), out=target)
            np.add(target, np.float32(factor / 2 - 0.5), out=target)
        _remap(planes.luma, self._x, self._y, canvas.luma)
        _remap(planes.blue, chroma_x, chroma_y, canvas.blue)
        _remap(planes.red, chroma_x, chroma_y, canvas.red)

    def _patch(self, pose: Pose, torn: FloatArray, canvas: Canvas) -> None:
        """Lay the backdrop where the picture is torn. It is soft, so half the size will do."""
        half = (self._size[0] // 2, self._size[1] // 2)
        places = self.surface.meet_behind(pose, self._backdrop.nearness)
        x, y = (
            np.asarray((cv2.resize(each, half) + 0.5) / FIELD - 0.5, np.float32) for each in places
        )
        opacity = np.asarray(cv2.convertScaleAbs(torn, alpha=255), np.uint8)
        opacity = np.asarray(cv2.GaussianBlur(opacity, (3, 3), 0), np.uint8)
        opacity_half = np.asarray(cv2.resize(opacity, half, interpolation=cv2.INTER_AREA), np.uint8)
        layers = (self._backdrop.luma, self._backdrop.blue, self._backdrop.red)
        luma, blue, red = (
            np.asarray(
                cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
            )
            for plane in layers
        )
        _lay_over(canvas.luma, np.asarray(cv2.resize(luma, self._size), np.uint8), opacity)
        _lay_over(canvas.blue, blue, opacity_half)
        _lay_over(canvas.red, red, opacity_half)


def _lay_over(target: ByteArray, layer: ByteArray, opacity: ByteArray) -> None:
    """``target += (layer − target) · opacity``."""
    lift, drop = cv2.subtract(layer, target), cv2.subtract(target, layer)
    cv2.add(target, cv2.multiply(lift, opacity, scale=1 / 255), dst=target)
    cv2.subtract(target, cv2.multiply(drop, opacity, scale=1 / 255), dst=target)


def _remap(plane: ByteArray, x: FloatArray, y: FloatArray, target: ByteArray) -> None:
    cv2.remap(plane, x, y, cv2.INTER_LINEAR, dst=target, borderMode=cv2.BORDER_REPLICATE)
