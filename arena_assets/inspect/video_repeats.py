"""Stretches of a video that come again, although they were encoded anew."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Signature = npt.NDArray[np.float32]

STRETCH_FRAMES = 8
"""Fewer frames than these may look alike by chance, where a move turns back."""
_LEAST_LAG = 30
"""Frames; a slow move looks like itself sooner."""
_SIDE = (32, 18)
_ALIKE = 0.2
"""Mean difference, in steps of 255, of thumbnails that show the same frame coded twice. Coded at
x264's crf 20 a repeat differs by 0.13; twelve real moves differ from themselves by 0.6 or more."""
_MOST_FRAMES = 3600


def signature(luma: npt.NDArray[np.uint8]) -> Signature:
    """A thumbnail of a frame, 576 values."""
    small = cv2.resize(luma, _SIDE, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).ravel()


def repeated_stretch(signatures: list[Signature]) -> tuple[int, int] | None:
    """First frame and lag of a stretch that was seen before; None when there is none.

    Of very calm moves, whose neighbours differ by less than ``_ALIKE``, more is asked.
    """
    frames = np.stack(signatures[:_MOST_FRAMES]) if signatures else np.zeros((0, 1), np.float32)
    if len(frames) < _LEAST_LAG + STRETCH_FRAMES:
        return None
    step = float(np.median(np.abs(np.diff(frames, axis=0)).mean(axis=1)))
    limit = min(_ALIKE, step)
    for lag in range(_LEAST_LAG, len(frames) - STRETCH_FRAMES + 1):
        alike = np.abs(frames[lag:] - frames[:-lag]).mean(axis=1) < limit
        runs = np.convolve(alike, np.ones(STRETCH_FRAMES, int), "valid")
        found = np.flatnonzero(runs == STRETCH_FRAMES)
        if found.size:
            return int(found[0]) + lag, lag
    return None
