"""Automation: a parameter of a stem that moves while the music plays.

The sweeping filter is the state-variable filter with trapezoidal integrators (Zavalishin, "The Art
of VA Filter Design", 2012), which stays stable while its frequency moves.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from arena_assets.score.synth.jit import RATE, FloatArray, compiled

Moving = Literal["gain_db", "send_db", "delay_db", "low_cut_hz", "high_cut_hz"]
Unit = Literal["seconds", "beats", "bars"]
BOUNDS: dict[Moving, tuple[float, float]] = {
    "gain_db": (-60.0, 12.0), "send_db": (-60.0, 24.0), "delay_db": (-60.0, 24.0),
    "low_cut_hz": (20.0, 8000.0), "high_cut_hz": (200.0, 20000.0),
}  # fmt: skip


class Point(BaseModel):
    """``value`` at ``at``, counted from 0 in the lane's unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: float = Field(ge=0, le=100_000)
    value: float


class Lane(BaseModel):
    """One parameter over time, in straight lines between its points.

    ``gain_db``, ``send_db`` and ``delay_db`` add to what the stem has; a send that is off stays
    off. ``low_cut_hz`` and ``high_cut_hz`` are filters of 12 dB an octave besides the stem's own,
    and move in straight lines of octaves. Before its first point and after its last a lane holds
    their values; in a loop it goes from the last on to the first, so that it has no seam.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameter: Moving
    unit: Unit = "bars"
    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=64)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if any(after.at <= before.at for before, after in pairwise(self.points)):
            raise ValueError("the points of a lane must rise in time")
        low, high = BOUNDS[self.parameter]
        if not all(low <= point.value <= high for point in self.points):
            raise ValueError(f"{self.parameter} moves between {low:g} and {high:g}")
        return self


class Clock(BaseModel):
    """What beats and bars last."""

    model_config = ConfigDict(frozen=True)

    seconds_per_beat: float = 0.5
    beats_per_bar: int = 4

    def samples(self, unit: Unit) -> float:
        beat = self.seconds_per_beat * RATE
        return {"seconds": float(RATE), "beats": beat, "bars": beat * self.beats_per_bar}[unit]


def curve(lane: Lane, samples: int, clock: Clock, loops: bool) -> npt.NDArray[np.float64]:
    """The lane's value at every sample of a track of ``samples``."""
    at = np.array([point.at for point in lane.points]) * clock.samples(lane.unit)
    octaves = lane.parameter.endswith("_hz")
    values = np.array([point.value for point in lane.points])
    values = np.log2(values) if octaves else values
    inside = at < samples
    if loops and inside.any():
        found = np.interp(np.arange(samples), at[inside], values[inside], period=samples)
    else:
        found = np.interp(np.arange(samples), at, values)
    return np.exp2(found) if octaves else np.asarray(found)


def gains(lane: Lane, samples: int, clock: Clock, loops: bool) -> FloatArray:
    """The factors of a lane in decibels, (samples,)."""
    return np.asarray(10 ** (curve(lane, samples, clock, loops) / 20), dtype=np.float32)


def sweep(signal: FloatArray, hz: npt.NDArray[np.float64], high: bool, loops: bool) -> None:
    """Filter (2, n) in place by a cut at ``hz`` (n,): of what lies above it with ``high``, else
    below. A loop is run in by its own last second."""
    warm = min(RATE, signal.shape[1]) if loops else 0
    _sweep(signal, np.clip(hz, 16.0, 0.46 * RATE), high, warm)


@compiled
def _sweep(signal: FloatArray, hz: npt.NDArray[np.float64], high: bool, warm: int) -> None:
    total = signal.shape[1]
    damping = math.sqrt(2.0)
    for channel in range(2):
        first, second = 0.0, 0.0
        a1, a2, a3 = 0.0, 0.0, 0.0
        for step in range(-warm, total):
            index = step if step >= 0 else total + step
            if step == -warm or index % 32 == 0:  # a sweep is slow: set often enough
                turn = math.tan(math.pi * hz[index] / 48000.0)
                a1 = 1.0 / (1.0 + turn * (turn + damping))
                a2 = turn * a1
                a3 = turn * a2
            value = float(signal[channel, index])
            rest = value - second
            band = a1 * first + a2 * rest
            low = second + a2 * first + a3 * rest
            first = 2.0 * band - first
            second = 2.0 * low - second
            if step >= 0:
                signal[channel, index] = low if high else value - damping * band - low
