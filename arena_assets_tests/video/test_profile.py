"""Sizes and qualities a setting may ask for are what the encoder then writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena_assets.inspect.video import probe_video
from arena_assets.providers.embedded.film import Delivery
from arena_assets.providers.embedded.identity import Quality
from arena_assets.video.canvas import Canvas
from arena_assets.video.encode import encode_frames
from arena_assets_tests.video.making import ignore


@pytest.mark.parametrize("quality", ["draft", "standard", "master"])
@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)])
def test_each_size_and_quality_is_encoded(
    tmp_path: Path, quality: Quality, size: tuple[int, int]
) -> None:
    profile = Delivery(*size, quality).profile()

    def draw(index: int, canvas: Canvas) -> None:
        for plane in canvas.planes:
            plane[:] = 100 + 9 * index

    coded = encode_frames(draw, 2, profile, progress=ignore, check_cancelled=ignore)
    path = tmp_path / "video.mp4"
    path.write_bytes(coded.getvalue())
    facts = probe_video(path)
    assert (facts.width, facts.height, facts.fps) == (*size, 30)
    assert (facts.primaries, facts.transfer, facts.matrix, facts.full_range) == (1, 1, 1, False)
    assert facts.pixel_format == "yuv420p"
