"""Sound checks: good tracks pass, each kind of bad one is caught, hostile files are refused."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.errors import ContentFault
from arena_assets.inspect.sound import check_track, measure_sound

RATE = 48000
Signal = npt.NDArray[np.float64]
HAZARD = sequence_by_kind(SequenceKind.HAZARD)
AMBIENT = sequence_by_kind(SequenceKind.AMBIENT)


def tone(seconds: float, level: float = 0.158, hz: float = 1000.0) -> Signal:
    """A stereo sine that fades in and out in 10 ms; at the default level −16 LUFS."""
    time = np.arange(int(seconds * RATE)) / RATE
    wave = level * np.sin(2 * np.pi * hz * time)
    wave *= np.minimum(1, np.minimum(time, time[-1] - time) * 100)
    return np.stack([wave, wave], axis=1)


def loop() -> Signal:
    """A minute of noise that is periodic, so that it loops without a seam."""
    rng = np.random.default_rng(1)
    spectrum = np.zeros(30 * RATE + 1, complex)
    spectrum[6000:120000] = np.exp(2j * np.pi * rng.random(114000))
    wave = np.fft.irfft(spectrum)
    wave *= 0.16 / np.sqrt(np.mean(wave**2)) / 1.5
    return np.stack([wave, np.roll(wave, 999)], axis=1)


def failed(tmp_path: Path, signal: Signal, kind: SequenceKind) -> set[str]:
    path = tmp_path / "track.wav"
    soundfile.write(path, signal, RATE, "PCM_24")
    _, findings = check_track(path, sequence_by_kind(kind))
    return {finding.check for finding in findings if not finding.passed}


def test_a_good_track_passes(tmp_path: Path) -> None:
    assert failed(tmp_path, tone(8), SequenceKind.HAZARD) == set()


@pytest.mark.parametrize(
    ("signal", "caught"),
    [
        (tone(7.9), "length"),
        (tone(8, 0.05), "loudness"),
        (tone(8, 0.99), "true_peak"),
        (np.clip(tone(8, 4.0), -1, 1), "clipping"),
        (tone(8)[:, :1], "stereo"),
        (np.concatenate([tone(5, 0.2), np.zeros((3 * RATE, 2))]), "silence"),
        (np.concatenate([tone(9)[: 8 * RATE - 12], np.full((12, 2), 0.15)]), "edges"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_is_caught(tmp_path: Path, signal: Signal, caught: str) -> None:
    assert caught in failed(tmp_path, signal, SequenceKind.HAZARD)


def test_a_seamless_loop_passes_and_broken_ones_fail(tmp_path: Path) -> None:
    good = loop()
    assert "loop_seam" not in failed(tmp_path, good, SequenceKind.AMBIENT)
    slow = np.stack([0.3 * np.sin(2 * np.pi * 110.004 * np.arange(60 * RATE) / RATE)] * 2, axis=1)
    assert "loop_seam" in failed(tmp_path, slow, SequenceKind.AMBIENT)
    faded = good * np.minimum(1, np.linspace(20, 0, len(good)))[:, None]
    assert "loop_seam" in failed(tmp_path, faded, SequenceKind.AMBIENT)


def test_silence_is_measured_and_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "silent.wav"
    soundfile.write(path, np.zeros((8 * RATE, 2)), RATE, "PCM_24")
    measured, findings = check_track(path, HAZARD)
    assert measured["lufs"] is None
    assert not all(finding.passed for finding in findings)
    assert measure_sound(path).silences == ((0.0, 8.0),)


def wav_header(rate: int, channels: int, size: int) -> bytes:
    block = channels * 2
    body = struct.pack("<HHIIHH", 1, channels, rate, (rate * block) % 2**32, block, 16)
    return (
        b"RIFF" + struct.pack("<I", 0xFFFFFFF0) + b"WAVEfmt " + struct.pack("<I", 16) + body
        + b"data" + struct.pack("<I", size)
    )  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>502 Bad Gateway</html>" * 50,
        wav_header(48000, 2, 0),
        wav_header(48000, 2, 0xFFFFFF00) + bytes(4000),
        wav_header(1, 2, 4000) + bytes(4000),
        wav_header(48000, 1000, 400000) + bytes(400000),
        b"OggS" + bytes(range(256)) * 40,
        b"ID3\x04" + bytes(4000),
    ],
)
def test_what_is_no_track_is_refused_with_a_next_step(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hostile.wav"
    path.write_bytes(content)
    with pytest.raises(ContentFault) as caught:
        measure_sound(path)
    assert caught.value.next_step


def test_a_cut_off_file_fails(tmp_path: Path) -> None:
    path = tmp_path / "cut.ogg"
    soundfile.write(path, tone(8), RATE, format="OGG", subtype="VORBIS")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    try:
        _, findings = check_track(path, HAZARD)
    except ContentFault:
        return
    assert any(each.check == "length" and not each.passed for each in findings)


def test_a_missing_file_is_a_content_fault(tmp_path: Path) -> None:
    with pytest.raises(ContentFault):
        measure_sound(tmp_path / "nothing.wav")


def test_samples_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    signal = tone(8)
    signal[100] = np.nan
    soundfile.write(path, signal, RATE, "FLOAT")
    with pytest.raises(ContentFault):
        check_track(path, AMBIENT)
