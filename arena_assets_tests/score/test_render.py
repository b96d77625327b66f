"""What is heard: lengths, loudness, peaks, seams, repeatable bytes and cancelling."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import soundfile

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.sequences import SEQUENCES, Sequence, SequenceKind, sequence_by_kind
from arena_assets.errors import Cancelled, EnvironmentFault
from arena_assets.inspect.sound import SEAM_CLICK_LIMIT, check_track, measure_sound
from arena_assets.score import deliver, loudness
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.composer import compose
from arena_assets.score.dynamics import limit
from arena_assets.score.gapless import tag_checksum, without_context
from arena_assets.score.mix import starting_mix
from arena_assets.score.parameters import MixParameters
from arena_assets.score.render import MixSheet, TrackFiles, remix_track, render_track
from arena_assets.score.synth.jit import RATE
from arena_assets_tests.score.conftest import BRIEF, draft

Tracks = dict[SequenceKind, TrackFiles]


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence.slot)
@pytest.mark.parametrize("role", ["wav", "flac", "ogg", "opus", "mp3"])
def test_every_file_passes_every_check(tracks: Tracks, sequence: Sequence, role: str) -> None:
    _, findings = check_track(tracks[sequence.kind].files[role], sequence)
    assert [finding.said for finding in findings if not finding.passed] == []


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence.slot)
def test_lengths_are_exact_to_the_sample(tracks: Tracks, sequence: Sequence) -> None:
    with soundfile.SoundFile(tracks[sequence.kind].files["wav"]) as file:
        assert (file.frames, file.samplerate, file.subtype) == (
            sequence.seconds * RATE,
            RATE,
            "PCM_24",
        )


def test_the_composers_own_measurements_are_true(tracks: Tracks) -> None:
    for made in tracks.values():
        facts = measure_sound(made.files["wav"])
        assert made.measurements["lufs"] == pytest.approx(facts.lufs, abs=0.1)
        claimed = made.measurements["true_peak_dbtp"]
        assert isinstance(claimed, float)
        assert claimed >= facts.true_peak_dbtp - 0.05


def test_a_track_is_not_dark(tracks: Tracks) -> None:
    for kind, made in tracks.items():
        brightness = made.measurements["brightness"]
        assert isinstance(brightness, float)
        assert 0.03 <= brightness <= 0.4, kind


def test_the_loop_goes_on_where_it_began(tracks: Tracks) -> None:
    """The wrap is as smooth as any other place: the tails of the last bar ring into the first."""
    samples, _ = soundfile.read(tracks[SequenceKind.AMBIENT].files["wav"], dtype="float32")
    jumps = np.abs(np.diff(samples, axis=0)).max(axis=1)
    wrap = float(np.abs(samples[0] - samples[-1]).max())
    assert wrap <= float(np.percentile(jumps, 99.9))


def test_an_mp3_loop_lies_on_the_music_and_has_no_seam(tmp_path: Path) -> None:
    """Coded as a plain file the same loop fails: the encoder hears silence at both of its ends."""
    spectrum = np.zeros((2, 200 * 1152 + 1), complex)
    turns = np.random.default_rng(1).random((2, 10000))
    spectrum[:, 500:10500] = np.exp(2j * np.pi * turns) / np.arange(500, 10500)
    loop = np.fft.irfft(spectrum).astype(np.float32)
    loop *= np.float32(0.12) / loop.std()
    # Turned to its loudest place, where the jump from silence is the hardest.
    loop = np.roll(loop, -int(np.abs(loop).sum(axis=0).argmax()), axis=1)
    gapless, plain = tmp_path / "gapless.mp3", tmp_path / "plain.mp3"
    deliver.write_mp3(gapless, loop, loops=True)
    deliver.write_mp3(plain, loop, loops=False)
    decoded = deliver.read_back(gapless)
    assert decoded.shape == loop.shape
    assert np.corrcoef(decoded[0], loop[0])[0, 1] > 0.99
    assert measure_sound(gapless).seam_click < 1.2
    assert measure_sound(plain).seam_click > SEAM_CLICK_LIMIT
    tag = gapless.read_bytes()[:192]
    assert tag_checksum(tag[:190]) == int.from_bytes(tag[190:192], "big")


def test_an_mp3_without_a_lame_tag_is_refused() -> None:
    with pytest.raises(EnvironmentFault):
        without_context(bytes([0xFF, 0xFB, 0x94, 0x44]) + bytes(2000))


def test_stems_are_kept_as_played_and_mix_to_the_same_bytes(tracks: Tracks, tmp_path: Path) -> None:
    made = tracks[SequenceKind.HAZARD]
    with zipfile.ZipFile(made.files["stems"]) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {"lead.flac", "drums.flac", "texture.flac"} <= set(archive.namelist())
        for name in archive.namelist():
            info = soundfile.info(BytesIO(archive.read(name)))
            assert (info.samplerate, info.frames, info.subtype) == (RATE, 8 * RATE, "PCM_24")
    sheet = MixSheet.model_validate_json(made.files["mix"].read_text())
    again = remixed(made, sheet, tmp_path)
    assert {"midi", "stems"} == made.files.keys() - again.files.keys()
    for role, path in again.files.items():
        assert path.read_bytes() == made.files[role].read_bytes(), role


def test_other_parameters_change_the_sound_and_nothing_is_played(
    tracks: Tracks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the stems were played again")

    monkeypatch.setattr("arena_assets.score.render.play", never)
    monkeypatch.setattr("arena_assets.score.render.compose", never)
    made = tracks[SequenceKind.HAZARD]
    sheet = MixSheet.model_validate_json(made.files["mix"].read_text())
    stems = dict(sheet.parameters.stems)
    stems["drums"] = stems["drums"].model_copy(update={"offset_lu": -30.0})
    quiet = sheet.parameters.model_copy(update={"stems": stems})
    changed = remixed(made, sheet.model_copy(update={"parameters": quiet}), tmp_path)
    first, second = (deliver.read_back(each.files["wav"]) for each in (made, changed))
    assert np.square(first - second).mean() > 0.01 * np.square(first).mean()
    _, findings = check_track(changed.files["wav"], sequence_by_kind(SequenceKind.HAZARD))
    assert all(finding.passed for finding in findings)


def remixed(made: TrackFiles, sheet: MixSheet, folder: Path) -> TrackFiles:
    return remix_track(
        made.files["stems"], sheet, folder,
        progress=lambda *_: None, check_cancelled=lambda: None,
    )  # fmt: skip


def test_the_waveform_draws_the_track(tracks: Tracks) -> None:
    content = json.loads(tracks[SequenceKind.INTRO].files["waveform"].read_text())
    assert content["length"] * content["samples_per_pixel"] == 15 * RATE
    assert len(content["data"]) == 2 * content["length"]
    assert max(content["data"]) > 30


def test_equal_briefs_make_equal_bytes(tracks: Tracks, tmp_path: Path) -> None:
    again = draft(BRIEF, SequenceKind.HAZARD, tmp_path)
    for role, path in tracks[SequenceKind.HAZARD].files.items():
        assert path.read_bytes() == again.files[role].read_bytes(), role


def test_another_seed_sounds_different(tracks: Tracks, tmp_path: Path) -> None:
    other = draft(BRIEF.model_copy(update={"seed": 6}), SequenceKind.HAZARD, tmp_path)
    first, _ = soundfile.read(tracks[SequenceKind.HAZARD].files["wav"])
    second, _ = soundfile.read(other.files["wav"])
    assert abs(np.corrcoef(first[:, 0], second[:, 0])[0, 1]) < 0.3


def test_cancelling_stops_the_work_at_once(tmp_path: Path) -> None:
    asked = 0

    def cancel_soon() -> None:
        nonlocal asked
        asked += 1
        if asked > 3:
            raise Cancelled("You stopped the track", "Start it again when you like")

    with pytest.raises(Cancelled):
        render_track(
            BRIEF, SequenceKind.MAIN, tmp_path, quality="draft",
            progress=lambda *_: None, check_cancelled=cancel_soon,
        )  # fmt: skip
    assert asked == 4
    assert not (tmp_path / "main.wav").exists()


def test_mix_parameters_are_heard_and_bounded() -> None:
    score = compose(BRIEF, SequenceKind.MAIN)
    start = starting_mix(score)
    assert MixParameters.model_validate_json(start.model_dump_json()) == start
    with pytest.raises(ValueError, match="offset_lu"):
        MixParameters.model_validate({"stems": {"lead": {"offset_lu": 40}}})


def test_the_limiter_holds_peaks_between_samples() -> None:
    """A quarter-rate sine whose samples miss its crests by 3 dB."""
    time = np.arange(RATE, dtype=np.float32)
    wave = 1.3 * np.sin(np.pi / 2 * time + np.pi / 4)
    signal = np.stack([wave, wave]).astype(np.float32)
    assert float(np.abs(signal).max()) < 1.0 < 10 ** (loudness.true_peak(signal) / 20)
    assert loudness.true_peak(limit(signal, -2.0, loops=True)) <= -1.9


def test_loudness_reads_a_reference_tone_right() -> None:
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at −23 dBFS is −23 LUFS."""
    time = np.arange(5 * RATE) / RATE
    tone = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * time)
    assert loudness.loudness(np.stack([tone, tone]).astype(np.float32)) == pytest.approx(
        -23, abs=0.1
    )


@pytest.mark.heavy
@pytest.mark.parametrize("theme", Theme)
def test_every_theme_meets_the_delivery_rules(theme: Theme, tmp_path: Path) -> None:
    for number, sequence in enumerate(SEQUENCES):
        color = list(ManaColor)[number]
        brief = ScoreBrief(theme=theme, mana_color=color, difficulty=number + 1, seed=number)
        made = render_track(
            brief, sequence.kind, tmp_path, progress=lambda *_: None, check_cancelled=lambda: None
        )
        for role in ("wav", "flac", "ogg", "opus", "mp3"):
            _, findings = check_track(made.files[role], sequence)
            assert [each.said for each in findings if not each.passed] == []
