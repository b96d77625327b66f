"""A clip is exact, cuttable, the same every time, and there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from arena_assets.domain.views import CLIP_FRAMES, MOTION_STRENGTH, Motion
from arena_assets.errors import Cancelled, ContentFault, UsageFault
from arena_assets.video.depth import load_depth, save_depth
from arena_assets.video.packets import read_segment
from arena_assets.video.profile import profile_for
from arena_assets.video.shot import ClipSource
from arena_assets.video.timeline import cut_points
from arena_assets_tests.video.making import make_depth, make_picture, render


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips")
    make_picture(path / "picture.png", 1)
    make_depth(path / "depth.png")
    return path


@pytest.mark.parametrize("motion", Motion)
def test_every_motion_renders_the_same_bytes_twice(folder: Path, motion: Motion) -> None:
    source = ClipSource(
        folder / "picture.png", folder / "depth.png", motion, MOTION_STRENGTH[motion]
    )
    first = render(source, folder / "first", 3)
    second = render(source, folder / "second", 3)
    assert first.mp4.read_bytes() == second.mp4.read_bytes()
    assert first.master.read_bytes() == second.master.read_bytes()
    assert first.poster.read_bytes() == second.poster.read_bytes()


@pytest.mark.parametrize("quality", ["draft", "standard", "master"])
def test_the_clip_is_the_beginning_of_its_master(folder: Path, quality: str) -> None:
    profile = profile_for(quality, 320, 180)  # type: ignore[arg-type]
    source = ClipSource(folder / "picture.png", None, Motion.PAN_LEFT, 0.4)
    files = render(source, folder / "pan", 3, profile)
    clip, master = read_segment(files.mp4, 30), read_segment(files.master, 30)
    assert len(clip.pictures) == CLIP_FRAMES
    assert len(master.pictures) == cut_points(3)[-1]
    assert clip.pictures == master.pictures[:CLIP_FRAMES]
    keys = {picture.position for picture in master.pictures if picture.key}
    assert keys == {0, 15}


def test_a_stream_is_cut_at_its_cuts_alone(folder: Path) -> None:
    source = ClipSource(folder / "picture.png", None, Motion.ZOOM_IN, 0.3)
    master = read_segment(render(source, folder / "zoom", 3).master, 30)
    assert len(master.cut(15, 75).pictures) == 60
    with pytest.raises(ContentFault):
        master.cut(16, 75)


def test_a_cancelled_clip_leaves_nothing(folder: Path) -> None:
    calls = 0

    def cancel() -> None:
        nonlocal calls
        calls += 1
        if calls > 100:
            raise Cancelled("Stopped", "Start again")

    out = folder / "cancelled"
    source = ClipSource(folder / "picture.png", None, Motion.ZOOM_IN, 0.3)
    with pytest.raises(Cancelled):
        render(source, out, 1, check_cancelled=cancel)
    assert list(out.iterdir()) == []


def test_a_broken_picture_is_a_content_fault(folder: Path) -> None:
    broken = folder / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 400)
    with pytest.raises(ContentFault):
        render(ClipSource(broken, None, Motion.ZOOM_IN, 0.3), folder / "broken", 1)


def test_a_picture_of_another_shape_fills_the_frame(folder: Path) -> None:
    tall = make_picture(folder / "tall.png", 2, (300, 500))
    files = render(ClipSource(tall, None, Motion.PAN_LEFT, 0.4), folder / "tall", 1)
    assert len(read_segment(files.mp4, 30).pictures) == CLIP_FRAMES


def test_depth_survives_its_file(tmp_path: Path) -> None:
    depth = np.linspace(2, 200, 64 * 32, dtype=np.float32).reshape(32, 64)
    depth[0, 0] = np.inf
    save_depth(tmp_path / "depth.png", depth)
    inverse = load_depth(tmp_path / "depth.png")
    assert inverse[0, 0] == 0
    np.testing.assert_allclose(inverse.ravel()[1:], depth.ravel()[1] / depth.ravel()[1:], atol=1e-5)


def test_a_picture_is_no_depth_map(folder: Path) -> None:
    with pytest.raises(ContentFault):
        load_depth(folder / "picture.png")


def test_odd_sizes_are_refused() -> None:
    with pytest.raises(UsageFault):
        profile_for("draft", 321, 180)
