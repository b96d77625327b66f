"""Small compiled pieces that all tone generators share."""

from __future__ import annotations

import math

from arena_assets.score.synth.jit import compiled

BLOCK = 32
"""Samples between two updates of envelopes, vibrato and filters."""


@compiled
def next_noise(state: int) -> int:
    """The next state of a 32-bit xorshift generator (Marsaglia 2003)."""
    state ^= (state << 13) & 0xFFFFFFFF
    state ^= state >> 17
    state ^= (state << 5) & 0xFFFFFFFF
    return state


@compiled
def swell(
    time: float, held: float, attack: float, decay: float, sustain: float, release: float
) -> float:
    """An envelope at ``time`` seconds: raised-cosine attack, exponential decay, square release.

    It is 0 at ``held + release``, so that a note never ends in a click.
    """
    level = 1.0
    if time < attack:
        level = 0.5 - 0.5 * math.cos(math.pi * time / attack)
    elif decay > 0.0:
        level = sustain + (1.0 - sustain) * math.exp(-(time - attack) / decay)
    if time > held:
        left = 1.0 - (time - held) / release
        level *= left * left if left > 0.0 else 0.0
    return level
