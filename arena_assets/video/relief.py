"""Draw a picture with its depth: near and far move as they would before a real camera.

Two layers: the picture itself, and where moving has uncovered what a near thing hid, the backdrop.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
_EVERY, _MOVED = 3, 5.0
"""Frames from one to the next at which rays are followed, at most, and how many pixels things may
move meanwhile. Between them what nodes see is interpolated; outlines, which are then half of that
from where they were or will be, within a node's surroundings, are looked at in each frame."""


@dataclass(frozen=True, slots=True)
class _Met:
    """The nearness of what each node sees, and the least and the greatest in its surroundings."""

    nearness: FloatArray
    least: FloatArray
    greatest: FloatArray


class Relief:
    """A picture's relief, ready to be seen from any pose of a move."""

    def __init__(
        self, planes: Planes, inverse_depth: FloatArray, profile: Profile, poses: Sequence[Pose]
    ) -> None:
        """``poses`` are those of the whole move, frame by frame."""
        self._planes = planes
        self._poses = poses
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
        self._torn = np.empty(self._surface.nodes, np.float32)
        self._flags = np.empty(self._surface.nodes, np.uint8)
        self._opacity = np.empty((height, width), np.uint8)
        self._every = max(1, min(_EVERY, int(_MOVED / max(_fastest(poses, profile), 1e-6))))
        self._known: dict[int, _Met] = {}

    def _met(self, frame: int) -> _Met:
        """What is seen in a frame: followed at some, between those interpolated in time.

        It depends on the frame alone, not on what was drawn before.
        """
        first = frame - frame % self._every
        second = min(first + self._every, len(self._poses) - 1)
        before, after = self._followed(first), self._followed(second)
        share = (frame - first) / max(second - first, 1)
        between = cv2.addWeighted(before.nearness, 1 - share, after.nearness, share, 0)
        return _Met(
            np.asarray(between, np.float32),
            np.minimum(before.least, after.least),
            np.maximum(before.greatest, after.greatest),
        )

    def _followed(self, frame: int) -> _Met:
        if frame not in self._known:
            near = range(frame - self._every, frame + self._every + 1)
            self._known = {index: met for index, met in self._known.items() if index in near}
            met = self._surface.meet(self._poses[frame])
            least, greatest = cv2.erode(met, _AROUND), cv2.dilate(met, _AROUND)
            self._known[frame] = _Met(
                met, np.asarray(least, np.float32), np.asarray(greatest, np.float32)
            )
        return self._known[frame]

    def draw(self, frame: int, canvas: Canvas) -> None:
        """Fill a canvas with a frame of the move."""
        surface, planes, backdrop = self._surface, self._planes, self._backdrop
        pose, met = self._poses[frame], self._met(frame)
        matrix, move = view = surface.view(pose)
        shift_x, shift_y = surface.shifts(view, pose.zoom, met.nearness)
        rays.tears(shift_x, shift_y, pose.zoom, self._torn)
        self._opacity.fill(0)
        self._flags.fill(0)
        around = cv2.dilate(self._torn, _AROUND)
        limit = np.float32(max(_OUTLINE, _OUTLINE_PIXELS / max(surface.reach(pose), 1e-6)))
        zoom = np.float32(pose.zoom)
        height, nodes = canvas.luma.shape[0], surface.nodes[0]
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
                surface.nearness, matrix, move, zoom, np.float32(planes.supersample),
                met.least, met.greatest, limit, self._torn, around,
                first_node, stop_node, first, maps, chroma_maps, self._opacity, self._flags,
            )  # fmt: skip
            _remap(planes.luma, maps, canvas.luma[first:stop])
            for plane, target in ((planes.blue, canvas.blue), (planes.red, canvas.red)):
                _remap(plane, chroma_maps, target[first // 2 : stop // 2])
        rays.patch(
            backdrop.nearness, backdrop.luma, backdrop.blue, backdrop.red, matrix, move,
            cv2.dilate(self._flags, _AROUND), self._opacity, *canvas.planes,
        )  # fmt: skip


def _fastest(poses: Sequence[Pose], profile: Profile) -> float:
    """Pixels by which the nearest things move against the farthest, from a frame to the next."""
    half = math.hypot(profile.width, profile.height) / 2
    return max(
        (
            profile.width * math.hypot(after.side_x - before.side_x, after.side_y - before.side_y)
            + half * abs(1 / (1 - after.push) - 1 / (1 - before.push))
            for before, after in pairwise(poses)
        ),
        default=0.0,
    )


def _remap(plane: ByteArray, maps: FloatArray, target: ByteArray) -> None:
    cv2.remap(
        plane, maps[0], maps[1], cv2.INTER_LINEAR, dst=target, borderMode=cv2.BORDER_REPLICATE
    )
