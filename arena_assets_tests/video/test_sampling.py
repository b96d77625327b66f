"""Pictures are drawn where the path says, to a fiftieth of a pixel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from arena_assets.domain.views import MOTION_STRENGTH, Motion
from arena_assets.video.canvas import Canvas
from arena_assets.video.motion import Pose, pose_at
from arena_assets.video.planes import load_planes, read_picture
from arena_assets.video.profile import profile_for
from arena_assets.video.warp import draw_flat, view_matrix
from arena_assets_tests.video.making import make_picture

FloatArray = npt.NDArray[np.float32]
_PROFILE = profile_for("standard", 480, 270)
_RIM = 16


def _displacement(drawn: FloatArray, ideal: FloatArray) -> FloatArray:
    """Least-squares shift (x, y) in pixels of each of 3 × 4 patches (Lucas & Kanade 1981)."""
    drawn = np.asarray(cv2.GaussianBlur(drawn, (0, 0), 1.5), np.float32)
    ideal = np.asarray(cv2.GaussianBlur(ideal, (0, 0), 1.5), np.float32)
    across = np.asarray(cv2.Sobel(ideal, cv2.CV_32F, 1, 0, ksize=3)) / 8
    down = np.asarray(cv2.Sobel(ideal, cv2.CV_32F, 0, 1, ksize=3)) / 8
    change = drawn - ideal
    found = []
    for rows in np.array_split(np.arange(_RIM, 270 - _RIM), 3):
        for columns in np.array_split(np.arange(_RIM, 480 - _RIM), 4):
            patch = np.ix_(rows, columns)
            slopes = np.stack([across[patch].ravel(), down[patch].ravel()])
            found.append(np.linalg.solve(slopes @ slopes.T, slopes @ change[patch].ravel()))
    return np.asarray(found, np.float32)


@pytest.mark.parametrize("motion", [Motion.ZOOM_IN, Motion.PAN_LEFT, Motion.CINEMATIC])
def test_frames_do_not_jitter(motion: Motion, tmp_path: Path) -> None:
    jitter, offset = _jitter(motion, tmp_path)
    assert jitter <= 0.02
    assert offset <= 0.05


def test_a_path_in_whole_pixels_would_be_seen(tmp_path: Path) -> None:
    def rounded(pose: Pose) -> Pose:
        return replace(pose, x=round(pose.x * 480) / 480, y=round(pose.y * 480) / 480)

    assert _jitter(Motion.PAN_LEFT, tmp_path, rounded)[0] > 0.1


def _jitter(
    motion: Motion, tmp_path: Path, change: Callable[[Pose], Pose] = lambda pose: pose
) -> tuple[float, float]:
    """Jitter and offset of drawn frames in pixels, each a root mean square over patches."""
    picture = make_picture(tmp_path / "p.png", 3, (448, 252))
    planes = load_planes(picture, _PROFILE)
    factor = 4
    gain = np.array([[0.0722, 0.7152, 0.2126]], np.float32) * np.float32(219 / 255)
    luma = cv2.transform(read_picture(picture).astype(np.float32), gain) + np.float32(16)
    size = (480 * factor, 270 * factor)
    ideal_picture = cv2.resize(luma, size, interpolation=cv2.INTER_LANCZOS4)
    canvas = Canvas(_PROFILE)
    errors = []
    for frame in range(40, 70):
        pose = pose_at(motion, MOTION_STRENGTH[motion], frame, 16 / 9)
        draw_flat(planes, change(pose), _PROFILE, canvas)
        view = view_matrix(pose, planes, _PROFILE)
        columns, rows = np.meshgrid(np.arange(480.0), np.arange(270.0))
        x, y = (row[0] * columns + row[1] * rows + row[2] for row in view)
        maps = [(factor * (each + 0.5) - 0.5).astype(np.float32) for each in (x, y)]
        ideal = cv2.remap(ideal_picture, maps[0], maps[1], cv2.INTER_CUBIC)
        errors.append(_displacement(canvas.luma.astype(np.float32), np.asarray(ideal, np.float32)))
    path = np.stack(errors)
    bend = path[2:] - 2 * path[1:-1] + path[:-2]
    return float(np.sqrt((bend**2).sum(-1).mean())), float(np.sqrt((path**2).sum(-1).mean()))


def test_chroma_lies_where_luma_does(tmp_path: Path) -> None:
    image = np.zeros((252, 448, 3), np.uint8)
    image[:, 224:] = (0, 0, 220)
    path = tmp_path / "red.png"
    cv2.imwrite(str(path), image)
    planes = load_planes(path, _PROFILE)
    canvas = Canvas(_PROFILE)
    draw_flat(planes, pose_at(Motion.ZOOM_IN, 0.3, 100, 16 / 9), _PROFILE, canvas)

    def edge(row: npt.NDArray[np.uint8]) -> float:
        values = row.astype(float)
        middle = (values[0] + values[-1]) / 2
        at = int(np.argmax(values > middle))
        return float(at - 1 + (middle - values[at - 1]) / (values[at] - values[at - 1]))

    # A left-sited chroma sample i lies at luma 2i.
    assert 2 * edge(canvas.red[60]) == pytest.approx(edge(canvas.luma[120]), abs=0.25)
