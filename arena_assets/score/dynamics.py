"""Bus compression, and a limiter that sees the peaks between the samples."""

from __future__ import annotations

import math

import numpy as np
import scipy.ndimage

from arena_assets.score.peaks import peak_envelope
from arena_assets.score.synth.jit import RATE, FloatArray, compiled

_LOOK_AHEAD = int(0.003 * RATE) | 1
_RUN_IN = 2 * RATE


def glue(signal: FloatArray, threshold_db: float, ratio: float, loops: bool) -> None:
    """Gentle RMS compression of (2, n) in place, both channels alike; attack 20 ms, release 250 ms.

    A loop is run in by its own last two seconds.
    """
    if ratio > 1:
        warm = min(_RUN_IN, signal.shape[1]) if loops else 0
        _compress(signal, threshold_db, 1.0 - 1.0 / ratio, warm, 0.02, 0.25)


def squeeze(
    signal: FloatArray, threshold_db: float, ratio: float, attack_ms: float, release_ms: float,
    loops: bool,
) -> None:  # fmt: skip
    """The same compression of one stem with its own times; ``threshold_db`` in dBFS (RMS)."""
    if ratio > 1:
        warm = min(_RUN_IN, signal.shape[1]) if loops else 0
        times = attack_ms / 1000, release_ms / 1000
        _compress(signal, threshold_db, 1.0 - 1.0 / ratio, warm, *times)


def limit(signal: FloatArray, ceiling_dbtp: float, loops: bool) -> FloatArray:
    """(2, n) with no true peak above the ceiling.

    The gain that each peak needs is held over the look-ahead, released at 90 ms, then averaged over
    the same look-ahead, so that the gain never moves faster than 3 ms and never comes late.
    """
    ceiling = 10 ** (ceiling_dbtp / 20)
    envelope = peak_envelope(signal, wrap=loops, floor=ceiling)
    needed = np.minimum(1.0, ceiling / np.maximum(envelope, 1e-9)).astype(np.float32)
    if float(needed.min()) >= 1.0:
        return signal
    edge = "wrap" if loops else "nearest"
    held = scipy.ndimage.minimum_filter1d(needed, 2 * _LOOK_AHEAD + 1, mode=edge)
    _release(held, 1.0 - math.exp(-1.0 / (0.09 * RATE)), _RUN_IN if loops else 0)
    smooth = scipy.ndimage.uniform_filter1d(held, 2 * _LOOK_AHEAD + 1, mode=edge)
    return np.asarray(signal * smooth, dtype=np.float32)


@compiled
def _compress(
    signal: FloatArray, threshold_db: float, slope: float, warm: int, rise: float, fall: float
) -> None:
    total = signal.shape[1]
    power = 1e-9
    reduction = 0.0
    follow = 1.0 - math.exp(-1.0 / (0.01 * 48000))
    attack = 1.0 - math.exp(-1.0 / (rise * 48000))
    release = 1.0 - math.exp(-1.0 / (fall * 48000))
    gain = 1.0
    for step in range(-warm, total):
        index = step if step >= 0 else total + step
        left = float(signal[0, index])
        right = float(signal[1, index])
        power += follow * (left * left + right * right + 1e-12 - power)
        if index % 16 == 0:
            over = 10.0 * math.log10(power) - threshold_db
            # A knee of 6 dB.
            if over <= -3.0:
                wanted = 0.0
            elif over < 3.0:
                wanted = slope * (over + 3.0) ** 2 / 12.0
            else:
                wanted = slope * over
            speed = attack if wanted > reduction else release
            reduction += (1.0 - (1.0 - speed) ** 16) * (wanted - reduction)
        gain += 0.05 * (10.0 ** (-reduction / 20.0) - gain)
        if step >= 0:
            signal[0, index] = left * gain
            signal[1, index] = right * gain


@compiled
def _release(gain: FloatArray, speed: float, warm: int) -> None:
    total = len(gain)
    value = 1.0
    for step in range(-min(warm, total), total):
        index = step if step >= 0 else total + step
        value = min(float(gain[index]), value + speed * (1.0 - value))
        if step >= 0:
            gain[index] = value
