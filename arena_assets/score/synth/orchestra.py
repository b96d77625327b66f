"""The orchestra: every patch by name, and the pieces of the percussion."""

from __future__ import annotations

from dataclasses import dataclass

from arena_assets.score.patterns import (
    ANVIL,
    CRASH,
    GONG,
    HAT,
    HIGH_TOM,
    LOW_DRUM,
    LOW_TOM,
    MID_TOM,
    SHAKER,
    SNARE,
    TAMBOURINE,
    TRIANGLE,
    WOODBLOCK,
)  # fmt: skip
from arena_assets.score.synth.patches import Choir, Ensemble, Harmonic, Modal, Patch, Plucked


def _rolloff(count: int, power: float, even: float = 1.0) -> tuple[float, ...]:
    """Harmonic amplitudes k^−power; the even ones scaled by ``even``."""
    return tuple((k + 1) ** -power * (even if k % 2 else 1.0) for k in range(count))


_VIOLIN_BODY = ((280, 0.25, 0.6), (480, 0.2, 0.8), (1100, 0.3, 0.7), (2900, 0.4, 1.6))
_CELLO_BODY = ((120, 0.3, 0.6), (240, 0.25, 0.8), (600, 0.3, 0.6), (2000, 0.5, 1.1))
_AH = ((700, 110, 1.0), (1150, 120, 0.7), (2700, 160, 0.45), (3500, 220, 0.3), (6500, 900, 0.12))
_OO = ((340, 80, 1.0), (820, 110, 0.45), (2500, 180, 0.12), (3300, 240, 0.08))
_TUBULAR = ((0.5, 0.35, 6.0), (1.0, 1.0, 5.5), (1.19, 0.35, 4.0), (1.5, 0.45, 3.6),
            (2.0, 0.8, 3.2), (2.52, 0.35, 2.4), (2.67, 0.3, 2.2), (3.01, 0.3, 1.8),
            (4.17, 0.25, 1.3), (5.43, 0.16, 0.9), (6.8, 0.1, 0.7))  # fmt: skip

PATCHES: dict[str, Patch] = {
    "strings": Ensemble(voices=8, attack=0.28, release=0.7, cutoff=6.5),
    "low_strings": Ensemble(voices=8, attack=0.2, release=0.5, cutoff=6.0, noise=0.06, detune=10),
    "spiccato": Ensemble(
        voices=6, attack=0.008, decay=0.16, sustain=0.12, release=0.16, cutoff=7.0, sweep=1.4,
        sweep_time=0.07, noise=0.15, vibrato=0.0,
    ),
    "warm_pad": Ensemble(
        voices=7, detune=17, pulse=0.35, attack=0.6, release=1.1, cutoff=4.5, sweep=0.8,
        sweep_time=1.6, resonance=1.1, noise=0.03,
    ),
    "glass_pad": Ensemble(
        voices=7, detune=9, pulse=0.9, attack=0.5, release=1.3, cutoff=8.0, sweep=0.6,
        sweep_time=1.2, resonance=1.8, noise=0.05, vibrato=4.0,
    ),
    "dark_pad": Ensemble(
        voices=8, detune=20, attack=0.5, release=1.0, cutoff=3.6, sweep=1.2, sweep_time=2.0,
        resonance=1.4, noise=0.1,
    ),
    "contrabass": Ensemble(
        voices=4, detune=6, attack=0.03, release=0.25, cutoff=7.0, sweep=0.9, sweep_time=0.15,
        noise=0.06, vibrato=3.0, decay=1.2, sustain=0.65,
    ),
    "synth_bass": Ensemble(
        voices=3, detune=7, pulse=0.6, attack=0.006, decay=0.5, sustain=0.55, release=0.2,
        cutoff=5.0, sweep=2.5, sweep_time=0.18, resonance=1.3, noise=0.0, vibrato=0.0,
    ),
    "sub_bass": Ensemble(
        voices=2, detune=4, attack=0.05, release=0.5, cutoff=3.4, sweep=1.0, sweep_time=0.4,
        noise=0.0, vibrato=0.0,
    ),
    "violin": Harmonic(
        _rolloff(30, 0.95), softness=1.5, attack=0.09, release=0.22, vibrato=22, vibrato_hz=5.7,
        breath=0.018, scoop=18, formants=_VIOLIN_BODY, players=2, detune=5, width=0.3,
    ),
    "cello": Harmonic(
        _rolloff(34, 1.0), softness=1.4, attack=0.1, release=0.25, vibrato=18, vibrato_hz=5.2,
        breath=0.02, scoop=14, formants=_CELLO_BODY, players=2, detune=5, width=0.25,
    ),
    "horn": Harmonic(
        _rolloff(20, 1.25), softness=3.0, players=3, attack=0.085, release=0.25, vibrato=5,
        scoop=22, formants=((450, 0.5, 0.9),), breath=0.01, width=0.5,
    ),
    "brass": Harmonic(
        _rolloff(26, 0.8), softness=3.2, players=4, attack=0.06, release=0.2, vibrato=6, scoop=28,
        formants=((1200, 0.6, 0.9),), detune=9, width=0.75,
    ),
    "low_brass": Harmonic(
        _rolloff(30, 0.8), softness=3.0, players=3, attack=0.055, release=0.2, vibrato=4, scoop=26,
        formants=((550, 0.6, 0.7),), detune=8, width=0.6,
    ),
    "trumpet": Harmonic(
        _rolloff(24, 0.6), softness=2.6, players=2, attack=0.045, release=0.16, vibrato=9,
        vibrato_delay=0.35, scoop=24, formants=((1400, 0.5, 1.2),), detune=5, width=0.35,
    ),
    "flute": Harmonic(
        (1.0, 0.55, 0.22, 0.12, 0.05, 0.03, 0.015, 0.01), softness=2.0, attack=0.06,
        release=0.16, vibrato=13, breath=0.085, scoop=12,
    ),
    "ocarina": Harmonic(
        (1.0, 0.12, 0.09, 0.03, 0.02, 0.01), softness=1.5, attack=0.05, release=0.2, vibrato=15,
        breath=0.06, scoop=18,
    ),
    "oboe": Harmonic(
        _rolloff(22, 0.85), softness=1.2, attack=0.05, release=0.14, vibrato=12,
        formants=((1050, 0.3, 2.2), (2800, 0.3, 1.2)), breath=0.012, scoop=8,
    ),
    "duduk": Harmonic(
        _rolloff(20, 1.05, 0.55), softness=1.6, attack=0.11, release=0.25, vibrato=26,
        vibrato_hz=4.7, vibrato_delay=0.4, formants=((520, 0.4, 1.8), (1500, 0.4, 0.9)),
        breath=0.06, scoop=45,
    ),
    "clarinet": Harmonic(
        _rolloff(20, 0.95, 0.16), softness=1.6, attack=0.05, release=0.15, vibrato=6,
        formants=((1500, 0.6, 0.9),), breath=0.015, scoop=8,
    ),
    "ondes": Harmonic(
        (1.0, 0.32, 0.3, 0.1, 0.09, 0.04, 0.03, 0.02), softness=1.2, attack=0.16, release=0.5,
        vibrato=24, vibrato_hz=5.4, scoop=70, players=2, detune=7, width=0.7,
    ),
    "organ": Harmonic(
        (1.0, 0.8, 0.5, 0.5, 0.1, 0.35, 0.05, 0.3, 0.05, 0.1, 0.02, 0.14), softness=0.0,
        attack=0.03, release=0.12, vibrato=5, vibrato_hz=6.2, vibrato_delay=0, players=3,
        detune=7, width=0.8, breath=0.02,
    ),
    "harp": Plucked(decay=3.4, brightness=0.5, position=0.34),
    "koto": Plucked(decay=2.2, brightness=0.85, position=0.1),
    "oud": Plucked(decay=1.5, brightness=0.66, position=0.14, courses=2, detune=5),
    "dulcimer": Plucked(decay=2.8, brightness=0.9, position=0.12, courses=3, detune=4),
    "pizzicato": Plucked(decay=0.55, brightness=0.45, position=0.25, courses=3, detune=8),
    "pluck_bass": Plucked(decay=2.0, brightness=0.55, position=0.2, damping=0.12, spread=0.0),
    "celesta": Modal(((1, 1, 2.2), (4.0, 0.25, 0.8), (6.8, 0.08, 0.4), (10.4, 0.05, 0.2))),
    "music_box": Modal(((1, 1, 1.8), (3.0, 0.3, 0.9), (5.4, 0.25, 0.7), (9.1, 0.1, 0.3)),
                       hardness=0.85),
    "glass": Modal(
        ((1, 1, 3.6), (2.32, 0.35, 2.6), (4.25, 0.22, 1.6), (6.63, 0.14, 1.0), (9.38, 0.08, 0.7)),
        attack=0.02, strike=0.02, hardness=0.75, spread=0.9,
    ),
    "tubular_bells": Modal(_TUBULAR, hardness=0.8),
    "marimba": Modal(((1, 1, 1.0), (3.93, 0.22, 0.25), (9.8, 0.08, 0.1)), strike=0.2, hardness=0.6),
    "kalimba": Modal(((1, 1, 1.5), (5.8, 0.18, 0.25), (11.0, 0.05, 0.12)), strike=0.25),
    "fm_bell": Modal(
        ((1, 1, 3.2), (1.003, 0.6, 3.0), (2.01, 0.4, 2.4), (3.51, 0.35, 1.4), (5.02, 0.22, 1.0),
         (7.1, 0.14, 0.7), (9.6, 0.08, 0.4)),
        attack=0.004, strike=0.03, spread=0.9, hardness=0.8,
    ),
    "timpani": Modal(
        ((1, 1, 1.5), (1.5, 0.65, 1.2), (1.98, 0.4, 0.9), (2.44, 0.28, 0.7), (3.2, 0.1, 0.4),
         (0.83, 0.3, 0.35)),
        strike=0.7, hardness=0.62, spread=0.3, damping=0.5,
    ),
    "choir_ah": Choir(_AH),
    "choir_oo": Choir(_OO, attack=0.35, release=0.8, breath=0.25),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of percussion; the fields are those of ``drum_hit``."""

    hz: float
    ratios: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    decay: float = 0.5
    drop: float = 0.0
    drop_time: float = 0.03
    noise: float = 0.0
    noise_hz: float = 1000.0
    noise_q: float = 0.7
    noise_decay: float = 0.1
    noise_attack: float = 0.0
    pan: float = 0.0
    width: float = 0.5
    gain: float = 1.0

    @property
    def seconds(self) -> float:
        return max(self.decay if self.ratios else 0.0, self.noise_decay if self.noise else 0.0)


_SKIN = (1.0, 1.59, 2.14, 2.3, 2.65, 2.92)
_SKIN_LEVELS = (1.0, 0.55, 0.4, 0.25, 0.2, 0.15)
_PLATE = (1.0, 1.37, 1.71, 2.13, 2.76, 3.41, 4.22, 5.05, 6.38, 7.61, 9.2, 11.3)
_PLATE_LEVELS = (0.5, 0.6, 0.8, 0.9, 1.0, 0.9, 0.8, 0.8, 0.6, 0.5, 0.4, 0.3)

PERCUSSION: dict[int, Piece] = {
    LOW_DRUM: Piece(58, _SKIN, _SKIN_LEVELS, 1.3, 0.9, 0.035, 1.1, 900, 0.6, 0.11, gain=1.0),
    LOW_TOM: Piece(88, _SKIN, _SKIN_LEVELS, 0.8, 0.5, 0.03, 0.9, 1300, 0.6, 0.09, pan=-0.3),
    MID_TOM: Piece(128, _SKIN, _SKIN_LEVELS, 0.6, 0.4, 0.025, 0.8, 1900, 0.6, 0.07, pan=0.25),
    HIGH_TOM: Piece(196, _SKIN, _SKIN_LEVELS, 0.42, 0.3, 0.02, 0.8, 2600, 0.7, 0.05, pan=0.45),
    SNARE: Piece(185, (1.0, 1.6, 2.3), (0.7, 0.5, 0.3), 0.22, 0.3, 0.02, 1.5, 3600, 0.5, 0.28),
    ANVIL: Piece(740, _PLATE[:9], _PLATE_LEVELS[:9], 1.1, 0.0, 0.03, 0.8, 5200, 0.8, 0.06,
                 pan=0.35, gain=0.28),
    WOODBLOCK: Piece(860, (1.0, 1.52, 2.71), (1.0, 0.5, 0.2), 0.14, 0.05, 0.01, 0.5, 3200, 1.0,
                     0.02, pan=-0.4, gain=0.5),
    HAT: Piece(4200, _PLATE[:4], (0.1, 0.1, 0.1, 0.1), 0.09, noise=1.4, noise_hz=9800,
               noise_q=0.8, noise_decay=0.1, pan=0.3),
    SHAKER: Piece(0, noise=1.2, noise_hz=7600, noise_q=1.0, noise_decay=0.12, noise_attack=0.022,
                  pan=-0.35, width=0.3),
    TAMBOURINE: Piece(5200, _PLATE[:5], (0.16,) * 5, 0.3, noise=0.9, noise_hz=9000, noise_q=1.3,
                      noise_decay=0.22, noise_attack=0.004, pan=0.4),
    TRIANGLE: Piece(1180, (1.0, 2.43, 3.91, 5.6, 7.2), (0.3, 0.8, 1.0, 0.6, 0.4), 2.4, pan=0.5,
                    gain=0.3),
    CRASH: Piece(420, _PLATE, _PLATE_LEVELS, 2.2, noise=1.6, noise_hz=7200, noise_q=0.4,
                 noise_decay=2.6, noise_attack=0.004, width=0.9, gain=0.34),
    GONG: Piece(98, _PLATE, _PLATE_LEVELS, 4.0, noise=0.5, noise_hz=1400, noise_q=0.4,
                noise_decay=2.6, noise_attack=0.25, width=0.8, gain=0.3),
}  # fmt: skip
