"""Ten seconds that stand for a track: where it is most itself, faded without a click."""

from __future__ import annotations

import numpy as np
import scipy.fft

from arena_assets.score.synth.jit import RATE, FloatArray

SECONDS = 10
_HOP = RATE // 2
_WINDOW = 8192
_FADE_IN, _FADE_OUT = 0.25, 0.9
_LOUD_SHARE = 0.35


def preview_start(track: FloatArray) -> int:
    """The first sample of the ten seconds of (2, n) that are most like the whole and full.

    Half-second frames are described by the level of 24 bands; a stretch counts by how near its mean
    spectrum is to the track's own (cosine of levels above their mean), and by its loudness.
    """
    mono = track.mean(axis=0)
    count = len(mono) // _HOP
    span = SECONDS * RATE // _HOP
    if count <= span:
        return 0
    frames = np.stack([mono[at * _HOP : at * _HOP + _HOP] for at in range(count)])
    power = np.square(np.abs(scipy.fft.rfft(frames[:, :_WINDOW] * np.hanning(_WINDOW), axis=1)))
    edges = np.unique(np.geomspace(5, power.shape[1] - 1, 25).astype(int))
    bands = np.add.reduceat(power, edges[:-1], axis=1)
    running = np.cumsum(np.vstack([np.zeros(bands.shape[1]), bands]), axis=0)
    stretches = 10 * np.log10(running[span:] - running[:-span] + 1e-12)
    whole = 10 * np.log10(bands.sum(axis=0) + 1e-12)
    shape = stretches - stretches.mean(axis=1, keepdims=True)
    own = whole - whole.mean()
    norm = np.linalg.norm(shape, axis=1) * np.linalg.norm(own) + 1e-9
    level = np.log10((running[span:] - running[:-span]).sum(axis=1) + 1e-12)
    spread = float(np.ptp(level)) or 1.0
    score = shape @ own / norm + _LOUD_SHARE * (level - level.min()) / spread
    return int(np.argmax(score)) * _HOP


def preview(track: FloatArray) -> FloatArray:
    """Those ten seconds (or the whole of a shorter track), raised and let go in cosines."""
    begin = preview_start(track)
    part = track[:, begin : begin + SECONDS * RATE].copy()
    rise, fall = int(_FADE_IN * RATE), int(_FADE_OUT * RATE)
    part[:, :rise] *= np.sin(np.linspace(0, np.pi / 2, rise, dtype=np.float32)) ** 2
    part[:, -fall:] *= np.cos(np.linspace(0, np.pi / 2, fall, dtype=np.float32)) ** 2
    return part
