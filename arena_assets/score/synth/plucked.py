"""Plucked strings: harp, oud, koto, dulcimer, pizzicato."""

from __future__ import annotations

import math

import numpy as np

from arena_assets.score.synth.common import next_noise
from arena_assets.score.synth.jit import RATE, FloatArray, compiled


@compiled
def plucked_note(
    out: FloatArray, hz: float, held: float, gain: float, seed: int,
    decay: float, brightness: float, position: float, courses: int, detune: float,
    damping: float, pan: float,
) -> None:  # fmt: skip
    """Add one plucked note to ``out`` (2, n): a digital waveguide (Karplus & Strong 1983).

    ``decay`` seconds to −60 dB; ``brightness`` 0–1 of the pluck; ``position`` along the string
    (0–0.5) notches the harmonics; ``courses`` strings ``detune`` cents apart sound together;
    after ``held`` seconds a hand damps the string with time constant ``damping`` (0: it rings).
    """
    total = out.shape[1]
    state = (seed * 1103515245 + 12345) & 0xFFFFFFFF | 1
    fade = min(total, int(0.03 * RATE))
    left = gain * math.sqrt(0.5 * (1.0 - pan)) / math.sqrt(courses)
    right = gain * math.sqrt(0.5 * (1.0 + pan)) / math.sqrt(courses)
    for course in range(courses):
        place = 0.0 if courses == 1 else 2.0 * course / (courses - 1) - 1.0
        pitch = hz * 2.0 ** (detune * place / 1200.0)
        period = RATE / pitch
        # The averaging filter delays by `soft` samples; the rest is the line and its fraction.
        soft = 0.5 * (1.0 - 0.75 * brightness)
        length = int(period - soft)
        fraction = period - soft - length
        line = np.zeros(length + 1)
        smooth = 0.0
        pole = 0.12 + 0.85 * brightness
        for index in range(length):
            state = next_noise(state)
            smooth += pole * ((state & 0xFFFF) / 32768.0 - 1.0 - smooth)
            line[index] = smooth
        notch = max(1, int(position * length))
        burst = line.copy()
        mean = 0.0
        for index in range(length):
            line[index] = burst[index] - burst[(index - notch) % length]
            mean += line[index] / length
        for index in range(length):
            line[index] -= mean
        loss = 10.0 ** (-3.0 / (pitch * decay))
        spot = 0
        last = 0.0
        older = 0.0
        for index in range(total):
            value = line[spot]
            ahead = spot + 1 if spot + 1 < length else 0
            mixed = (1.0 - fraction) * value + fraction * last
            last = value
            filtered = (1.0 - soft) * mixed + soft * older
            older = mixed
            line[spot] = loss * filtered
            spot = ahead
            shape = 1.0
            if damping > 0.0 and index > held * RATE:
                shape = math.exp(-(index / RATE - held) / damping)
            if index >= total - fade:
                shape *= (total - index) / fade
            if index < 48:
                shape *= index / 48.0
            out[0, index] += left * shape * mixed
            out[1, index] += right * shape * mixed
