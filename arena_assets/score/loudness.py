"""Loudness after ITU-R BS.1770-4, true peak by fourfold oversampling, and spectral balance."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.fft
import scipy.signal

from arena_assets.score.peaks import peak_envelope
from arena_assets.score.synth.jit import RATE, FloatArray, compiled

SILENCE_LUFS = -70.0
_HOP = RATE // 10
_K_WEIGHTING = np.array(
    [
        [
            1.53512485958697,
            -2.69169618940638,
            1.19839281085285,
            -1.69065929318241,
            0.73248077421585,
        ],
        [1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
"""The two stages of BS.1770-4, tables 1 and 2, for 48 kHz: b0, b1, b2, a1, a2."""


class Balance(NamedTuple):
    """Shares of energy, summing to 1: below 250 Hz, to 2 kHz, to 8 kHz, above."""

    low: float
    mid: float
    high: float
    air: float


def loudness(signal: FloatArray) -> float:
    """Integrated loudness of (2, n) in LUFS, gated at −70 LUFS and −10 LU; at least −70."""
    energies = _hop_energies(signal, _K_WEIGHTING, _HOP)
    if len(energies) < 4:
        return SILENCE_LUFS
    blocks = (energies[:-3] + energies[1:-2] + energies[2:-1] + energies[3:]) / (4 * _HOP)
    loud = blocks[blocks > _energy(SILENCE_LUFS)]
    if not len(loud):
        return SILENCE_LUFS
    gated = loud[loud > _energy(_level(float(loud.mean())) - 10.0)]
    return _level(float(gated.mean()))


def hop_levels(signal: FloatArray, hops: int) -> npt.NDArray[np.float64]:
    """Loudness in LUFS of windows of ``hops`` tenths of a second, one every tenth, ungated."""
    energies = _hop_energies(signal, _K_WEIGHTING, _HOP)
    hops = min(hops, max(1, len(energies)))
    summed = np.cumsum(np.concatenate([[0.0], energies]))
    means = np.maximum((summed[hops:] - summed[:-hops]) / (hops * _HOP), 1e-12)
    return np.asarray(-0.691 + 10.0 * np.log10(means))


def k_weight_db(hz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The K weighting of BS.1770-4 in dB at some frequencies."""
    total = np.zeros(len(hz))
    for b0, b1, b2, a1, a2 in _K_WEIGHTING:
        _, answer = scipy.signal.freqz([b0, b1, b2], [1, a1, a2], worN=hz, fs=RATE)
        total += 20 * np.log10(np.abs(answer))
    return total


def true_peak(signal: FloatArray) -> float:
    """The highest inter-sample peak of (2, n) in dBTP."""
    envelope = peak_envelope(signal, wrap=False, floor=float(np.abs(signal).max()))
    return 20.0 * math.log10(max(1e-9, float(envelope.max())))


def spectral_balance(signal: FloatArray) -> Balance:
    """Where the energy of (2, n) lies, averaged over windows of 8192 samples."""
    mono = signal.mean(axis=0)
    size = 8192
    count = max(1, len(mono) // size)
    frames = np.resize(mono, (count, size)) * np.hanning(size).astype(np.float32)
    power = np.square(np.abs(scipy.fft.rfft(frames, axis=1))).mean(axis=0)
    hz = np.arange(len(power)) * RATE / size
    total = float(power[hz > 20].sum()) or 1.0
    edges = (20.0, 250.0, 2000.0, 8000.0, RATE)
    shares = [
        float(power[(hz > low) & (hz <= high)].sum()) / total
        for low, high in itertools.pairwise(edges)
    ]
    return Balance(*shares)


def _level(energy: float) -> float:
    return -0.691 + 10.0 * math.log10(max(energy, 1e-12))


def _energy(level: float) -> float:
    return float(10.0 ** ((level + 0.691) / 10.0))


@compiled
def _hop_energies(
    signal: FloatArray, table: npt.NDArray[np.float64], hop: int
) -> npt.NDArray[np.float64]:
    count = signal.shape[1] // hop
    energies = np.zeros(count)
    for channel in range(2):
        s1 = s2 = t1 = t2 = 0.0
        for block in range(count):
            summed = 0.0
            for index in range(block * hop, (block + 1) * hop):
                value = float(signal[channel, index])
                made = table[0, 0] * value + s1
                s1 = table[0, 1] * value - table[0, 3] * made + s2
                s2 = table[0, 2] * value - table[0, 4] * made
                last = table[1, 0] * made + t1
                t1 = table[1, 1] * made - table[1, 3] * last + t2
                t2 = table[1, 2] * made - table[1, 4] * last
                summed += last * last
            energies[block] += summed
    return energies
