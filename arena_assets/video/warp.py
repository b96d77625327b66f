"""Draw a picture as a camera sees it: one affine warp per plane, straight into the frame."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.video.canvas import Canvas
from arena_assets.video.motion import Pose
from arena_assets.video.planes import Planes
from arena_assets.video.profile import Profile

Matrix = npt.NDArray[np.float64]

_SAMPLING = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


def view_matrix(pose: Pose, planes: Planes, profile: Profile) -> Matrix:
    """The (2, 3) matrix from output pixels to pixels of the fitted picture; centres at integers."""
    cosine, sine = math.cos(pose.roll) / pose.zoom, math.sin(pose.roll) / pose.zoom
    linear = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.array([(profile.width - 1) / 2, (profile.height - 1) / 2])
    target = np.array(
        [
            (planes.width - 1) / 2 + pose.x * profile.width,
            (planes.height - 1) / 2 + pose.y * profile.width,
        ]
    )
    return np.column_stack([linear, target - linear @ middle])


def luma_matrix(view: Matrix, factor: int) -> Matrix:
    """The same view onto a plane with ``factor`` samples per pixel."""
    return np.column_stack([factor * view[:, :2], factor * (view[:, 2] + 0.5) - 0.5])


def chroma_matrix(view: Matrix) -> Matrix:
    """The same view from chroma samples, which in left-sited 4:2:0 lie at luma (2i, 2j + ½)."""
    return np.column_stack([2 * view[:, :2], view[:, :2] @ np.array([0.0, 0.5]) + view[:, 2]])


def draw_flat(planes: Planes, pose: Pose, profile: Profile, canvas: Canvas) -> None:
    """Fill a canvas with the view of a picture as a flat board."""
    view = view_matrix(pose, planes, profile)
    _warp(planes.luma, luma_matrix(view, planes.supersample), canvas.luma)
    matrix = chroma_matrix(view)
    _warp(planes.blue, matrix, canvas.blue)
    _warp(planes.red, matrix, canvas.red)


def _warp(plane: npt.NDArray[np.uint8], matrix: Matrix, target: npt.NDArray[np.uint8]) -> None:
    height, width = target.shape
    cv2.warpAffine(
        plane,
        matrix,
        (width, height),
        dst=target,
        flags=_SAMPLING,
        borderMode=cv2.BORDER_REPLICATE,
    )
