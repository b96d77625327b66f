"""Theora chunks: a frame the encoder leaves out is brought back by a little grain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arena_assets.video import theora
from arena_assets.video.process import run_ffmpeg
from arena_assets.video.theora import TheoraSegment, encode_theora
from arena_assets_tests.video.making import SMALL, ignore


def test_a_chunk_with_a_frame_left_out_is_coded_again_with_grain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = tmp_path / "calm.mp4"
    _write_calm_video(video, frames=12)
    real, counted = theora.read_theora, []

    def first_time_one_short(chunk: Path) -> TheoraSegment:
        whole = real(chunk)
        counted.append(len(whole.pictures))
        return replace(whole, pictures=whole.pictures[1:]) if len(counted) == 1 else whole

    monkeypatch.setattr(theora, "read_theora", first_time_one_short)
    given: list[list[str]] = []

    def recording(arguments: list[str], *rest: object, **named: object) -> None:
        given.append(arguments)
        run_ffmpeg(arguments, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(theora, "run_ffmpeg", recording)
    (chunk,) = encode_theora(
        video, 12, SMALL, tmp_path, workers=1, progress=ignore, check_cancelled=lambda: None
    )
    assert counted == [12, 12]
    assert ["noise=" in " ".join(each) for each in given] == [False, True]
    assert len(real(chunk).pictures) == 12


def _write_calm_video(path: Path, frames: int) -> None:
    import av

    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = SMALL.width, SMALL.height, "yuv420p"
        ramp = np.linspace(30, 60, SMALL.width, dtype=np.uint8)
        picture = np.ascontiguousarray(
            np.broadcast_to(ramp[None, :, None], (SMALL.height, SMALL.width, 3))
        )
        for _ in range(frames):
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                output.mux(packet)
        for packet in stream.encode(None):
            output.mux(packet)
