"""Many detuned band-limited saws through a moving filter: strings, pads, synthetic basses."""

from __future__ import annotations

import math

from arena_assets.score.synth.common import BLOCK, next_noise, swell
from arena_assets.score.synth.jit import RATE, FloatArray, compiled


@compiled
def ensemble_note(
    out: FloatArray, hz: float, held: float, gain: float, seed: int,
    voices: int, detune: float, pulse: float, noise: float,
    attack: float, decay: float, sustain: float, release: float,
    cutoff: float, sweep: float, sweep_time: float, resonance: float,
    vibrato: float, vibrato_hz: float,
) -> None:  # fmt: skip
    """Add one note to ``out`` (2, n).

    ``detune`` and ``vibrato`` in cents; ``pulse`` 0 saw to 1 square; ``noise`` the share of bow or
    breath; times in seconds; ``cutoff`` in multiples of the pitch, raised by ``sweep`` times itself
    at first and falling back within ``sweep_time``. Oscillators: PolyBLEP (Välimäki & Huovilainen
    2007); filter: topology-preserving state variable low-pass (Zavalishin 2012).
    """
    total = out.shape[1]
    state = (seed * 2654435761 + 88172645) & 0xFFFFFFFF | 1
    phase = [0.0] * voices
    other = [0.0] * voices
    ratio = [0.0] * voices
    rate_of = [0.0] * voices
    shift = [0.0] * voices
    left = [0.0] * voices
    right = [0.0] * voices
    speed = [0.0] * voices
    for voice in range(voices):
        state = next_noise(state)
        phase[voice] = (state & 0xFFFF) / 65536.0
        place = 0.0 if voices == 1 else 2.0 * voice / (voices - 1) - 1.0
        state = next_noise(state)
        wobble = ((state & 0xFFFF) / 32768.0 - 1.0) * 0.25
        ratio[voice] = 2.0 ** (detune * (place + wobble) / 1200.0)
        rate_of[voice] = vibrato_hz * (1.0 + 0.25 * wobble)
        shift[voice] = 6.283 * phase[voice]
        side = 0.0 if voices == 1 else (1.0 if voice % 2 else -1.0) * (0.35 + 0.6 * abs(place))
        left[voice] = math.sqrt(0.5 * (1.0 - side))
        right[voice] = math.sqrt(0.5 * (1.0 + side))
        other[voice] = (phase[voice] + 0.5) % 1.0
    scale = gain / math.sqrt(voices)
    l1 = l2 = r1 = r2 = 0.0
    level = 0.0
    damping = 1.0 / resonance
    for begin in range(0, total, BLOCK):
        time = begin / RATE
        goal = swell(time + BLOCK / RATE, held, attack, decay, sustain, release)
        step = (goal - level) / BLOCK
        bend = min(1.0, time / 0.5) * vibrato / 1200.0
        for voice in range(voices):
            sway = math.sin(6.2831853 * rate_of[voice] * time + shift[voice])
            speed[voice] = hz * ratio[voice] * 2.0 ** (bend * sway) / RATE
        opened = cutoff * hz * (1.0 + sweep * math.exp(-time / sweep_time)) * (0.45 + 0.55 * goal)
        opened = min(max(opened, 60.0), 16000.0)
        g = math.tan(math.pi * opened / RATE)
        a1 = 1.0 / (1.0 + g * (g + damping))
        a2 = g * a1
        a3 = g * a2
        for index in range(begin, min(begin + BLOCK, total)):
            level += step
            in_left = 0.0
            in_right = 0.0
            for voice in range(voices):
                dp = speed[voice]
                p = phase[voice] + dp
                if p >= 1.0:
                    p -= 1.0
                phase[voice] = p
                value = 2.0 * p - 1.0
                if p < dp:
                    t = p / dp
                    value -= t + t - t * t - 1.0
                elif p > 1.0 - dp:
                    t = (p - 1.0) / dp
                    value -= t * t + t + t + 1.0
                if pulse > 0.0:
                    q = other[voice] + dp
                    if q >= 1.0:
                        q -= 1.0
                    other[voice] = q
                    second = 2.0 * q - 1.0
                    if q < dp:
                        t = q / dp
                        second -= t + t - t * t - 1.0
                    elif q > 1.0 - dp:
                        t = (q - 1.0) / dp
                        second -= t * t + t + t + 1.0
                    value -= pulse * second
                in_left += value * left[voice]
                in_right += value * right[voice]
            if noise > 0.0:
                state = next_noise(state)
                in_left += noise * ((state & 0xFFFF) / 32768.0 - 1.0)
                in_right += noise * ((state >> 16) / 32768.0 - 1.0)
            v3 = in_left - l2
            v1 = a1 * l1 + a2 * v3
            v2 = l2 + a2 * l1 + a3 * v3
            l1 = 2.0 * v1 - l1
            l2 = 2.0 * v2 - l2
            out[0, index] += scale * level * v2
            v3 = in_right - r2
            v1 = a1 * r1 + a2 * v3
            v2 = r2 + a2 * r1 + a3 * v3
            r1 = 2.0 * v1 - r1
            r2 = 2.0 * v2 - r2
            out[1, index] += scale * level * v2
