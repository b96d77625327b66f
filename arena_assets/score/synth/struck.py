"""Struck things: bells, bars and glass by modes; drums, metal and cymbals by modes and noise."""

from __future__ import annotations

import math

from arena_assets.score.synth.common import next_noise
from arena_assets.score.synth.jit import RATE, FloatArray, compiled


@compiled
def modal_note(
    out: FloatArray, hz: float, gain: float, seed: int,
    ratios: FloatArray, levels: FloatArray, decays: FloatArray,
    attack: float, strike: float, hardness: float, spread: float, held: float, damping: float,
) -> None:  # fmt: skip
    """Add one struck note to ``out`` (2, n).

    Modes at ``hz`` · ``ratios`` ring with ``levels`` and die to −60 dB in ``decays`` seconds;
    modes spread over the stereo field by ``spread``. ``strike`` is the level of the contact noise,
    ``hardness`` (0–1) how bright blow and tone are. After ``held`` seconds the tone is damped with
    time constant ``damping``; 0 lets it ring.
    """
    total = out.shape[1]
    state = (seed * 668265263 + 374761393) & 0xFFFFFFFF | 1
    fade = min(total, int(0.02 * RATE))
    for mode in range(len(ratios)):
        state = next_noise(state)
        chance = (state & 0xFFFF) / 32768.0 - 1.0
        turn = 6.2831853 * hz * ratios[mode] * (1.0 + 0.0004 * chance) / RATE
        if turn > 2.7:
            continue
        radius = 10.0 ** (-3.0 / (decays[mode] * RATE))
        loud = gain * levels[mode] * (0.35 + 0.65 * hardness) ** (ratios[mode] - 1.0)
        pan = spread * chance
        left = loud * math.sqrt(0.5 * (1.0 - pan))
        right = loud * math.sqrt(0.5 * (1.0 + pan))
        factor = 2.0 * radius * math.cos(turn)
        square = radius * radius
        # Starts at phase 0, so that the first sample is silent.
        before, now = -math.sin(turn) / radius, 0.0
        for index in range(total):
            shape = 1.0
            time = index / RATE
            if time < attack:
                shape = time / attack
            if damping > 0.0 and time > held:
                shape *= math.exp(-(time - held) / damping)
            if index >= total - fade:
                shape *= (total - index) / fade
            out[0, index] += left * shape * now
            out[1, index] += right * shape * now
            before, now = now, factor * now - square * before
    if strike > 0.0:
        smooth = 0.0
        pole = 0.25 + 0.7 * hardness
        for index in range(min(total, int(0.05 * RATE))):
            state = next_noise(state)
            smooth += pole * ((state & 0xFFFF) / 32768.0 - 1.0 - smooth)
            value = (
                gain * strike * smooth * math.exp(-index / (0.006 * RATE)) * min(1.0, index / 24)
            )
            out[0, index] += value
            out[1, index] += value


@compiled
def drum_hit(
    out: FloatArray, gain: float, seed: int,
    hz: float, ratios: FloatArray, levels: FloatArray, decay: float, drop: float, drop_time: float,
    noise: float, noise_hz: float, noise_q: float, noise_decay: float, noise_attack: float,
    pan: float, width: float,
) -> None:  # fmt: skip
    """Add one drum or cymbal hit to ``out`` (2, n).

    The skin's modes (``hz`` · ``ratios``) start ``drop`` times higher and settle in ``drop_time``;
    higher modes die sooner. Noise goes through a band-pass at ``noise_hz`` with quality
    ``noise_q``. ``width`` decorrelates the noise between the channels.
    """
    total = out.shape[1]
    state = (seed * 3266489917 + 668265263) & 0xFFFFFFFF | 1
    left = math.sqrt(0.5 * (1.0 - pan))
    right = math.sqrt(0.5 * (1.0 + pan))
    fade = min(total, int(0.01 * RATE))
    for mode in range(len(ratios)):
        angle = 0.0
        life = decay / (1.0 + 0.55 * (ratios[mode] - 1.0))
        if hz * ratios[mode] > 0.4 * RATE:
            continue
        state = next_noise(state)
        lean = width * ((state & 0xFFFF) / 32768.0 - 1.0)
        turn = 6.2831853 * hz * ratios[mode] / RATE
        fall, fading = drop, math.exp(-1.0 / (drop_time * RATE))
        ring, dying = 1.0, math.exp(-6.9 / (life * RATE))
        for index in range(min(total, int(1.3 * life * RATE))):
            angle += turn * (1.0 + fall)
            fall *= fading
            shape = ring * min(1.0, index / 40.0)
            ring *= dying
            if index >= total - fade:
                shape *= (total - index) / fade
            value = gain * levels[mode] * shape * math.sin(angle)
            out[0, index] += value * left * (1.0 - 0.5 * lean)
            out[1, index] += value * right * (1.0 + 0.5 * lean)
    if noise <= 0.0:
        return
    g = math.tan(math.pi * min(noise_hz, 18000.0) / RATE)
    damping = 1.0 / noise_q
    a1 = 1.0 / (1.0 + g * (g + damping))
    a2 = g * a1
    l1 = l2 = r1 = r2 = 0.0
    ring, dying = 1.0, math.exp(-6.9 / (noise_decay * RATE))
    for index in range(min(total, int(1.4 * noise_decay * RATE))):
        shape = ring
        ring *= dying
        if index < noise_attack * RATE:
            shape *= index / (noise_attack * RATE)
        if index >= total - fade:
            shape *= (total - index) / fade
        state = next_noise(state)
        first = (state & 0xFFFF) / 32768.0 - 1.0
        second = (1.0 - width) * first + width * ((state >> 16) / 32768.0 - 1.0)
        v3 = first - l2
        v1 = a1 * l1 + a2 * v3
        v2 = l2 + a2 * l1 + g * a2 * v3
        l1 = 2.0 * v1 - l1
        l2 = 2.0 * v2 - l2
        out[0, index] += gain * noise * shape * left * damping * v1
        v3 = second - r2
        v1 = a1 * r1 + a2 * v3
        v2 = r2 + a2 * r1 + g * a2 * v3
        r1 = 2.0 * v1 - r1
        r2 = 2.0 * v2 - r2
        out[1, index] += gain * noise * shape * right * damping * v1
