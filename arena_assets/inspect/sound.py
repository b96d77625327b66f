"""Is a track any good: length, loudness, peaks, silence, clicks at its edges and the loop's seam.

Measured with other code than the composer's own (pyloudnorm; SciPy's resampler), so that neither
vouches for itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyloudnorm
import scipy.signal
import soundfile

from arena_assets.domain.manifest import Finding, Measurement
from arena_assets.domain.sequences import (
    LOUDNESS_LUFS,
    LOUDNESS_TOLERANCE_LU,
    TRACK_LENGTH_TOLERANCE_SECONDS,
    TRUE_PEAK_CEILING_DBTP,
    Sequence,
)
from arena_assets.errors import ContentFault

Samples = npt.NDArray[np.float32]

LONGEST_SECONDS = 300
LARGEST_BYTES = 400 * 2**20
SILENCE_DBFS = -60.0
SHORTEST_SILENCE_SECONDS = 0.75
EDGE_CLICK_LIMIT = 0.02
"""The highest sample, full scale 1, that may stand at the very edge of a track without a loop."""
SEAM_CLICK_LIMIT = 2.0
SEAM_STEP_LIMIT_DB = 10.0
_LOWEST_RATE, _HIGHEST_RATE = 8000, 96000
_FORMATS = frozenset({"WAV", "WAVEX", "FLAC", "OGG", "MP3", "MPEG"})
_CLIPPED = 0.9999
_AGAIN = "Make the track again; if it comes from a service, look at the raw answer it was cut from"


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What a sound file holds.

    ``lufs`` is −inf for silence. ``silences``: (start, seconds) of every stretch below −60 dBFS of
    at least 0.75 s. ``edge_click``: the larger of the first and last sample. ``seam_click``: the
    largest second difference across the wrap, over the 99.9th percentile of those around it;
    ``seam_step_db``: how far the level jumps from the last half second to the first.
    """

    seconds: float
    frames: int
    rate: int
    channels: int
    lufs: float
    true_peak_dbtp: float
    clipped_samples: int
    silences: tuple[tuple[float, float], ...]
    edge_click: float
    seam_click: float
    seam_step_db: float


def measure_sound(path: Path) -> SoundFacts:
    """Decode a file and measure it. Raises ContentFault when it is no sound, or an absurd one."""
    samples, rate = read_sound(path)
    return measure_samples(samples, rate)


def measure_samples(samples: Samples, rate: int) -> SoundFacts:
    """The same of samples (n, channels) at hand."""
    frames, channels = samples.shape
    return SoundFacts(
        seconds=frames / rate,
        frames=frames,
        rate=rate,
        channels=channels,
        lufs=_loudness(samples, rate),
        true_peak_dbtp=_true_peak(samples),
        clipped_samples=int(np.count_nonzero(np.abs(samples) >= _CLIPPED)),
        silences=_silences(samples, rate),
        edge_click=float(max(np.abs(samples[0]).max(), np.abs(samples[-1]).max())),
        seam_click=_seam_click(samples, rate),
        seam_step_db=_seam_step(samples, rate),
    )


def check_track(
    path: Path, sequence: Sequence, lufs: float = LOUDNESS_LUFS
) -> tuple[dict[str, Measurement], tuple[Finding, ...]]:
    """Measurements of a track and a finding for each rule it must keep.

    ``lufs`` is the integrated loudness it was to have. Raises ContentFault when the file cannot be
    opened as sound.
    """
    facts = measure_sound(path)
    silent = sum(length for _, length in facts.silences)
    limit_silence = 0.0 if sequence.loops else 1.0
    findings = [
        Finding(
            check="length",
            passed=abs(facts.seconds - sequence.seconds) <= TRACK_LENGTH_TOLERANCE_SECONDS,
            said=f"{facts.seconds:.3f} s; {sequence.seconds} s ± 0.02 is asked for",
        ),
        Finding(
            check="loudness",
            passed=abs(facts.lufs - lufs) <= LOUDNESS_TOLERANCE_LU,
            said=f"{facts.lufs:.2f} LUFS; {_minus(lufs)} ± 0.5 is asked for",
        ),
        Finding(
            check="true_peak",
            passed=facts.true_peak_dbtp <= TRUE_PEAK_CEILING_DBTP,
            said=f"{facts.true_peak_dbtp:.2f} dBTP; at most −1 is allowed",
        ),
        Finding(
            check="clipping",
            passed=facts.clipped_samples == 0,
            said=f"{facts.clipped_samples} clipped samples; none are allowed",
        ),
        Finding(
            check="stereo",
            passed=facts.channels == 2,
            said=f"{facts.channels} channels; 2 are asked for",
        ),
        Finding(
            check="silence",
            passed=silent <= limit_silence,
            said=f"{silent:.2f} s of silence; at most {limit_silence:g} s is allowed",
        ),
    ]
    if sequence.loops:
        sound = facts.seam_click <= SEAM_CLICK_LIMIT and facts.seam_step_db <= SEAM_STEP_LIMIT_DB
        said = (
            f"the wrap bends {facts.seam_click:.2f} times as sharply as the music around it "
            f"(at most {SEAM_CLICK_LIMIT:g}) and the level steps {facts.seam_step_db:.1f} dB "
            f"(at most {SEAM_STEP_LIMIT_DB:g})"
        )
        findings.append(Finding(check="loop_seam", passed=sound, said=said))
    else:
        findings.append(
            Finding(
                check="edges",
                passed=facts.edge_click <= EDGE_CLICK_LIMIT,
                said=f"first or last sample at {facts.edge_click:.4f}; at most 0.02 is allowed",
            )
        )
    return _measurements(facts, sequence), tuple(findings)


def _minus(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _measurements(facts: SoundFacts, sequence: Sequence) -> dict[str, Measurement]:
    return {
        "seconds": round(facts.seconds, 4),
        "rate": facts.rate,
        "channels": facts.channels,
        "lufs": round(facts.lufs, 2) if math.isfinite(facts.lufs) else None,
        "true_peak_dbtp": round(facts.true_peak_dbtp, 2),
        "clipped_samples": facts.clipped_samples,
        "silent_seconds": round(sum(length for _, length in facts.silences), 2),
        "edge_click": round(facts.edge_click, 5),
        "seam_click": round(facts.seam_click, 2) if sequence.loops else None,
        "seam_step_db": round(facts.seam_step_db, 1) if sequence.loops else None,
    }


def read_sound(path: Path) -> tuple[Samples, int]:
    """Samples (n, channels) and rate of a file nobody vouches for, its header found sane first.

    Raises ContentFault when it is no sound, or an absurd one.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ContentFault(f"The sound file {path.name} is larger than 400 MB", _AGAIN)
        with soundfile.SoundFile(path) as file:
            if file.format not in _FORMATS:
                raise ContentFault(f"{path.name} is {file.format}, no format of a track", _AGAIN)
            if not _LOWEST_RATE <= file.samplerate <= _HIGHEST_RATE:
                raise ContentFault(f"{path.name} claims {file.samplerate} samples a second", _AGAIN)
            if file.channels not in (1, 2):
                raise ContentFault(f"{path.name} has {file.channels} channels", _AGAIN)
            longest = LONGEST_SECONDS * file.samplerate
            if file.frames > longest:
                raise ContentFault(f"{path.name} claims more than {LONGEST_SECONDS} s", _AGAIN)
            samples = file.read(longest, dtype="float32", always_2d=True)
            rate = int(file.samplerate)
    except OSError as error:
        raise ContentFault(f"The sound file {path.name} cannot be read: {error}", _AGAIN) from error
    except (soundfile.SoundFileError, RuntimeError) as error:
        raise ContentFault(f"{path.name} is no sound that can be decoded", _AGAIN) from error
    if len(samples) < rate // 2:
        raise ContentFault(f"{path.name} holds less than half a second of sound", _AGAIN)
    if not np.isfinite(samples).all():
        raise ContentFault(f"{path.name} holds samples that are no numbers", _AGAIN)
    return samples, rate


def _loudness(samples: Samples, rate: int) -> float:
    loud = float(pyloudnorm.Meter(rate).integrated_loudness(samples))
    return loud if math.isfinite(loud) else -math.inf


def _true_peak(samples: Samples) -> float:
    """dBTP by fourfold oversampling (BS.1770-4, annex 2), in pieces to bound memory."""
    piece, margin, highest = 1 << 18, 64, 1e-9
    for begin in range(0, len(samples), piece):
        part = samples[max(0, begin - margin) : begin + piece + margin]
        fine = scipy.signal.resample_poly(part, 4, 1, axis=0)
        highest = max(highest, float(np.abs(fine).max()))
    return 20.0 * math.log10(highest)


def _silences(samples: Samples, rate: int) -> tuple[tuple[float, float], ...]:
    hop = rate // 50
    frames = samples[: len(samples) // hop * hop].reshape(-1, hop * samples.shape[1])
    quiet = np.sqrt(np.square(frames).mean(axis=1)) < 10 ** (SILENCE_DBFS / 20)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(np.int8), [0]])))
    stretches = edges.reshape(-1, 2) * (hop / rate)
    return tuple(
        (round(float(begin), 2), round(float(end - begin), 2))
        for begin, end in stretches
        if end - begin >= SHORTEST_SILENCE_SECONDS
    )


def _seam_click(samples: Samples, rate: int) -> float:
    side = rate // 2
    around = np.concatenate([samples[-side:], samples[:side]])
    bends = np.abs(np.diff(around, 2, axis=0)).max(axis=1)
    usual = max(1e-6, float(np.percentile(bends, 99.9)))
    return float(bends[side - 3 : side + 2].max() / usual)


def _seam_step(samples: Samples, rate: int) -> float:
    side = rate // 2
    first, last = (
        10.0 * math.log10(max(1e-10, float(np.square(part).mean())))
        for part in (samples[:side], samples[-side:])
    )
    return abs(first - last)
