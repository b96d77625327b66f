"""Where the energy of a sound lies, in thirds of an octave, and where it should lie.

The average of popular recordings falls by 2 dB an octave in bands of constant relative width (5 dB
in density) from 100 Hz to 4 kHz (Pestana, Ma, Reiss, Barbosa and Black, "Spectral Characteristics
of Popular Commercial Recordings 1950–2010", AES 135, 2013). Our target has its shape and is less
steep, by choice: 1.2 dB an octave, since there is no kick drum and bass guitar to carry the lows
and game music is mostly heard from small speakers. Below 100 Hz and above 4 kHz it falls by 3 dB an
octave.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.fft

from arena_assets.score.synth.jit import RATE, FloatArray

Levels = npt.NDArray[np.float64]

CENTRES: Levels = 1000.0 * 2.0 ** (np.arange(-14, 13) / 3)
"""39 Hz to 16 kHz, base-two thirds of an octave (IEC 61260-1)."""
_EDGES = np.append(CENTRES * 2 ** (-1 / 6), CENTRES[-1] * 2 ** (1 / 6))
_SIZE = 16384
_BATCH = 64


def _target() -> Levels:
    octaves = np.log2(CENTRES)
    low, high = np.log2(100.0), np.log2(4000.0)
    level = -1.2 * (np.clip(octaves, low, high) - low)
    level -= 3.0 * np.maximum(0, low - octaves)
    level -= 3.0 * np.maximum(0, octaves - high)
    return np.asarray(level - 10 * np.log10(np.sum(10 ** (level / 10))))


TARGET_DB: Levels = _target()
"""The target's level in each band, their energies summing to 1 (0 dB)."""


def band_energies(signal: FloatArray) -> Levels:
    """Mean energy of (2, n) in each band of :data:`CENTRES`, both channels together: (27,)."""
    return np.asarray(band_frames(signal).mean(axis=0))


def band_frames(signal: FloatArray, size: int = _SIZE, hop: int | None = None) -> Levels:
    """The same in windows of ``size`` samples, one every ``hop``: (frames, 27)."""
    hop = hop or size
    count = max(1, (signal.shape[1] - size) // hop + 1)
    window = np.hanning(size).astype(np.float32)
    hz = np.fft.rfftfreq(size, 1 / RATE)
    cuts = np.searchsorted(hz, _EDGES)
    out = np.zeros((count, len(CENTRES)))
    for channel in signal:
        padded = channel if len(channel) >= size else np.pad(channel, (0, size - len(channel)))
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop][:count]
        for at in range(0, count, _BATCH):
            spectrum = scipy.fft.rfft(frames[at : at + _BATCH] * window, axis=1)
            power = np.square(np.abs(spectrum))
            summed = np.add.reduceat(power, np.minimum(cuts, power.shape[1] - 1), axis=1)
            out[at : at + _BATCH] += summed[:, :-1]
    return out / (size * float(np.square(window).sum()))


def levels(energies: Levels) -> Levels:
    """Energies (…, 27) in dB of their sum."""
    total = np.maximum(energies.sum(axis=-1, keepdims=True), 1e-20)
    return np.asarray(10 * np.log10(np.maximum(energies / total, 1e-9)))


def distance_to_target(energies: Levels) -> float:
    """Root mean square of the levels' distance from the target in dB, each band weighted by how
    much of it can be heard: 60 Hz to 12 kHz counts whole, the rest a quarter."""
    gap = np.clip(levels(energies) - TARGET_DB, -24, 24)
    weight = np.where((CENTRES > 60) & (CENTRES < 12000), 1.0, 0.25)
    # The overall level is no matter of balance.
    gap = gap - np.average(gap, weights=weight, axis=-1)
    return float(np.sqrt(np.average(np.square(gap), weights=weight, axis=-1)))
