"""Sound beds: air, water, stone and machines from shaped noise and small events.

A bed is periodic by construction: its noise is drawn in the frequency domain, its swells have whole
numbers of cycles and its events wrap around, so that any bed loops without a seam.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft

from arena_assets.score.synth.jit import RATE, FloatArray


@dataclass(frozen=True, slots=True)
class Bed:
    """Noise bands (centre Hz, width in octaves, level, swell Hz) and a kind of event."""

    bands: tuple[tuple[float, float, float, float], ...]
    event: str = ""
    per_second: float = 0.0
    event_level: float = 0.3


_PERIOD_SECONDS = 12
"""Noise repeats about so often, unheard under swells that don't."""

BEDS: dict[str, Bed] = {
    "wind": Bed(((420, 0.7, 1.0, 0.09), (900, 0.5, 0.6, 0.16), (2400, 0.8, 0.16, 0.12))),
    "blizzard": Bed(((600, 0.6, 0.8, 0.13), (1500, 0.5, 0.7, 0.21), (5200, 1.0, 0.35, 0.1))),
    "sand": Bed(((900, 0.7, 0.6, 0.1), (5600, 0.9, 0.5, 0.14))),
    "leaves": Bed(((700, 0.8, 0.25, 0.1), (4200, 0.8, 0.6, 0.17), (8000, 0.6, 0.3, 0.11))),
    "water": Bed(((380, 1.0, 0.8, 0.2), (1800, 0.8, 0.3, 0.27), (5200, 0.9, 0.14, 0.15)),
                 "drip", 1.2),
    "bubbles": Bed(((260, 0.8, 0.7, 0.12),), "bubble", 3.0),
    "drips": Bed(((500, 1.2, 0.25, 0.07),), "drip", 1.1, 0.5),
    "rumble": Bed(((55, 0.7, 1.0, 0.11), (120, 0.6, 0.5, 0.17), (700, 1.0, 0.06, 0.2))),
    "embers": Bed(((300, 1.0, 0.5, 0.12), (2600, 1.0, 0.1, 0.2)), "crackle", 9.0, 0.5),
    "ice": Bed(((2400, 1.2, 0.2, 0.06),), "ice", 0.5),
    "shimmer": Bed(((7200, 0.7, 0.3, 0.13), (11000, 0.4, 0.2, 0.19)), "chime", 1.3, 0.22),
    "birds": Bed(((5200, 0.5, 0.06, 0.1),), "chirp", 0.8, 0.25),
    "steam": Bed(((3600, 0.9, 0.35, 0.14), (7800, 0.7, 0.3, 0.09)), "hiss", 0.35, 0.5),
    "machine": Bed(((75, 0.4, 0.7, 0.5), (240, 0.4, 0.3, 0.25), (1800, 0.7, 0.1, 0.2)),
                   "clank", 0.8),
    "whispers": Bed(((800, 0.4, 0.5, 0.23), (1900, 0.35, 0.5, 0.31), (3600, 0.4, 0.3, 0.17))),
}  # fmt: skip


def texture(name: str, samples: int, rng: np.random.Generator, richness: float) -> FloatArray:
    """A bed (2, samples) of about −20 dBFS RMS."""
    bed = BEDS[name]
    out = np.zeros((2, samples), np.float32)
    period = samples // max(1, round(samples / (_PERIOD_SECONDS * RATE)))
    time = np.arange(samples, dtype=np.float32) / np.float32(RATE)
    length = samples / RATE
    for centre, octaves, level, swell_hz in bed.bands:
        cycles = max(1, round(swell_hz * length))
        phase, second = rng.uniform(0, 2 * np.pi, 2)
        wave = np.float32(2 * np.pi * cycles / length) * time
        slow = np.float32(2 * np.pi * max(1, cycles // 3) / length) * time
        swell = 0.55 + 0.3 * np.sin(wave + np.float32(phase))
        swell += 0.15 * np.sin(slow + np.float32(second))
        for channel in range(2):
            out[channel] += (
                np.float32(level) * swell * np.resize(_band(period, centre, octaves, rng), samples)
            )
    loudness = float(np.sqrt(np.mean(np.square(out[:, ::7])))) or 1.0
    out *= np.float32(0.1 / loudness)
    if bed.event:
        count = round(bed.per_second * length * (0.5 + 0.5 * min(1.0, richness)))
        for _ in range(count):
            _place(out, _event(bed.event, rng) * np.float32(bed.event_level), rng)
    return out


def _band(samples: int, centre: float, octaves: float, rng: np.random.Generator) -> FloatArray:
    """Noise (samples,) with a Gaussian spectrum on a logarithmic frequency axis; RMS 1."""
    bins = samples // 2 + 1
    low = max(1, int(centre * 2 ** (-3 * octaves) * samples / RATE))
    high = min(bins, int(centre * 2 ** (3 * octaves) * samples / RATE) + 2)
    hz = np.arange(low, high) * (RATE / samples)
    shape = np.exp(-0.5 * (np.log2(hz / centre) / octaves) ** 2) / np.sqrt(hz / centre)
    spectrum = np.zeros(bins, np.complex64)
    noise = rng.standard_normal((2, high - low), dtype=np.float32)
    spectrum[low:high] = (noise[0] + 1j * noise[1]) * shape.astype(np.float32)
    wave = scipy.fft.irfft(spectrum, samples)
    return np.asarray(wave / np.sqrt(np.mean(np.square(wave))), np.float32)


def _event(kind: str, rng: np.random.Generator) -> FloatArray:
    """One small sound (n,)."""
    seconds = {"chirp": 0.5, "crackle": 0.02, "ice": 0.9, "chime": 1.6, "hiss": 1.1, "clank": 0.7}
    size = int(RATE * seconds.get(kind, 0.25))
    time = np.arange(size) / RATE
    if kind in ("drip", "bubble"):
        base = rng.uniform(700, 2100) if kind == "drip" else rng.uniform(250, 800)
        turn = base * time * (1 + (1.2 if kind == "drip" else 2.2) * time)
        wave = np.sin(2 * np.pi * turn) * np.exp(-time * rng.uniform(18, 40))
    elif kind == "chirp":
        base, bend = rng.uniform(2400, 4200), rng.uniform(-1500, 1500)
        pulses = 0.5 - 0.5 * np.cos(2 * np.pi * time * rng.integers(4, 10))
        wave = np.sin(2 * np.pi * (base * time + bend * time**2)) * pulses * np.exp(-time * 7)
    elif kind == "crackle":
        wave = rng.standard_normal(size) * np.exp(-time * rng.uniform(250, 900)) * rng.random()
    elif kind == "ice":
        base = rng.uniform(1500, 4200)
        partials = sum(np.sin(2 * np.pi * base * r * time) / r for r in (1.0, 1.47, 2.09, 2.56))
        wave = np.asarray(partials) * np.exp(-time * 7) * 0.5
    elif kind == "chime":
        base = rng.uniform(2800, 6400)
        wave = (np.sin(2 * np.pi * base * time) + 0.4 * np.sin(5.4 * np.pi * base * time)) * np.exp(
            -time * 4
        )
    elif kind == "hiss":
        wave = np.diff(rng.standard_normal(size + 1)) * np.sin(np.pi * time / time[-1]) ** 3 * 0.5
    else:
        base = rng.uniform(300, 700)
        partials = sum(np.sin(2 * np.pi * base * r * time) for r in (1.0, 1.71, 2.76, 4.22, 5.05))
        wave = np.asarray(partials) * np.exp(-time * 9) * 0.3
    return np.asarray(
        wave * np.minimum(1, time * 400) * np.minimum(1, (time[-1] - time) * 200), np.float32
    )


def _place(out: FloatArray, event: FloatArray, rng: np.random.Generator) -> None:
    """Add an event at a random time and place, wrapping around the end."""
    begin = int(rng.integers(out.shape[1]))
    side = float(rng.uniform(-0.9, 0.9))
    where = (begin + np.arange(len(event))) % out.shape[1]
    out[0, where] += np.float32(np.sqrt(0.5 * (1 - side))) * event
    out[1, where] += np.float32(np.sqrt(0.5 * (1 + side))) * event
