"""MoviePy can use our camera moves in edits made by hand, and its own pipeline is whole."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.domain.views import Motion
from arena_assets.video.profile import profile_for
from arena_assets.video.reference import (
    as_moviepy_clip,
    reference_clip,
    reference_final,
    reference_sequence,
)
from arena_assets.video.shot import ClipSource
from arena_assets.video.timeline import MASTER_FRAMES
from arena_assets_tests.video.making import SMALL, make_picture, make_track, source_for

TINY = profile_for("draft", 128, 72)


def count_frames(path: Path) -> int:
    with av.open(str(path)) as opened:
        return sum(1 for _ in opened.decode(video=0))


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


def test_the_reference_pipeline_makes_the_whole_sequence(tmp_path: Path) -> None:
    sequence = sequence_by_kind(SequenceKind.MAIN)
    # As long as any is asked for: MoviePy rounds the length of such a file to less.
    clip = tmp_path / "clip.mp4"
    reference_clip(source_for(tmp_path, 1), TINY, clip, MASTER_FRAMES)
    clips = dict.fromkeys(sequence.clips, clip)
    edit, final = tmp_path / "edit.mp4", tmp_path / "final.mp4"
    reference_sequence(sequence, clips, TINY, edit)
    assert count_frames(edit) == sequence.frames
    reference_final(edit, make_track(tmp_path / "track.wav", sequence.seconds), TINY, final)
    assert count_frames(final) == sequence.frames
    with av.open(str(final)) as made:
        assert len(made.streams.audio) == 1
