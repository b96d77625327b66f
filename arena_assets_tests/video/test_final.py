"""Final videos: pictures copied, sound exactly as long, bytes the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.errors import Cancelled, ContentFault
from arena_assets.inspect.video import Expected, check_final, check_ogv, probe_video
from arena_assets.video.final import VideoFiles, preview_frames, score_sequence
from arena_assets.video.sequence import assemble_sequence
from arena_assets_tests.video.making import SMALL, ignore, make_track, render_all

_KIND = SequenceKind.VICTORY


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("finals")
    sequence = sequence_by_kind(_KIND)
    assemble_sequence(
        sequence,
        *render_all(sequence, path),
        SMALL,
        path / "sequence.mp4",
        progress=ignore,
        check_cancelled=ignore,
    )
    make_track(path / "track.wav", 9.99)
    return path


def _score(folder: Path, out: str, workers: int) -> VideoFiles:
    target = folder / out
    target.mkdir()
    return score_sequence(
        folder / "sequence.mp4",
        folder / "track.wav",
        _KIND,
        SMALL,
        target,
        workers=workers,
        progress=ignore,
        check_cancelled=ignore,
    )


def test_final_videos_are_what_was_promised(folder: Path) -> None:
    files = _score(folder, "one", workers=1)
    expected = Expected(320, 180, 30, 300)
    for measured, findings in (check_final(files.mp4, expected), check_ogv(files.ogv, expected)):
        assert [finding for finding in findings if not finding.passed] == []
        assert measured["audio_seconds"] == pytest.approx(10, abs=0.001)
    copied = probe_video(folder / "sequence.mp4").pictures_sha256
    assert probe_video(files.mp4).pictures_sha256 == copied
    with Image.open(files.preview) as preview:
        assert getattr(preview, "n_frames", 1) > 30
    again = _score(folder, "two", workers=2)
    for first, second in zip(
        (files.mp4, files.ogv, files.poster, files.preview),
        (again.mp4, again.ogv, again.poster, again.preview),
        strict=True,
    ):
        assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in (folder / "two").iterdir()) == [
        "poster.webp",
        "preview.webp",
        "video.mp4",
        "video.ogv",
    ]


def test_a_preview_of_a_loop_ends_where_it_begins() -> None:
    frames = preview_frames(sequence_by_kind(SequenceKind.AMBIENT), 30)
    assert frames[0] == 0
    assert frames[-1] + frames.step == 600
    assert len(frames) == 60


def test_other_previews_are_the_first_four_seconds_as_they_are() -> None:
    assert preview_frames(sequence_by_kind(_KIND), 30) == range(0, 120, 3)


def test_a_cancelled_video_leaves_no_temporary_files(folder: Path) -> None:
    calls = 0

    def cancel() -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise Cancelled("Stopped", "Start again")

    out = folder / "cancelled"
    out.mkdir()
    with pytest.raises(Cancelled):
        score_sequence(
            folder / "sequence.mp4",
            folder / "track.wav",
            _KIND,
            SMALL,
            out,
            progress=ignore,
            check_cancelled=cancel,
        )
    assert not (out / "video.ogv").exists()
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def test_a_track_that_is_no_sound_is_a_content_fault(folder: Path) -> None:
    noise = folder / "noise.wav"
    noise.write_bytes(bytes(range(256)) * 20)
    out = folder / "noise"
    out.mkdir()
    with pytest.raises(ContentFault):
        score_sequence(
            folder / "sequence.mp4",
            noise,
            _KIND,
            SMALL,
            out,
            progress=ignore,
            check_cancelled=ignore,
        )
    assert list(out.iterdir()) == []
