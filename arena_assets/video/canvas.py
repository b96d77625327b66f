"""A video frame one can draw into without copying."""

from __future__ import annotations

import av
import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.video.profile import Profile

ByteArray = npt.NDArray[np.uint8]

SPARE = 128
"""Rows and columns by which the scratch room is larger than the frame."""
BT709 = 1
"""BT.709 as primaries, transfer and matrix (ISO/IEC 23091-2); also limited range in FFmpeg."""


class Canvas:
    """A yuv420p frame and NumPy views of its planes; drawing writes straight into it."""

    def __init__(self, profile: Profile) -> None:
        width, height = profile.width, profile.height
        self.frame = av.VideoFrame(width, height, "yuv420p")
        self.frame.color_range = BT709
        self.frame.colorspace = BT709
        self.luma = self._view(0, width)
        self.blue = self._view(1, width // 2)
        self.red = self._view(2, width // 2)
        self.scratch = np.empty((height + SPARE) * (width + SPARE), np.uint8)
        """Room for a plane a little larger than luma: pieces of many sizes would scatter memory."""

    @property
    def planes(self) -> tuple[ByteArray, ByteArray, ByteArray]:
        return self.luma, self.blue, self.red

    def blend(self, other: Canvas, weight: float) -> None:
        """Mix another canvas in with a weight of 0–1."""
        for mine, theirs in zip(self.planes, other.planes, strict=True):
            cv2.addWeighted(mine, 1 - weight, theirs, weight, 0, dst=mine)

    def _view(self, index: int, width: int) -> ByteArray:
        plane = self.frame.planes[index]
        rows: ByteArray = np.frombuffer(memoryview(plane), np.uint8)
        return rows.reshape(-1, plane.line_size)[: plane.height, :width]
