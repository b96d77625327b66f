"""Ways to spoil a good mix, as people and machines do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from arena_assets.score.dynamics import squeeze
from arena_assets.score.filters import bell, equalise, high_cut
from arena_assets.score.loudness import loudness
from arena_assets.score.synth.jit import RATE, FloatArray

Damage = Callable[[FloatArray], FloatArray]


def muffled(mix: FloatArray) -> FloatArray:
    equalise(mix, [high_cut(1800), high_cut(1800)], loops=False)
    return mix


def muddy(mix: FloatArray) -> FloatArray:
    equalise(mix, [bell(320, 9, 0.8)], loops=False)
    return mix


def harsh(mix: FloatArray) -> FloatArray:
    equalise(mix, [bell(3000, 12, 0.8)], loops=False)
    return mix


def squashed(mix: FloatArray) -> FloatArray:
    squeeze(mix, loudness(mix) - 14, 20, 1, 40, loops=False)
    return mix


def collapsed(mix: FloatArray) -> FloatArray:
    mix[:] = mix.mean(axis=0)
    return mix


def out_of_phase(mix: FloatArray) -> FloatArray:
    mix[1] *= -1
    return mix


def clipped(mix: FloatArray) -> FloatArray:
    limit = float(np.percentile(np.abs(mix), 97))
    return np.clip(mix, -limit, limit)


def humming(mix: FloatArray) -> FloatArray:
    time = np.arange(mix.shape[1]) / RATE
    lines = sum(np.sin(2 * np.pi * 50 * n * time) / n for n in (1, 2, 3, 4))
    level = np.sqrt(float(np.square(mix).mean())) * 10 ** (-14 / 20)
    return np.asarray(mix + (np.sqrt(2) * level * lines).astype(np.float32))


def misaligned(mix: FloatArray) -> FloatArray:
    """A loop cut where its wave stands high, so that its wrap jumps."""
    steep = np.abs(mix[0, RATE : 2 * RATE]) + np.abs(mix[0, -1] - mix[0, RATE : 2 * RATE])
    return np.ascontiguousarray(mix[:, RATE + int(steep.argmax()) :])


DAMAGES: dict[str, Damage] = {
    "muffled": muffled, "muddy": muddy, "harsh": harsh, "squashed": squashed,
    "collapsed": collapsed, "out of phase": out_of_phase, "clipped": clipped, "humming": humming,
}  # fmt: skip
