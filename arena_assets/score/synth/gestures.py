"""Film gestures: a riser before an arrival, an impact on it, a swelling cymbal."""

from __future__ import annotations

import math

from arena_assets.score.synth.common import next_noise
from arena_assets.score.synth.jit import RATE, FloatArray, compiled


@compiled
def rising_noise(
    out: FloatArray, gain: float, seed: int, low_hz: float, high_hz: float, tone: float
) -> None:
    """Fill ``out`` (2, n) with noise and a tone that rise together and stop at the end."""
    total = out.shape[1]
    state = (seed * 2654435761 + 13579) & 0xFFFFFFFF | 1
    l1 = l2 = r1 = r2 = 0.0
    angle = 0.0
    stop = int(0.02 * RATE)
    for index in range(total):
        part = index / total
        hz = low_hz * (high_hz / low_hz) ** part
        g = math.tan(math.pi * hz / RATE)
        a1 = 1.0 / (1.0 + g * (g + 0.6))
        a2 = g * a1
        shape = gain * part * part * part
        if index > total - stop:
            shape *= (total - index) / stop
        angle += 6.2831853 * hz * 0.25 / RATE
        hum = tone * math.sin(angle)
        state = next_noise(state)
        v3 = (state & 0xFFFF) / 32768.0 - 1.0 - l2
        v1 = a1 * l1 + a2 * v3
        l2 += 2.0 * (a2 * l1 + g * a2 * v3)
        l1 = 2.0 * v1 - l1
        out[0, index] += shape * (v1 + hum)
        v3 = (state >> 16) / 32768.0 - 1.0 - r2
        v1 = a1 * r1 + a2 * v3
        r2 += 2.0 * (a2 * r1 + g * a2 * v3)
        r1 = 2.0 * v1 - r1
        out[1, index] += shape * (v1 + hum)
