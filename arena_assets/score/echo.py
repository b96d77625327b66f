"""The delay: echoes in time with the music, a little darker each time, swinging left and right."""

from __future__ import annotations

import math

from arena_assets.score.synth.jit import RATE, FloatArray, compiled


def echo(signal: FloatArray, seconds: float, feedback: float, damp_hz: float, loops: bool) -> None:
    """Replace (2, n) by its echoes: the first after ``seconds``, each next ``feedback`` (0–0.9) as
    high, its treble let go above ``damp_hz``, its sides changed. In a loop they go round."""
    step = max(1, round(seconds * RATE))
    soft = math.exp(-2 * math.pi * damp_hz / RATE)
    rounds = 1
    if loops and feedback > 0:
        rounds += math.ceil(math.log(1e-3) / math.log(feedback) * step / signal.shape[1])
    _echo(signal, step, feedback, soft, rounds + (1 if loops else 0))


@compiled
def _echo(signal: FloatArray, step: int, feedback: float, soft: float, rounds: int) -> None:
    total = signal.shape[1]
    dry = signal.copy()
    line = dry[:, :1].repeat(step).reshape((2, step)) * 0
    low = [0.0, 0.0]
    for turn in range(rounds):
        last = turn == rounds - 1
        for index in range(total):
            at = (turn * total + index) % step
            left, right = float(line[0, at]), float(line[1, at])
            if last:
                signal[0, index] = left
                signal[1, index] = right
            low[0] = (1 - soft) * left + soft * low[0]
            low[1] = (1 - soft) * right + soft * low[1]
            line[0, at] = dry[0, index] + feedback * low[1]
            line[1, at] = dry[1, index] + feedback * low[0]
