"""A picture between two others, along the optical flow.

A plain blend of two pictures shows what moves twice, and beside sharp frames it pulses. Here both
pictures are moved toward the moment along the flow from one to the other and back, and mixed. Where
the two flows disagree, as where something is uncovered, the blend stays.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

ByteArray = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]

_FLOW_WIDTH = 480
"""Pixels; flow is smooth, so a small picture tells it."""
_AGREE, _DISAGREE = 0.01, 0.03
"""Distance between there and back, in picture widths, up to which flow is believed, and no more."""


class Between:
    """Two pictures, (h, w, 3) bytes of one size, and the flow between them."""

    def __init__(self, first: ByteArray, second: ByteArray) -> None:
        self._first, self._second = first, second
        rows, columns = first.shape[:2]
        scale = min(1.0, _FLOW_WIDTH / columns)
        size = (max(32, round(columns * scale)), max(32, round(rows * scale)))
        grey = [
            np.asarray(
                cv2.resize(
                    cv2.cvtColor(each, cv2.COLOR_BGR2GRAY), size, interpolation=cv2.INTER_AREA
                ),
                np.uint8,
            )
            for each in (first, second)
        ]
        # Dense inverse search (Kroeger et al. 2016); its stubs are missing from OpenCV's own.
        finder = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)  # type: ignore[attr-defined]
        there = np.asarray(finder.calc(grey[0], grey[1], None), np.float32)
        back = np.asarray(finder.calc(grey[1], grey[0], None), np.float32)
        self._there, self._back = there, back
        self._grid = _grid(size[0], size[1])
        self._to_full = np.array([columns / size[0], rows / size[1]], np.float32)
        error = np.linalg.norm(there + _sample(back, self._grid + there), axis=2) / size[0]
        trust = np.clip((_DISAGREE - error) / (_DISAGREE - _AGREE), 0, 1).astype(np.float32)
        self._trust = np.asarray(cv2.GaussianBlur(trust, (0, 0), 2.0), np.float32)
        self._full_grid = _grid(columns, rows)

    def at(self, share: float) -> ByteArray:
        """The picture ``share`` (0–1) of the way from the first to the second."""
        # Flow from the moment to either side, as in Super SloMo (Jiang et al. 2018), eq. 4.
        rest = 1 - share
        to_first = np.float32(-rest * share) * self._there + np.float32(share**2) * self._back
        to_second = np.float32(rest**2) * self._there - np.float32(share * rest) * self._back
        moved = cv2.addWeighted(
            self._move(self._first, to_first), rest, self._move(self._second, to_second), share, 0
        )
        blend = cv2.addWeighted(self._first, rest, self._second, share, 0)
        rows, columns = self._first.shape[:2]
        trust = np.asarray(cv2.resize(self._trust, (columns, rows)), np.float32)[..., None]
        mixed = blend + (moved.astype(np.float32) - blend) * trust
        return np.asarray(np.rint(mixed), np.uint8)

    def _move(self, picture: ByteArray, flow: FloatArray) -> ByteArray:
        rows, columns = picture.shape[:2]
        full = np.asarray(cv2.resize(flow, (columns, rows)), np.float32) * self._to_full
        at = np.asarray(self._full_grid + full, np.float32)
        moved = cv2.remap(
            picture, at[..., 0], at[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(moved, np.uint8)


def _grid(width: int, height: int) -> FloatArray:
    column, row = np.meshgrid(np.arange(width), np.arange(height))
    return np.stack([column, row], axis=2).astype(np.float32)


def _sample(values: FloatArray, at: FloatArray) -> FloatArray:
    found = cv2.remap(
        values, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(found, np.float32)
