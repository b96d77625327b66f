"""A shot: one picture, its depth if known, and the camera's move over it, drawn frame by frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from arena_assets.domain.views import Motion
from arena_assets.video.canvas import Canvas
from arena_assets.video.depth import guess_depth, load_depth
from arena_assets.video.memory import give_back
from arena_assets.video.mist import Mist
from arena_assets.video.motion import RELIEF, pose_at
from arena_assets.video.planes import load_planes
from arena_assets.video.profile import Profile
from arena_assets.video.relief import Relief
from arena_assets.video.timeline import MASTER_FRAMES
from arena_assets.video.warp import draw_flat


class Drawable(Protocol):
    """Anything that can draw the frames of a clip, in whatever order they are asked for."""

    def draw(self, frame: int, canvas: Canvas) -> None:
        """Fill a canvas with frame 0 to MASTER_FRAMES − 1."""


class Source(Protocol):
    """What a clip is made from, closed."""

    def open(self, profile: Profile) -> Drawable:
        """Get it ready to be drawn at a profile's size."""


@dataclass(frozen=True, slots=True)
class ClipSource:
    """What a clip is made from; ``strength`` 0–1, ``depth`` a file of :func:`depth.save_depth`."""

    picture: Path
    depth: Path | None
    motion: Motion
    strength: float

    def open(self, profile: Profile) -> Shot:
        return Shot(self, profile)


class Shot:
    """Draws any frame of a source's move; keeps about 30 MB at 1920×1080, 60 MB with relief."""

    def __init__(self, source: ClipSource, profile: Profile) -> None:
        planes = load_planes(source.picture, profile)
        aspect = profile.width / profile.height
        moved = source.motion in RELIEF
        uses_depth = moved or source.motion is Motion.ATMOSPHERIC
        depth = load_depth(source.depth) if source.depth and uses_depth else None
        move = [
            pose_at(source.motion, source.strength, frame, aspect) for frame in range(MASTER_FRAMES)
        ]
        paint: Callable[[int, Canvas], None]

        if moved:
            if depth is None:
                small = (planes.width // 4, planes.height // 4)
                luma = cv2.resize(planes.luma, small, interpolation=cv2.INTER_AREA)
                depth = guess_depth(np.asarray(luma, np.uint8))
            relief = Relief(planes, depth, profile, move)

            def paint(frame: int, canvas: Canvas) -> None:
                relief.draw(frame, canvas)

        elif source.motion is Motion.ATMOSPHERIC:
            mist = Mist(planes, depth, profile)

            def paint(frame: int, canvas: Canvas) -> None:
                draw_flat(planes, move[frame], profile, canvas)
                mist.draw(move[frame].breath, move[frame].drift, canvas)

        else:

            def paint(frame: int, canvas: Canvas) -> None:
                draw_flat(planes, move[frame], profile, canvas)

        self._paint = paint
        give_back()  # of what only preparing it took

    def draw(self, frame: int, canvas: Canvas) -> None:
        """Draw frame 0 to MASTER_FRAMES − 1 of the move."""
        self._paint(frame, canvas)
