"""The optional AV1 delivery is as long and as whole as the others, and the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.errors import Cancelled, ContentFault
from arena_assets.inspect.video import Expected, check_av1, check_final
from arena_assets.video.av1 import encode_av1
from arena_assets.video.sequence import assemble_sequence
from arena_assets_tests.video.making import SMALL, ignore, make_track, render_all


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("av1")
    sequence = sequence_by_kind(SequenceKind.HAZARD)
    assemble_sequence(
        sequence,
        *render_all(sequence, path),
        SMALL,
        path / "sequence.mp4",
        progress=ignore,
        check_cancelled=ignore,
    )
    make_track(path / "track.wav", 8)
    return path


def _encode(folder: Path, name: str, sequence: str = "sequence.mp4") -> Path:
    out = folder / name
    encode_av1(
        folder / sequence, folder / "track.wav", SMALL, out, progress=ignore, check_cancelled=ignore
    )
    return out


def test_it_is_what_was_promised(folder: Path) -> None:
    expected = Expected(320, 180, 30, 240)
    path = _encode(folder, "one.mp4")
    measured, findings = check_av1(path, expected)
    assert [finding for finding in findings if not finding.passed] == []
    assert measured["audio_seconds"] == pytest.approx(8, abs=0.001)
    assert path.read_bytes() == _encode(folder, "two.mp4").read_bytes()
    named = {each.check for each in check_final(path, expected)[1] if not each.passed}
    assert {"codec", "audio codec"} <= named


def test_a_stop_or_a_broken_sequence_leaves_nothing(folder: Path) -> None:
    def cancel() -> None:
        raise Cancelled("Stopped", "Start again")

    with pytest.raises(Cancelled):
        encode_av1(
            folder / "sequence.mp4",
            folder / "track.wav",
            SMALL,
            folder / "never.mp4",
            progress=ignore,
            check_cancelled=cancel,
        )
    whole = (folder / "sequence.mp4").read_bytes()
    (folder / "broken.mp4").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ContentFault):
        _encode(folder, "never.mp4", "broken.mp4")
    assert not [path for path in folder.iterdir() if "never" in path.name]
