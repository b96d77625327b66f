"""Patch types: a tone generator with its settings, played by pitch, length and velocity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from arena_assets.score.synth.ensemble import ensemble_note
from arena_assets.score.synth.harmonic import harmonic_note
from arena_assets.score.synth.jit import FloatArray
from arena_assets.score.synth.plucked import plucked_note
from arena_assets.score.synth.struck import modal_note
from arena_assets.score.synth.vocal import choir_note


class Patch(Protocol):
    """An instrument. ``richness`` (0.3–1.5) scales how many voices or harmonics are spent."""

    def seconds(self, held: float) -> float:
        """How long a note held for ``held`` seconds sounds."""

    def play(
        self, out: FloatArray, hz: float, held: float, velocity: float, seed: int, richness: float
    ) -> None:
        """Add a note to ``out`` (2, n); ``velocity`` 0–1."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Section strings, pads and synthetic basses; the fields are those of ``ensemble_note``."""

    voices: int = 6
    detune: float = 12.0
    pulse: float = 0.0
    noise: float = 0.04
    attack: float = 0.12
    decay: float = 0.0
    sustain: float = 1.0
    release: float = 0.4
    cutoff: float = 7.0
    sweep: float = 0.0
    sweep_time: float = 0.2
    resonance: float = 0.7
    vibrato: float = 8.0
    vibrato_hz: float = 5.2

    def seconds(self, held: float) -> float:
        return held + self.release

    def play(
        self, out: FloatArray, hz: float, held: float, velocity: float, seed: int, richness: float
    ) -> None:
        ensemble_note(
            out, hz, held, 0.3 * velocity, seed, max(1, round(self.voices * richness)),
            self.detune, self.pulse, self.noise, min(self.attack, 0.6 * held + 0.01), self.decay,
            self.sustain, self.release, self.cutoff * (0.55 + 0.75 * velocity), self.sweep,
            self.sweep_time, self.resonance, self.vibrato, self.vibrato_hz,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Harmonic:
    """Winds, brass and solo strings; the fields are those of ``harmonic_note``."""

    spectrum: tuple[float, ...]
    softness: float = 2.0
    players: int = 1
    detune: float = 6.0
    width: float = 0.4
    attack: float = 0.07
    decay: float = 0.0
    sustain: float = 1.0
    release: float = 0.18
    vibrato: float = 14.0
    vibrato_hz: float = 5.3
    vibrato_delay: float = 0.25
    scoop: float = 0.0
    breath: float = 0.0
    formants: tuple[tuple[float, float, float], ...] = ()
    """Resonances of the body: (Hz, relative width, gain)."""

    def seconds(self, held: float) -> float:
        return held + self.release

    def play(
        self, out: FloatArray, hz: float, held: float, velocity: float, seed: int, richness: float
    ) -> None:
        count = max(6, int(len(self.spectrum) * min(1.0, richness)))
        amps = np.array(self.spectrum[:count], dtype=np.float64)
        freqs = hz * np.arange(1, count + 1)
        body = np.ones(count)
        for centre, width, boost in self.formants:
            body += boost * np.exp(-0.5 * (np.log2(freqs / centre) / width) ** 2)
        amps *= body
        amps /= np.sqrt(np.sum(amps**2))
        harmonic_note(
            out, hz, held, 0.5, seed, amps.astype(np.float32), self.softness,
            0.25 + 0.75 * velocity, max(1, round(self.players * min(1.0, richness))), self.detune,
            self.width, min(self.attack, 0.5 * held + 0.01), self.decay, self.sustain,
            self.release, self.vibrato, self.vibrato_hz, self.vibrato_delay, self.scoop,
            self.breath,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Modal:
    """Bells, bars, glass: modes as (ratio to the pitch, level, seconds to −60 dB)."""

    modes: tuple[tuple[float, float, float], ...]
    attack: float = 0.001
    strike: float = 0.15
    hardness: float = 0.7
    spread: float = 0.6
    damping: float = 0.0
    transpose: float = 1.0

    def seconds(self, held: float) -> float:
        ring = max(mode[2] for mode in self.modes)
        return min(ring, held + 5.0 * self.damping) if self.damping else min(ring, 5.0)

    def play(
        self, out: FloatArray, hz: float, held: float, velocity: float, seed: int, richness: float
    ) -> None:
        count = max(2, round(len(self.modes) * min(1.0, richness)))
        table = np.array(self.modes[:count], dtype=np.float32)
        # Small bars and bells ring shorter: decay falls with the square root of pitch.
        decays = table[:, 2] * np.float32(min(1.6, (440.0 / hz) ** 0.5))
        modal_note(
            out, hz * self.transpose, 0.4 * velocity, seed, table[:, 0].copy(),
            table[:, 1].copy(), decays, self.attack, self.strike,
            min(1.0, self.hardness * (0.5 + 0.6 * velocity)), self.spread, held, self.damping,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plucked:
    """Strings that are plucked; the fields are those of ``plucked_note``."""

    decay: float = 3.0
    brightness: float = 0.6
    position: float = 0.2
    courses: int = 1
    detune: float = 4.0
    damping: float = 0.0
    spread: float = 0.5

    def seconds(self, held: float) -> float:
        return min(self.decay, held + 5.0 * self.damping) if self.damping else min(self.decay, 3.5)

    def play(
        self, out: FloatArray, hz: float, held: float, velocity: float, seed: int, richness: float
    ) -> None:
        pan = self.spread * float(np.clip(np.log2(hz / 330.0) / 1.6, -1, 1))
        plucked_note(
            out, hz, held, 0.9 * velocity, seed, self.decay * min(1.5, (330.0 / hz) ** 0.4),
            min(1.0, self.brightness * (0.55 + 0.6 * velocity)), self.position,
            self.courses if richness >= 0.7 else 1, self.detune, self.damping, pan,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choir:
    """Singers on one vowel; ``formants`` as in ``choir_note``."""

    formants: tuple[tuple[float, float, float], ...]
    singers: int = 6
    attack: float = 0.22
    release: float = 0.5
    breath: float = 0.12

    def seconds(self, held: float) -> float:
        return held + self.release

    def play(
        self, out: FloatArray, hz: float, held: float, velocity: float, seed: int, richness: float
    ) -> None:
        choir_note(
            out, hz, held, 0.5 * velocity, seed, max(2, round(self.singers * richness)),
            np.array(self.formants, dtype=np.float32), min(self.attack, 0.5 * held + 0.01),
            self.release, self.breath,
        )  # fmt: skip
