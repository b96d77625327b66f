"""Equaliser sections after Bristow-Johnson's Audio EQ Cookbook, run in compiled code."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from arena_assets.score.synth.jit import RATE, FloatArray, compiled

Section = tuple[float, float, float, float, float]
"""b0, b1, b2, a1, a2 of a biquad, a0 = 1."""


def low_cut(hz: float, quality: float = 0.707) -> Section:
    """A second-order high-pass."""
    turn = 2 * math.pi * hz / RATE
    alpha, cosine = math.sin(turn) / (2 * quality), math.cos(turn)
    a0 = 1 + alpha
    edge = (1 + cosine) / 2
    return (edge / a0, -2 * edge / a0, edge / a0, -2 * cosine / a0, (1 - alpha) / a0)


def high_cut(hz: float, quality: float = 0.707) -> Section:
    """A second-order low-pass."""
    turn = 2 * math.pi * hz / RATE
    alpha, cosine = math.sin(turn) / (2 * quality), math.cos(turn)
    a0 = 1 + alpha
    edge = (1 - cosine) / 2
    return (edge / a0, 2 * edge / a0, edge / a0, -2 * cosine / a0, (1 - alpha) / a0)


def bell(hz: float, gain_db: float, quality: float = 0.8) -> Section:
    """A peak or dip of ``gain_db`` at ``hz``."""
    turn = 2 * math.pi * hz / RATE
    alpha, cosine = math.sin(turn) / (2 * quality), math.cos(turn)
    root = 10 ** (gain_db / 40)
    a0 = 1 + alpha / root
    return (
        (1 + alpha * root) / a0, -2 * cosine / a0, (1 - alpha * root) / a0,
        -2 * cosine / a0, (1 - alpha / root) / a0,
    )  # fmt: skip


def shelf(hz: float, gain_db: float, high: bool) -> Section:
    """A high or low shelf of ``gain_db`` with slope 1."""
    turn = 2 * math.pi * hz / RATE
    root = 10 ** (gain_db / 40)
    cosine = math.cos(turn) * (1 if high else -1)
    slope = 2 * math.sqrt(root) * math.sin(turn) / 2 * math.sqrt(2)
    up, down = root + 1, root - 1
    b0 = root * (up + down * cosine + slope)
    b1 = -2 * root * (down + up * cosine)
    b2 = root * (up + down * cosine - slope)
    a0 = up - down * cosine + slope
    a1 = 2 * (down - up * cosine)
    a2 = up - down * cosine - slope
    sign = 1 if high else -1
    return (b0 / a0, sign * b1 / a0, b2 / a0, sign * a1 / a0, a2 / a0)


def equalise(signal: FloatArray, sections: Sequence[Section], loops: bool) -> None:
    """Filter (2, n) in place. A loop is run in by its own last second, so that it stays a loop."""
    if sections:
        warm = min(RATE, signal.shape[1]) if loops else 0
        _run(signal, np.array(sections, np.float64), warm)


@compiled
def _run(signal: FloatArray, table: npt.NDArray[np.float64], warm: int) -> None:
    total = signal.shape[1]
    count = table.shape[0]
    for channel in range(2):
        first = np.zeros(count)
        second = np.zeros(count)
        for step in range(-warm, total):
            index = step if step >= 0 else total + step
            value = float(signal[channel, index])
            for section in range(count):
                made = table[section, 0] * value + first[section]
                first[section] = (
                    table[section, 1] * value - table[section, 3] * made + second[section]
                )
                second[section] = table[section, 2] * value - table[section, 4] * made
                value = made
            if step >= 0:
                signal[channel, index] = value
