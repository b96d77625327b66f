"""Cameras move smoothly, never stand still and never see past the picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from arena_assets.domain.views import MOTION_STRENGTH, Motion
from arena_assets.video.motion import RELIEF, pose_at
from arena_assets.video.planes import Planes
from arena_assets.video.profile import Profile, profile_for
from arena_assets.video.rays import CELL
from arena_assets.video.surface import Surface
from arena_assets.video.timeline import MASTER_FRAMES
from arena_assets.video.warp import view_matrix


def _planes(profile: Profile) -> Planes:
    size = (profile.height, profile.width)
    flat = np.zeros(size, np.uint8)
    return Planes(flat, flat, flat, profile.width, profile.height, 1)


def _corners(
    motion: Motion, strength: float, frame: int, profile: Profile
) -> npt.NDArray[np.float64]:
    pose = pose_at(motion, strength, frame, profile.width / profile.height)
    right, bottom = profile.width - 1, profile.height - 1
    corners = np.array([[0, right, 0, right], [0, 0, bottom, bottom], [1, 1, 1, 1]], float)
    return np.asarray(view_matrix(pose, _planes(profile), profile) @ corners, np.float64)


@pytest.mark.parametrize("motion", Motion)
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (640, 480)])
@pytest.mark.parametrize("stronger", [1.0, 2.0])
def test_a_flat_view_stays_within_its_picture(
    motion: Motion, size: tuple[int, int], stronger: float
) -> None:
    profile = profile_for("draft", *size)
    strength = MOTION_STRENGTH[motion] * stronger
    for frame in range(0, MASTER_FRAMES, 6):
        x, y = _corners(motion, strength, frame, profile)
        assert x.min() >= 0
        assert y.min() >= 0
        assert x.max() <= profile.width - 1
        assert y.max() <= profile.height - 1


@pytest.mark.parametrize("motion", sorted(RELIEF))
def test_a_view_with_depth_stays_within_its_picture(motion: Motion) -> None:
    profile = profile_for("draft", 320, 180)
    depth = np.zeros((180, 320), np.float32)
    depth[60:, :160] = 1
    depth[:, :8] = depth[:8] = 1
    surface = Surface(_planes(profile), depth, profile)
    for frame in range(0, MASTER_FRAMES, 9):
        pose = pose_at(motion, MOTION_STRENGTH[motion], frame, 16 / 9)
        shifts = surface.shifts(surface.view(pose), pose.zoom, surface.meet(pose))
        rows, columns = 180 // CELL, 320 // CELL  # without the nodes beyond the rim
        column, row = np.meshgrid(np.arange(columns) * CELL, np.arange(rows) * CELL)
        x = shifts[0][:rows, :columns] + column / pose.zoom
        y = shifts[1][:rows, :columns] + row / pose.zoom
        assert x.min() >= -0.5
        assert y.min() >= -0.5
        assert x.max() <= 319.5
        assert y.max() <= 179.5


@pytest.mark.parametrize("motion", Motion)
def test_paths_are_smooth_and_never_stand_still(motion: Motion) -> None:
    profile = profile_for("draft", 1920, 1080)
    strength = MOTION_STRENGTH[motion]
    path = []
    for frame in range(MASTER_FRAMES):
        pose = pose_at(motion, strength, frame, 16 / 9)
        corners = _corners(motion, strength, frame, profile)
        nearest = np.array([pose.side_x, pose.side_y, pose.push]) * profile.width
        path.append(np.concatenate([corners.ravel(), nearest]))
    positions = np.array(path)
    speed = np.abs(np.diff(positions, axis=0)).max(axis=1)
    bend = np.abs(np.diff(positions, 2, axis=0)).max(axis=1)
    assert speed.min() > 0.05
    assert speed.max() < 12
    assert bend.max() < 0.2
