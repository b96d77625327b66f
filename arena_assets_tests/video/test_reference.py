"""MoviePy can use our camera moves in edits made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from arena_assets.domain.views import Motion
from arena_assets.video.reference import as_moviepy_clip
from arena_assets.video.shot import ClipSource
from arena_assets_tests.video.making import SMALL, make_picture


def test_a_move_is_a_moviepy_clip(tmp_path: Path) -> None:
    source = ClipSource(make_picture(tmp_path / "p.png", 5), None, Motion.PAN_LEFT, 0.4)
    clip = as_moviepy_clip(source, SMALL)
    try:
        assert (clip.w, clip.h, clip.fps, clip.duration) == (320, 180, 30, 5)
        first, near, later = (clip.get_frame(seconds) for seconds in (0, 1 / 30 - 1e-9, 2))
        assert first.shape == (180, 320, 3)
        assert np.array_equal(near, clip.get_frame(1 / 30))
        assert np.abs(later.astype(int) - first).mean() > 2
    finally:
        clip.close()
