"""A choir without words: detuned voices through the formants of a vowel."""

from __future__ import annotations

import math

from arena_assets.score.synth.common import BLOCK, next_noise, swell
from arena_assets.score.synth.jit import RATE, FloatArray, compiled


@compiled
def choir_note(
    out: FloatArray, hz: float, held: float, gain: float, seed: int, singers: int,
    formants: FloatArray, attack: float, release: float, breath: float,
) -> None:  # fmt: skip
    """Add one sung note to ``out`` (2, n).

    ``formants`` (f, 3): centre in Hz, bandwidth in Hz, level. Each singer has a vibrato, a place
    and an intonation of its own; the glottal source is a band-limited saw falling 6 dB an octave.
    """
    total = out.shape[1]
    count = formants.shape[0]
    state = (seed * 2654435761 + 97531) & 0xFFFFFFFF | 1
    phase = [0.0] * singers
    tune = [0.0] * singers
    sway = [0.0] * singers
    side = [0.0] * singers
    speed = [0.0] * singers
    for singer in range(singers):
        state = next_noise(state)
        phase[singer] = (state & 0xFFFF) / 65536.0
        state = next_noise(state)
        chance = (state & 0xFFFF) / 32768.0 - 1.0
        tune[singer] = 2.0 ** (13.0 * chance / 1200.0)
        sway[singer] = 4.6 + 0.7 * chance
        side[singer] = 0.0 if singers == 1 else 1.7 * singer / (singers - 1) - 0.85
    a1 = [0.0] * count
    a2 = [0.0] * count
    grow = [0.0] * count
    left1 = [0.0] * count
    left2 = [0.0] * count
    right1 = [0.0] * count
    right2 = [0.0] * count
    for f in range(count):
        g = math.tan(math.pi * formants[f, 0] / RATE)
        damping = formants[f, 1] / formants[f, 0]
        a1[f] = 1.0 / (1.0 + g * (g + damping))
        a2[f] = g * a1[f]
        grow[f] = formants[f, 2] * damping
    scale = gain / math.sqrt(singers)
    level = 0.0
    tilt_left = tilt_right = 0.0
    for begin in range(0, total, BLOCK):
        time = begin / RATE
        goal = swell(time + BLOCK / RATE, held, attack, 0.0, 1.0, release)
        step = (goal - level) / BLOCK
        depth = 17.0 * min(1.0, time / 0.8) / 1200.0
        for singer in range(singers):
            bend = depth * math.sin(
                6.2831853 * (sway[singer] * time + phase[singer] * 0.0 + tune[singer] * 40.0)
            )
            speed[singer] = hz * tune[singer] * 2.0**bend / RATE
        for index in range(begin, min(begin + BLOCK, total)):
            level += step
            in_left = 0.0
            in_right = 0.0
            for singer in range(singers):
                dp = speed[singer]
                p = phase[singer] + dp
                if p >= 1.0:
                    p -= 1.0
                phase[singer] = p
                value = 2.0 * p - 1.0
                if p < dp:
                    t = p / dp
                    value -= t + t - t * t - 1.0
                elif p > 1.0 - dp:
                    t = (p - 1.0) / dp
                    value -= t * t + t + t + 1.0
                in_left += value * (1.0 - side[singer])
                in_right += value * (1.0 + side[singer])
            state = next_noise(state)
            in_left += breath * ((state & 0xFFFF) / 32768.0 - 1.0)
            in_right += breath * ((state >> 16) / 32768.0 - 1.0)
            tilt_left += 0.35 * (in_left - tilt_left)
            tilt_right += 0.35 * (in_right - tilt_right)
            sum_left = 0.06 * tilt_left
            sum_right = 0.06 * tilt_right
            for f in range(count):
                v3 = tilt_left - left2[f]
                v1 = a1[f] * left1[f] + a2[f] * v3
                left2[f] += 2.0 * (a2[f] * left1[f] + a2[f] * a2[f] / a1[f] * v3)
                left1[f] = 2.0 * v1 - left1[f]
                sum_left += grow[f] * v1
                v3 = tilt_right - right2[f]
                v1 = a1[f] * right1[f] + a2[f] * v3
                right2[f] += 2.0 * (a2[f] * right1[f] + a2[f] * a2[f] / a1[f] * v3)
                right1[f] = 2.0 * v1 - right1[f]
                sum_right += grow[f] * v1
            out[0, index] += scale * level * sum_left
            out[1, index] += scale * level * sum_right
