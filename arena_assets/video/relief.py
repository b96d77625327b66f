"""Draw a picture with its depth: near and far move as they would before a real camera.

Two layers: the picture itself, and where moving has uncovered what a near thing hid, the backdrop.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np

from arena_assets.video import rays
from arena_assets.video.backdrop import make_backdrop
from arena_assets.video.canvas import Canvas
from arena_assets.video.depth import FloatArray
from arena_assets.video.motion import Pose
from arena_assets.video.planes import ByteArray, Planes
from arena_assets.video.profile import Profile
from arena_assets.video.rays import CELL, FIELD
from arena_assets.video.surface import Surface

_OUTLINE, _OUTLINE_PIXELS = 0.08, 2.0
"""Spread of nearness over neighbouring nodes, and how far apart it moves things, from which they
are looked at pixel by pixel."""
_AROUND = np.ones((3, 3), np.uint8)
_STRIP_NODES = 20
"""Rows of nodes that are drawn at a time, so that their maps stay in the processor's cache."""


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
        reach = share * profile.width
        self._surface = Surface(planes, inverse_depth, profile)
        self._backdrop = make_backdrop(planes, self._surface.nearness, reach / FIELD)
        height, width = profile.height, profile.width
        strip = _STRIP_NODES * CELL
        self._maps = np.empty((2, strip, width), np.float32)
        self._chroma_maps = np.empty((2, strip // 2, width // 2), np.float32)
        rows, columns = self._surface.met.shape
        self._torn = np.empty((rows, columns), np.float32)
        self._flags = np.empty((rows, columns), np.uint8)
        self._opacity = np.empty((height, width), np.uint8)

    def draw(self, pose: Pose, canvas: Canvas) -> None:
        """Fill a canvas with the view from a pose."""
        surface, planes, backdrop = self._surface, self._planes, self._backdrop
        shift_x, shift_y = surface.shifts(pose)
        matrix, move = surface.view(pose)
        rays.tears(shift_x, shift_y, pose.zoom, self._torn)
        self._opacity.fill(0)
        self._flags.fill(0)
        far, near = cv2.erode(surface.met, _AROUND), cv2.dilate(surface.met, _AROUND)
        around = cv2.dilate(self._torn, _AROUND)
        limit = max(_OUTLINE, _OUTLINE_PIXELS / max(surface.reach(pose), 1e-6))
        height, nodes = canvas.luma.shape[0], surface.met.shape[0]
        for first_node in range(0, nodes, _STRIP_NODES):
            stop_node = min(first_node + _STRIP_NODES, nodes)
            # The pixels that are nearest to these rows of nodes.
            first, stop = max(CELL * first_node - CELL // 2, 0), CELL * stop_node - CELL // 2
            stop = min(stop, height)
            if first >= stop:
                continue
            maps = self._maps[:, : stop - first]
            chroma_maps = self._chroma_maps[:, : (stop - first) // 2]
            rays.spread(
                shift_x, shift_y, pose.zoom, planes.supersample, first, stop, maps, chroma_maps
            )
            rays.trace_outlines(
                surface.nearness, matrix, move, pose.zoom, planes.supersample,
                far, near, limit, self._torn, around,
                first_node, stop_node, first, maps, chroma_maps, self._opacity, self._flags,
            )  # fmt: skip
            _remap(planes.luma, maps, canvas.luma[first:stop])
            for plane, target in ((planes.blue, canvas.blue), (planes.red, canvas.red)):
                _remap(plane, chroma_maps, target[first // 2 : stop // 2])
        rays.patch(
            backdrop.nearness, backdrop.luma, backdrop.blue, backdrop.red, matrix, move,
            cv2.dilate(self._flags, _AROUND), self._opacity, *canvas.planes,
        )  # fmt: skip


def _remap(plane: ByteArray, maps: FloatArray, target: ByteArray) -> None:
    cv2.remap(
        plane, maps[0], maps[1], cv2.INTER_LINEAR, dst=target, borderMode=cv2.BORDER_REPLICATE
    )
