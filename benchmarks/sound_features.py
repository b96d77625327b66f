"""What a finished track sounds like, in numbers, and how far two tracks are apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.signal

from arena_assets.score.balance import CENTRES, band_energies, band_frames, levels
from arena_assets.score.theory import MODES

Samples = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float64]

RATE = 48000
_HOP = 480
_FRAMES_PER_SECOND = RATE / _HOP
_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def shares_above(track: Samples) -> dict[str, float]:
    """Share of energy above 1, 2 and 4 kHz of (2, n)."""
    energies = band_energies(track)
    whole = float(energies.sum())
    return {
        f"above_{hz // 1000}k": float(energies[hz * 1.001 < CENTRES].sum()) / whole
        for hz in (1000, 2000, 4000)
    }


def chroma(track: Samples) -> Vector:
    """Energy by pitch class, C first, from 110 Hz to 1.8 kHz; sums to 1."""
    size = 16384
    mono = track.mean(axis=0)
    _, _, spectrum = scipy.signal.stft(mono, RATE, nperseg=size, noverlap=size // 2)
    power = np.square(np.abs(spectrum)).mean(axis=1)
    hz = np.fft.rfftfreq(size, 1 / RATE)
    pitch = 69 + 12 * np.log2(np.maximum(hz, 1) / 440)
    inside = (hz > 110) & (hz < 1800) & (np.abs(pitch - np.round(pitch)) < 0.3)
    classes = np.round(pitch[inside]).astype(int) % 12
    found = np.bincount(classes, weights=power[inside], minlength=12)
    return np.asarray(found / found.sum())


def in_key(track: Samples, tonic: int, mode: str) -> float:
    """Share of the pitched energy on the scale's seven classes; 0.58 would be chance."""
    scale = [(tonic + step) % 12 for step in MODES[mode]]
    return float(chroma(track)[scale].sum())


def heard_scale(track: Samples, mode: str) -> int:
    """The tonic (0–11) at which the mode's scale holds the most of the pitched energy, its first
    and fifth degree counted twice."""
    found = chroma(track)
    steps = MODES[mode]
    weights = np.zeros(12)
    weights[list(steps)] = 1.0
    weights[[steps[0], steps[4]]] += 1.0
    return int(np.argmax([float(found @ np.roll(weights, tonic)) for tonic in range(12)]))


def onsets(track: Samples) -> Vector:
    """How much energy rises in thirds of octaves, 100 times a second."""
    frames = np.log1p(1e5 * band_frames(track, 2048, _HOP))
    return np.asarray(np.maximum(0, np.diff(frames, axis=0)).sum(axis=1))


def tempo_fits(track: Samples, bpm: float) -> float:
    """How periodic the onsets are at the score's beat, or at a half or a double of it: the highest
    autocorrelation within 3 % of those lags over the highest from 0.2 to 2 s, 0–1."""
    rise = onsets(track)
    rise = rise - rise.mean()
    size = 2 * len(rise)
    auto = np.fft.irfft(np.square(np.abs(np.fft.rfft(rise, size))))[: len(rise)]
    first, last = int(0.2 * _FRAMES_PER_SECOND), int(2.0 * _FRAMES_PER_SECOND)
    best = float(auto[first:last].max())
    if best <= 0:
        return 0.0
    at = []
    for times in (0.5, 1.0, 2.0):
        lag = times * 60 / bpm * _FRAMES_PER_SECOND
        low, high = int(lag * 0.97), int(np.ceil(lag * 1.03)) + 1
        if first <= low and high <= last:
            at.append(float(auto[low:high].max()))
    return max(at, default=0.0) / best


def features(track: Samples) -> Vector:
    """33 numbers: mean band levels, their movement, pitch classes, attacks, dynamics, width."""
    frames = levels(band_frames(track, 16384))
    rise = onsets(track)
    power = np.square(track).mean(axis=0)[: track.shape[1] // RATE * RATE].reshape(-1, RATE)
    loud = 10 * np.log10(power.mean(axis=1) + 1e-9)
    side = float(np.square(track[0] - track[1]).sum() / (np.square(track).sum() * 2 + 1e-12))
    return np.concatenate(
        [
            frames.mean(axis=0)[4:25:2],
            frames.std(axis=0)[4:25:3],
            12 * np.sqrt(chroma(track)),
            [10 * rise.std() / (rise.mean() + 1e-9), loud.std(), 20 * side],
        ]
    )


def described(track: Samples, facts: dict[str, Any]) -> dict[str, float]:
    """Measurements of one track beside what its score claims."""
    name, _, mode = str(facts["key"]).partition(" ")
    mode = mode.replace(" ", "_")
    tonic = _NAMES.index(_plain(name))
    return {
        **shares_above(track),
        "in_key": in_key(track, tonic, mode),
        "tonic_heard": float(heard_scale(track, mode) == tonic),
        "tempo_fit": tempo_fits(track, float(facts["tempo_bpm"])),
        "attacks_per_second": attacks(track),
    }


def attacks(track: Samples) -> float:
    """Clear onsets a second."""
    rise = onsets(track)
    peaks, _ = scipy.signal.find_peaks(rise, height=rise.mean() + 1.5 * rise.std(), distance=8)
    return len(peaks) / (len(rise) / _FRAMES_PER_SECOND)


def _plain(name: str) -> str:
    same = {"Db": "C#", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb"}
    plain = name.replace("♭", "b").replace("♯", "#")
    return same.get(plain, plain)
