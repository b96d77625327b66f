"""Sums of harmonics whose brightness follows loudness: brass, woodwind, solo strings, ondes."""

from __future__ import annotations

import math

import numpy as np

from arena_assets.score.synth.common import BLOCK, next_noise, swell
from arena_assets.score.synth.jit import RATE, FloatArray, compiled


@compiled
def harmonic_note(
    out: FloatArray, hz: float, held: float, gain: float, seed: int,
    spectrum: FloatArray, softness: float, loudness: float,
    players: int, detune: float, width: float,
    attack: float, decay: float, sustain: float, release: float,
    vibrato: float, vibrato_hz: float, vibrato_delay: float, scoop: float, breath: float,
) -> None:  # fmt: skip
    """Add one note to ``out`` (2, n).

    ``spectrum`` (h,) are the harmonics' amplitudes at full loudness; at level L (envelope times
    ``loudness``, 0–1) harmonic k is scaled by L^(1 + softness · (k − 1) / 8), as a lip or reed
    grows brighter when blown harder (Risset & Mathews 1969). ``players`` play in unison, ``detune``
    cents and ``width`` (0–1) apart; ``scoop`` cents below pitch at the start; ``breath`` is the
    level of the noise around the pitch.
    """
    total = out.shape[1]
    count = min(len(spectrum), int(0.42 * RATE / hz))
    state = (seed * 2246822519 + 3266489917) & 0xFFFFFFFF | 1
    padded = (count + 3) // 4 * 4
    weight = np.zeros(padded)
    rise = np.zeros(padded)
    scale = gain / math.sqrt(players)
    for player in range(players):
        state = next_noise(state)
        offset = (state & 0xFFFF) / 65536.0
        state = next_noise(state)
        wobble = (state & 0xFFFF) / 32768.0 - 1.0
        place = 0.0 if players == 1 else 2.0 * player / (players - 1) - 1.0
        tune = 2.0 ** (detune * (place + 0.3 * wobble) / 1200.0)
        late = 0.0 if players == 1 else 0.012 * offset
        pan = place * width
        left = math.sqrt(0.5 * (1.0 - pan))
        right = math.sqrt(0.5 * (1.0 + pan))
        angle = 6.2831853 * offset
        band = low = 0.0
        hiss = 0.0
        weight[:] = 0.0
        g = 2.0 * math.sin(math.pi * min(hz * 2.5, 7000.0) / RATE)
        for begin in range(0, total, BLOCK):
            time = begin / RATE - late
            ahead = max(0.0, time + BLOCK / RATE)
            level = swell(ahead, held, attack, decay, sustain, release)
            grown = min(1.0, max(0.0, ahead - vibrato_delay) / 0.6)
            depth = vibrato * grown * (1.0 + 0.3 * wobble)
            sway = math.sin(6.2831853 * vibrato_hz * (1.0 + 0.06 * wobble) * ahead + 3.0 * offset)
            cents = depth * sway - scoop * math.exp(-ahead / 0.045)
            cents += 2.5 * math.sin(2.1 * ahead + 5.0 * offset) * math.sin(0.7 * ahead + wobble)
            turn = 6.2831853 * hz * tune * 2.0 ** (cents / 1200.0) / RATE
            loud = max(1e-6, level * loudness) * (1.0 + 0.07 * grown * sway)
            for k in range(count):
                goal = 0.0
                if level > 0.0:
                    goal = spectrum[k] * loud ** (1.0 + softness * k / 8.0)
                rise[k] = (goal - weight[k]) / BLOCK
            hiss_goal = breath * level
            hiss_step = (hiss_goal - hiss) / BLOCK
            for index in range(begin, min(begin + BLOCK, total)):
                angle += turn
                # sin(k + 4) = 2 cos(4) sin(k) − sin(k − 4): four chains at once.
                twice = 2.0 * math.cos(angle)
                s1 = math.sin(angle)
                s2 = twice * s1
                s3 = twice * s2 - s1
                s4 = twice * s3 - s2
                p1, p2, p3, p4 = -s3, -s2, -s1, 0.0
                square = twice * twice
                leap = square * square - 4.0 * square + 2.0
                value = 0.0
                for k in range(0, padded, 4):
                    value += weight[k] * s1 + weight[k + 1] * s2
                    value += weight[k + 2] * s3 + weight[k + 3] * s4
                    p1, s1 = s1, leap * s1 - p1
                    p2, s2 = s2, leap * s2 - p2
                    p3, s3 = s3, leap * s3 - p3
                    p4, s4 = s4, leap * s4 - p4
                if index % 8 == 7:
                    for k in range(count):
                        weight[k] += 8.0 * rise[k]
                if breath > 0.0:
                    hiss += hiss_step
                    state = next_noise(state)
                    white = (state & 0xFFFF) / 32768.0 - 1.0
                    low += g * band
                    band += g * (white - low - 0.9 * band)
                    value += hiss * band
                out[0, index] += scale * left * value
                out[1, index] += scale * right * value
            angle %= 6.283185307179586
