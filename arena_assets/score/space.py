"""The room: a reverberation whose bass rings longer than its treble, as stone and air do."""

from __future__ import annotations

import numpy as np
import scipy.fft

from arena_assets.score.synth.jit import RATE, FloatArray

_BANDS = (
    (0, 200, 1.0),
    (200, 600, 1.05),
    (600, 2000, 1.0),
    (2000, 6000, 0.72),
    (6000, 24000, 0.42),
)
"""From Hz, to Hz, decay time as a share of the whole."""
_EARLY_TAPS = 14


def room(
    seconds: float, predelay: float, brightness: float, rng: np.random.Generator
) -> FloatArray:
    """A stereo impulse response (2, n) of unit energy a channel.

    ``seconds`` to −60 dB in the middle; ``predelay`` in seconds; ``brightness`` in dB tilts the
    treble. The tail is decaying Gaussian noise in bands (Moorer 1979) behind a few reflections.
    """
    size = int((seconds * 1.15 + predelay) * RATE)
    time = np.arange(size, dtype=np.float32) / RATE
    out = np.zeros((2, size), np.float32)
    length = scipy.fft.next_fast_len(size, real=True)
    hz = np.arange(length // 2 + 1) * RATE / length
    for channel in range(2):
        spectrum = scipy.fft.rfft(rng.standard_normal(size, dtype=np.float32), length)
        for low, high, share in _BANDS:
            edge = 1 / (1 + (low / np.maximum(hz, 1)) ** 8) if low else np.ones_like(hz)
            edge = edge / (1 + (hz / high) ** 8)
            gain = 10 ** (brightness / 20) if low >= 2000 else 1.0
            band = scipy.fft.irfft(spectrum * edge.astype(np.float32), length)[:size]
            out[channel] += gain * band * np.exp(-6.908 * time / (seconds * share))
        out[channel] *= 1 - np.exp(-time / np.float32(0.025))
        for _ in range(_EARLY_TAPS):
            at = int(rng.uniform(0.004, 0.085) * RATE)
            out[channel, at] += float(rng.choice([-1, 1])) * 6.0 * np.exp(-at / (0.05 * RATE))
    delayed = np.roll(out, int(predelay * RATE), axis=1)
    delayed[:, : int(predelay * RATE)] = 0
    return np.asarray(
        delayed / np.sqrt(np.square(delayed).sum(axis=1, keepdims=True)), dtype=np.float32
    )


def reverberate(signal: FloatArray, response: FloatArray, loops: bool) -> FloatArray:
    """The room's answer to (2, n), n samples long; in a loop its tail goes on at the beginning."""
    total = signal.shape[1]
    wanted = max(total, response.shape[1]) if loops else total + response.shape[1]
    size = wanted if loops else scipy.fft.next_fast_len(wanted, real=True)
    wet = np.empty_like(signal)
    for channel in range(2):
        spectrum = scipy.fft.rfft(signal[channel], size)
        spectrum *= scipy.fft.rfft(response[channel], size)
        wet[channel] = scipy.fft.irfft(spectrum, size)[:total]
    return wet
