"""What is behind the things that stand in a picture, as far as a moving camera may uncover it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.video.depth import FloatArray
from arena_assets.video.planes import ByteArray, Planes

_STEP = 0.1
"""Difference in nearness from which something stands before something else."""
_BAND = 0.125
"""Things are taken away in bands of nearness; behind each, all that is farther counts."""

Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Luma, chroma (limited-range BT.709) and nearness of what is behind, on the field's grid."""

    luma: ByteArray
    blue: ByteArray
    red: ByteArray
    nearness: FloatArray


def make_backdrop(planes: Planes, nearness: FloatArray, reach: float) -> Backdrop:
    """Take away what stands within ``reach`` samples of its own outline.

    Into its place comes the mirror image of what lies farther back beside it, which keeps its
    texture; or, where that shows something near as well, the nearest of what lies farther back.
    """
    # Outlines are soft in the picture: a wider rim goes with the thing it belongs to.
    nearness = np.asarray(cv2.dilate(nearness, np.ones((5, 5), np.uint8)), np.float32)
    rows, columns = nearness.shape
    radius = max(2, int(np.ceil(reach)))
    square = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    lower = np.asarray(cv2.erode(nearness, square), np.float32)
    standing = nearness - lower > _STEP
    row = np.repeat(np.arange(rows, dtype=np.int32)[:, None], columns, axis=1)
    column = np.tile(np.arange(columns, dtype=np.int32), (rows, 1))
    for band in np.arange(_STEP, 1.0, _BAND):
        upper = band + _BAND if band + _BAND < 1 else np.inf
        inside = standing & (nearness >= band) & (nearness < upper)
        farther = cv2.erode(
            (nearness < band - 0.5 * _STEP).astype(np.uint8), np.ones((3, 3), np.uint8)
        ).astype(bool)
        if not inside.any() or not farther.any():
            continue
        nearest_row, nearest_column = _nearest(farther, inside)
        here_row, here_column = np.nonzero(inside)
        mirror_row = np.clip(2 * nearest_row - here_row, 0, rows - 1)
        mirror_column = np.clip(2 * nearest_column - here_column, 0, columns - 1)
        shows = farther[mirror_row, mirror_column]
        row[inside] = np.where(shows, mirror_row, nearest_row)
        column[inside] = np.where(shows, mirror_column, nearest_column)
    size = (columns, rows)
    small = [
        np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
        for plane in (planes.luma, planes.blue, planes.red)
    ]
    luma, blue, red = (_softened(plane[row, column], standing) for plane in small)
    behind = np.asarray(cv2.GaussianBlur(nearness[row, column], (0, 0), 4.0), np.float32)
    return Backdrop(luma, blue, red, behind)


def _softened(plane: ByteArray, where: npt.NDArray[np.bool_]) -> ByteArray:
    soft = np.asarray(cv2.GaussianBlur(plane, (0, 0), 1.0), np.uint8)
    return np.where(where, soft, plane)


def _nearest(known: npt.NDArray[np.bool_], asked: npt.NDArray[np.bool_]) -> tuple[Index, Index]:
    """Row and column of the known sample nearest to each asked one."""
    _, labels = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    places = np.flatnonzero(known)
    place_of = np.zeros(int(labels.max()) + 1, np.int64)
    place_of[labels.ravel()[places]] = places
    row, column = np.divmod(place_of[labels[asked]], known.shape[1])
    return row, column
