"""With depth, near things move whole before what is behind them, and uncover it."""

from __future__ import annotations

import numpy as np
import pytest

from arena_assets.video.canvas import Canvas
from arena_assets.video.motion import Pose
from arena_assets.video.planes import Planes
from arena_assets.video.profile import profile_for
from arena_assets.video.relief import Relief

_PROFILE = profile_for("draft", 640, 360)
_GREY, _WHITE = 60, 220
_LEFT, _RIGHT = 300, 340


def _pillar() -> Planes:
    """A white pillar before a grey wall."""
    luma = np.full((360, 640), _GREY, np.uint8)
    luma[:, _LEFT:_RIGHT] = _WHITE
    middle = np.full((360, 640), 128, np.uint8)
    return Planes(luma, middle, middle, 640, 360, 1)


def _relief(poses: list[Pose], far: float) -> Relief:
    depth = np.full((360, 640), far, np.float32)
    depth[:, _LEFT:_RIGHT] = 1
    return Relief(_pillar(), depth, _PROFILE, poses)


def _drawn(pose: Pose, far: float) -> Canvas:
    canvas = Canvas(_PROFILE)
    _relief([pose], far).draw(0, canvas)
    return canvas


@pytest.mark.parametrize("side", [-0.03, 0.02, 0.03])
def test_a_near_thing_moves_whole_and_uncovers_the_wall(side: float) -> None:
    row = _drawn(Pose(zoom=1.0, side_x=side), far=0.0).luma[180].astype(float)
    middle = (_GREY + _WHITE) / 2
    white = np.flatnonzero(row > middle)
    # The wall is the pivot and stays; the pillar, with w = 1, moves by −side of the width.
    assert white[0] == pytest.approx(_LEFT - side * 640, abs=4)
    assert white[-1] == pytest.approx(_RIGHT - 1 - side * 640, abs=4)
    assert white.size == white[-1] - white[0] + 1
    away = np.ones(640, bool)
    away[white[0] - 6 : white[-1] + 7] = False
    assert np.abs(row[away] - _GREY).max() <= 6


def test_forward_a_near_thing_grows_more_than_the_wall() -> None:
    row = _drawn(Pose(zoom=1.0, push=0.2), far=0.0).luma[180].astype(float)
    white = np.flatnonzero(row > (_GREY + _WHITE) / 2)
    assert white.size == pytest.approx((_RIGHT - _LEFT) / 0.8, abs=5)


def test_without_motion_the_picture_is_itself() -> None:
    planes = _pillar()
    canvas = _drawn(Pose(), far=0.3)
    assert np.abs(canvas.luma.astype(int) - planes.luma).max() <= 1


_GLIDE = [Pose(zoom=1.0, side_x=0.0007 * frame) for frame in range(11)]
"""Slow enough for rays to be followed at every third frame only; the last comes early."""


def test_between_the_frames_whose_rays_are_followed_a_near_thing_is_where_it_should_be() -> None:
    relief, canvas = _relief(_GLIDE, far=0.0), Canvas(_PROFILE)
    for frame, pose in enumerate(_GLIDE):
        relief.draw(frame, canvas)
        assert _middle(canvas) == pytest.approx(_middle(_drawn(pose, far=0.0)), abs=0.1)


def _middle(canvas: Canvas) -> float:
    """Column of the pillar's middle, in parts of a pixel."""
    bright = (canvas.luma[180].astype(float) - _GREY - 2).clip(0)
    return float((bright * np.arange(bright.size)).sum() / bright.sum())


def test_a_frame_does_not_depend_on_what_was_drawn_before() -> None:
    canvas, other = Canvas(_PROFILE), Canvas(_PROFILE)
    forward = _relief(_GLIDE, far=0.3)
    for frame in range(len(_GLIDE)):
        forward.draw(frame, canvas)
        _relief(_GLIDE, far=0.3).draw(frame, other)
        for mine, fresh in zip(canvas.planes, other.planes, strict=True):
            assert np.array_equal(mine, fresh)
