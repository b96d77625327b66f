"""From the service's bytes to a bus for the master: decoded, judged, of exact length, looped."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.signal

from arena_assets.domain.manifest import Measurement
from arena_assets.domain.sequences import TRACK_LENGTH_TOLERANCE_SECONDS, Sequence
from arena_assets.errors import ContentFault
from arena_assets.inspect.sound import measure_samples, read_sound
from arena_assets.providers.elevenlabs.plan import asked_ms
from arena_assets.score.synth.jit import RATE, FloatArray

LONGEST_SURPLUS_SECONDS = 1.0
"""A lossy file may be padded; one that is longer than this is not what was asked for."""
_MOST_SILENT = 0.25
_QUIETEST_LUFS = -45.0
_SKIP = RATE
_SEARCH = 2 * RATE
_BLEND = 2 * RATE
_STEP = RATE // 100
_COARSE = 6
_NEXT = "The answer is kept; redo the track to ask for another take"


def bus_from(
    answer: Path, output_format: str, sequence: Sequence
) -> tuple[FloatArray, dict[str, Measurement]]:
    """A track's bus (2, seconds · 48000) from an answer, and what was measured of the answer.

    Raises ContentFault, ``money`` ``yes``, when it cannot be decoded, is too short or too long, or
    is nearly silent.
    """
    asked = asked_ms(sequence) / 1000
    try:
        samples, rate = _decode(answer, output_format, asked)
    except ContentFault as error:
        raise _useless(f"cannot be used: {error.what}") from None
    facts = measure_samples(samples, rate)
    if facts.seconds < asked - TRACK_LENGTH_TOLERANCE_SECONDS:
        raise _useless(f"has {facts.seconds:.2f} s of the {asked:g} s asked for")
    if facts.seconds > asked + LONGEST_SURPLUS_SECONDS:
        raise _useless(f"has {facts.seconds:.2f} s where {asked:g} s were asked for")
    silent = sum(length for _, length in facts.silences)
    if silent > _MOST_SILENT * facts.seconds or facts.lufs < _QUIETEST_LUFS:
        raise _useless(f"is silent for {silent:.1f} s, its loudness {facts.lufs:.1f} LUFS")
    bus = _at_our_rate(samples, rate)
    wanted = sequence.seconds * RATE
    measured: dict[str, Measurement] = {
        "raw_seconds": round(facts.seconds, 3),
        "raw_lufs": round(facts.lufs, 2),
        "raw_true_peak_dbtp": round(facts.true_peak_dbtp, 2),
        "raw_rate": rate,
    }
    if sequence.loops:
        bus, start, likeness = looped(bus, wanted)
        measured |= {"loop_start": round(start / RATE, 3), "loop_likeness": round(likeness, 3)}
        return bus, measured
    missing = max(0, wanted - bus.shape[1])
    return np.pad(bus[:, :wanted], ((0, 0), (0, missing))), measured


def looped(track: FloatArray, length: int) -> tuple[FloatArray, int, float]:
    """A loop (2, ``length``) from a longer track (2, n), its start and its seam's likeness.

    What follows the loop's end is blended over its beginning, so that the wrap is the music's own
    continuation. Of the starts a hundredth of a second apart the one is taken whose beginning and
    continuation are most alike in wave and level; likeness is their correlation, −1 to 1.
    """
    last = min(_SKIP + _SEARCH, track.shape[1] - length - _BLEND)
    if last < 0:
        raise _useless("is too short for a loop")
    mono = scipy.signal.resample_poly(track.mean(axis=0), 1, _COARSE)
    starts = range(min(_SKIP, last), last + 1, _STEP)
    start = max(starts, key=lambda each: _merit(mono, each // _COARSE, length // _COARSE))
    head = track[:, start : start + _BLEND]
    tail = track[:, start + length : start + length + _BLEND]
    likeness = _correlation(head.ravel(), tail.ravel())
    turn = np.linspace(0, np.pi / 2, _BLEND, dtype=np.float32)
    coming, going = np.sin(turn), np.cos(turn)
    # Equal power for what is unrelated, equal gain for what is alike, and between them the same.
    power = 1.0 + 2.0 * max(0.0, likeness) * coming * going
    loop = track[:, start : start + length].copy()
    loop[:, :_BLEND] = (tail * going + head * coming) / np.sqrt(power)
    return loop, start, likeness


def _merit(mono: npt.NDArray[np.float32], start: int, length: int) -> float:
    """How well a loop may begin here: likeness, less what the level steps by in 12 dB."""
    blend = _BLEND // _COARSE
    head, tail = mono[start : start + blend], mono[start + length : start + length + blend]
    step = abs(_level(head) - _level(tail))
    return _correlation(head, tail) - step / 12.0


def _level(part: npt.NDArray[np.float32]) -> float:
    return 10.0 * math.log10(max(1e-10, float(np.square(part).mean())))


def _correlation(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.dot(a, b)) / size if size > 1e-9 else 0.0


def _decode(answer: Path, output_format: str, asked: float) -> tuple[FloatArray, int]:
    """Samples (n, channels) and rate. Bare samples are mono when that fits the length better."""
    with answer.open("rb") as file:
        head = file.read(4)
    if not output_format.startswith("pcm") or head == b"RIFF":
        return read_sound(answer)
    rate = int(output_format.split("_")[1])
    data = answer.read_bytes()
    values = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / 32768
    stereo = abs(len(values) / 2 / rate - asked) <= abs(len(values) / rate - asked)
    channels = 2 if stereo else 1
    values = values[: len(values) // channels * channels]
    if len(values) < channels * rate // 2:
        raise ContentFault("it holds less than half a second of sound", _NEXT)
    return np.ascontiguousarray(values.reshape(-1, channels), dtype=np.float32), rate


def _at_our_rate(samples: FloatArray, rate: int) -> FloatArray:
    """(2, n) at 48 kHz."""
    both = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples
    if rate != RATE:
        common = math.gcd(rate, RATE)
        both = scipy.signal.resample_poly(both, RATE // common, rate // common, axis=0)
    return np.ascontiguousarray(both.T, dtype=np.float32)


def _useless(why: str) -> ContentFault:
    return ContentFault(f"The track from ElevenLabs {why}", _NEXT, money="yes")
