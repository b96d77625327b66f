"""Draw a picture as a camera sees it: each plane sampled once, straight into the frame.

Without roll a view is a plain enlargement, which OpenCV's ``resize`` makes more than twice as fast
as ``warpAffine``; but it starts at whole samples only. So a few output pixels more are made, as
many as bring the start near enough to a whole sample, and left out again.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.video.canvas import SPARE, Canvas
from arena_assets.video.motion import Pose
from arena_assets.video.planes import MARGIN, ByteArray, Planes
from arena_assets.video.profile import Profile

Matrix = npt.NDArray[np.float64]

_LEFT_OUT, _RATHER = SPARE - 4, 60
"""Most output pixels to make for nothing at the left and at the top, and up to how many the best
are taken; more than that only where none of these will do."""
_OFF, _CHROMA_OFF = 0.006, 0.016
"""How far from where it should be a plane may be drawn, in its own output samples. Colour is never
that sharp."""
_SAMPLING = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


def view_matrix(pose: Pose, planes: Planes, profile: Profile) -> Matrix:
    """The (2, 3) matrix from output pixels to pixels of the fitted picture; centres at integers."""
    cosine, sine = math.cos(pose.roll) / pose.zoom, math.sin(pose.roll) / pose.zoom
    middle_x, middle_y = (profile.width - 1) / 2, (profile.height - 1) / 2
    target_x = (planes.width - 1) / 2 + pose.x * profile.width
    target_y = (planes.height - 1) / 2 + pose.y * profile.width
    return np.array(
        [
            [cosine, -sine, target_x - cosine * middle_x + sine * middle_y],
            [sine, cosine, target_y - sine * middle_x - cosine * middle_y],
        ]
    )


def luma_matrix(view: Matrix, factor: int) -> Matrix:
    """The same view onto a plane with ``factor`` samples per pixel."""
    return np.column_stack([factor * view[:, :2], factor * (view[:, 2] + 0.5) - 0.5])


def chroma_matrix(view: Matrix) -> Matrix:
    """The same view from chroma samples, which in left-sited 4:2:0 lie at luma (2i, 2j + ½)."""
    return np.column_stack([2 * view[:, :2], view[:, :2] @ np.array([0.0, 0.5]) + view[:, 2]])


def draw_flat(planes: Planes, pose: Pose, profile: Profile, canvas: Canvas) -> None:
    """Fill a canvas with the view of a picture as a flat board."""
    view = view_matrix(pose, planes, profile)
    matrix = chroma_matrix(view)
    for plane, target, place, off in (
        (planes.luma, canvas.luma, luma_matrix(view, planes.supersample), _OFF),
        (planes.blue, canvas.blue, matrix, _CHROMA_OFF),
        (planes.red, canvas.red, matrix, _CHROMA_OFF),
    ):
        if pose.roll or not _enlarge(plane, place, target, canvas.scratch, off):
            _warp(plane, place, target)


def _enlarge(
    plane: ByteArray, matrix: Matrix, target: ByteArray, scratch: ByteArray, off: float
) -> bool:
    """Sample a plane on a grid along its axes; False when no start comes near enough."""
    whole = plane.base
    if whole is None or whole.shape != tuple(side + 2 * MARGIN for side in plane.shape):
        return False
    height, width = target.shape
    across = _start(matrix[0, 0], matrix[0, 2], off)
    down = _start(matrix[1, 1], matrix[1, 2], off)
    if across is None or down is None:
        return False
    (columns, left), (rows, top) = across, down
    right = left + math.ceil((width + columns) * matrix[0, 0])
    bottom = top + math.ceil((height + rows) * matrix[1, 1])
    if right > whole.shape[1] or bottom > whole.shape[0]:
        return False
    across_factor, down_factor = 1 / matrix[0, 0], 1 / matrix[1, 1]
    shape = (round((bottom - top) * down_factor), round((right - left) * across_factor))
    size = shape[0] * shape[1]
    if shape[0] < height + rows or shape[1] < width + columns or size > scratch.size:
        return False
    drawn = scratch[:size].reshape(shape)
    # With factors instead of a size, samples lie exactly at (i + ½) · step − ½.
    cv2.resize(
        whole[top:bottom, left:right],
        None,
        dst=drawn,
        fx=across_factor,
        fy=down_factor,
        interpolation=cv2.INTER_LINEAR,
    )
    np.copyto(target, drawn[rows : rows + height, columns : columns + width])
    return True


def _start(step: float, offset: float, allowed: float) -> tuple[int, int] | None:
    """Output pixels to leave out, and the sample of the plane with its margin to start at.

    ``step`` samples lie between pixels; pixel 0 lies at sample ``offset``.
    """
    left_out = np.arange(min(_LEFT_OUT, int((MARGIN + offset) / step)))
    start = MARGIN + offset + 0.5 - (left_out + 0.5) * step
    off = np.abs(start - np.rint(start))
    best = int(np.argmin(off[:_RATHER]))
    if off[best] > allowed * step:
        best = int(np.argmin(off))
    if off[best] > allowed * step:
        return None
    return best, int(np.rint(start[best]))


def _warp(plane: ByteArray, matrix: Matrix, target: ByteArray) -> None:
    height, width = target.shape
    cv2.warpAffine(
        plane,
        matrix,
        (width, height),
        dst=target,
        flags=_SAMPLING,
        borderMode=cv2.BORDER_REPLICATE,
    )
