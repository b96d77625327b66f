"""Limits are kept: memory and time of encoders, and memory whatever the length of a sequence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena_assets.domain.sequences import SequenceKind
from arena_assets.errors import ContentFault, DiskFull, EnvironmentFault, Transient
from arena_assets.settings import Settings
from arena_assets.video import files, limits
from arena_assets.video.canvas import Canvas
from arena_assets.video.limits import Limits
from arena_assets.video.process import run_ffmpeg
from arena_assets.video.theora import TheoraTakes
from arena_assets.workshop.studio import Studio
from arena_assets_tests.video.making import SMALL, ignore, source_for


@pytest.fixture(autouse=True)
def _limits_of_before() -> Iterator[None]:
    before = limits.limits()
    yield
    limits.set_limits(before)


def _run(target: Path, size: str) -> None:
    run_ffmpeg(
        ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=30:d=0.1", "-threads", "1", "-f", "rawvideo"],
        target,
        frames=3,
        progress=ignore,
        check_cancelled=ignore,
    )


def test_an_ffmpeg_that_wants_too_much_memory_is_refused_it(tmp_path: Path) -> None:
    limits.set_limits(Limits(child_memory_mb=256))
    _run(tmp_path / "small", "320x180")
    with pytest.raises(EnvironmentFault, match=r"more than 256 MB.*ARENA_ENCODE_MEMORY_MB"):
        _run(tmp_path / "huge", "16000x16000")


def test_what_encodes_for_the_game_is_refused_it_too(tmp_path: Path) -> None:
    limits.set_limits(Limits(child_memory_mb=20))
    with TheoraTakes([(0, 9)], SMALL, tmp_path, ignore) as takes:

        def film() -> None:
            for index in range(9):
                takes.take(index, Canvas(SMALL))
            takes.finish(lambda *_: None)

        with pytest.raises((ContentFault, EnvironmentFault)):
            film()


def test_work_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    check = Limits(minutes=1e-9).within_time(ignore)
    with pytest.raises(Transient, match="ARENA_ENCODE_MINUTES"):
        run_ffmpeg(
            ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=30", "-f", "null"],
            tmp_path / "endless",
            frames=10,
            progress=ignore,
            check_cancelled=check,
        )


def test_the_settings_reach_the_encoders(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, encode_cores=3, encode_memory_mb=700, encode_minutes=5, av1=True
    )
    studio = Studio.open(settings)
    try:
        assert limits.limits() == Limits(3, 700, 5)
        assert getattr(studio.makers.finisher, "av1", False)
    finally:
        studio.close()


def test_room_is_asked_for_before_the_first_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from arena_assets.video import clip, sequence
    from arena_assets_tests.video import making

    def full(folder: Path, size: int) -> None:
        files.need_room(folder, 10**16)

    monkeypatch.setattr(clip, "need_room", full)
    monkeypatch.setattr(sequence, "need_room", full)
    drawn: list[int] = []

    def encode(*rest: object, **named: object) -> None:
        drawn.append(1)

    monkeypatch.setattr(clip, "encode_frames", encode)
    with pytest.raises(DiskFull, match="are needed"):
        making.render(source_for(tmp_path, 1), tmp_path / "clip", 1)
    assert drawn == []


_MEASURE = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.video import final
from arena_assets.video.sequence import assemble_sequence
from arena_assets_tests.video.making import SMALL, ignore, render_all, make_track
folder, kind = Path(sys.argv[1]), SequenceKind(sys.argv[2])
sequence = sequence_by_kind(kind)
made = render_all(sequence, folder)
out = assemble_sequence(sequence, *made, SMALL, folder / "out.mp4", progress=ignore,
                        check_cancelled=ignore)
track = make_track(folder / "track.wav", sequence.seconds)
final.score_mp4(out, track, SMALL, folder / "video.mp4")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, out.stat().st_size)
"""


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    """Beyond the coded pictures and the track, a minute takes no more than eight seconds do."""
    peaks, sizes = {}, {}
    for kind in (SequenceKind.HAZARD, SequenceKind.AMBIENT):
        folder = tmp_path / kind
        folder.mkdir()
        run = [sys.executable, "-c", _MEASURE, str(folder), kind.value]
        said = subprocess.run(run, check=True, capture_output=True, text=True, timeout=300).stdout
        peaks[kind], sizes[kind] = map(int, said.split())
    longer = 60 - 8
    track_bytes = longer * 48_000 * 2 * 4
    coded_bytes = sizes[SequenceKind.AMBIENT] - sizes[SequenceKind.HAZARD]
    decoded_bytes = longer * 30 * 320 * 180 * 3 // 2
    allowed = 4 * coded_bytes + 4 * track_bytes
    assert peaks[SequenceKind.AMBIENT] - peaks[SequenceKind.HAZARD] < allowed
    assert allowed < decoded_bytes + 4 * track_bytes  # else it would prove nothing
