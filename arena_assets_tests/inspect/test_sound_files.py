"""Every delivered form of a track is judged, and a loop goes round in each, as any player hears it.

The loop is the hardest there is: a bare chord, in which nothing hides what a coder does at a wrap.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
import pytest

from arena_assets.domain.sequences import Sequence, SequenceKind, sequence_by_kind
from arena_assets.inspect.sound import SEAM_CLICK_LIMIT, measure_sound
from arena_assets.inspect.sound_files import FORMS, check_files
from arena_assets.providers.elevenlabs.audio import bus_from
from arena_assets.providers.elevenlabs.plan import asked_ms
from arena_assets.score import deliver
from arena_assets.score.master import Glue, master
from arena_assets.score.synth.jit import RATE, FloatArray
from arena_assets_tests.doubles.elevenlabs import encoded, pad

AMBIENT = sequence_by_kind(SequenceKind.AMBIENT)
HAZARD = sequence_by_kind(SequenceKind.HAZARD)
_LOSSY = ("ogg", "opus", "mp3")


def _track(folder: Path, sequence: Sequence) -> FloatArray:
    """What the service's double sings, as the maker cuts and masters it."""
    answer = folder / "answer.wav"
    answer.write_bytes(encoded(pad(asked_ms(sequence) / 1000, RATE), RATE, "wav"))
    bus, _ = bus_from(answer, "mp3_48000_192", sequence)
    return deliver.in_24_bits(master(bus, Glue(), sequence.kind, sequence.loops, lambda: None))


def _delivered(folder: Path, track: FloatArray, loops: bool) -> Mapping[str, Path]:
    folder.mkdir(exist_ok=True)
    paths = {}
    for form in ("wav", *FORMS):
        paths[form] = folder / f"track.{form}"
        getattr(deliver, f"write_{form}")(paths[form], track, loops)
    return paths


@pytest.fixture(scope="module")
def chord(tmp_path_factory: pytest.TempPathFactory) -> FloatArray:
    return _track(tmp_path_factory.mktemp("chord"), AMBIENT)


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory, chord: FloatArray) -> Mapping[str, Path]:
    return _delivered(tmp_path_factory.mktemp("loop"), chord, loops=True)


def test_a_bare_chord_goes_round_in_every_form(loop: Mapping[str, Path]) -> None:
    measured, findings = check_files(loop, AMBIENT)
    assert [finding.said for finding in findings if not finding.passed] == []
    assert {f"form_{form}" for form in FORMS} <= {finding.check for finding in findings}
    for form in FORMS:
        seam = measured[f"seam_click_{form}"]
        assert isinstance(seam, float)
        assert seam <= SEAM_CLICK_LIMIT


@pytest.mark.parametrize("form", _LOSSY)
def test_two_decoders_hear_the_same_loop(loop: Mapping[str, Path], form: str) -> None:
    """FFmpeg's libraries, which browsers use, begin and end it at the same sample as ours."""
    ours = deliver.read_back(loop[form])
    with av.open(str(loop[form])) as opened:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        frames = opened.decode(opened.streams.audio[0])
        parts = [
            np.asarray(each.to_ndarray(), np.float32)
            for frame in frames
            for each in resampler.resample(frame)
        ]
    theirs = np.concatenate(parts, axis=1)
    assert theirs.shape == ours.shape == (2, AMBIENT.seconds * RATE)
    assert float(np.abs(theirs - ours).max()) < 1e-4


def test_a_form_that_clicks_where_it_goes_round_fails(
    tmp_path: Path, loop: Mapping[str, Path], chord: FloatArray
) -> None:
    """As when it is encoded by itself, with silence at either end."""
    plain = _delivered(tmp_path / "plain", chord, loops=False)
    for form in _LOSSY:
        assert measure_sound(plain[form]).seam_click > SEAM_CLICK_LIMIT
        _, findings = check_files({**loop, form: plain[form]}, AMBIENT)
        assert [each.check for each in findings if not each.passed] == [f"form_{form}"]


def test_a_form_of_another_length_level_or_layout_fails(tmp_path: Path) -> None:
    track = _track(tmp_path, HAZARD)
    paths = _delivered(tmp_path, track, loops=False)
    _, findings = check_files(paths, HAZARD)
    assert all(finding.passed for finding in findings)
    deliver.write_flac(paths["flac"], track[:, : -RATE // 10])
    deliver.write_mp3(paths["mp3"], np.clip(track * np.float32(2), -1, 1), loops=False)
    _, findings = check_files(paths, HAZARD)
    failed = {each.check: each.said for each in findings if not each.passed}
    assert failed.keys() == {"form_flac", "form_mp3"}
    assert "7.900 s long" in failed["form_flac"]
    assert "peaks at" in failed["form_mp3"]
