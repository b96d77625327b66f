"""Playing a composition: every part into a stem of exactly the track's length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np

from arena_assets.score.composition import UNPITCHED, Composition, Note, Part
from arena_assets.score.patterns import IMPACT, LOW_DRUM, RISER
from arena_assets.score.synth.gestures import rising_noise
from arena_assets.score.synth.jit import RATE, FloatArray
from arena_assets.score.synth.orchestra import PATCHES, PERCUSSION
from arena_assets.score.synth.struck import drum_hit
from arena_assets.score.synth.textures import texture

Quality = Literal["draft", "standard", "master"]
Stem = tuple[Part, FloatArray]

_RICHNESS: dict[Quality, float] = {"draft": 0.4, "standard": 1.0, "master": 1.4}
_LEFT_OUT: dict[Quality, frozenset[Part]] = {
    "draft": frozenset({Part.COUNTER, Part.CHOIR}),
    "standard": frozenset(),
    "master": frozenset(),
}
_LOOSENESS = {Part.DRUMS: 0.0025, Part.METALS: 0.003, Part.EFFECTS: 0.0, Part.TIMPANI: 0.002}
"""Seconds (standard deviation) by which players miss the grid; 0.006 for the others."""
_CHECK_EVERY = 24


def play(
    score: Composition, seed: int, quality: Quality, check_cancelled: Callable[[], None]
) -> Iterator[Stem]:
    """Stems (2, seconds · 48000) of a score, one after another; silent parts are absent.

    Each is played when it is asked for, so that a caller need not hold all of them at once. In a
    looping track every tail that passes the end goes on at the beginning, as in the second of
    two passes.
    """
    samples = score.seconds * RATE
    for index, part in enumerate(Part):
        if part not in score.parts or part in _LEFT_OUT[quality]:
            continue
        rng = np.random.default_rng([seed, 0x57E4, index])
        stem = np.zeros((2, samples), np.float32)
        for count, note in enumerate(score.parts[part]):
            if count % _CHECK_EVERY == 0:
                check_cancelled()
            _play_note(stem, score, part, note, rng, _RICHNESS[quality])
        yield part, stem
    check_cancelled()
    if score.textures:
        rng = np.random.default_rng([seed, 0x7E87])
        bed = np.zeros((2, samples), np.float32)
        for level, name in zip((1.0, 0.7, 0.6), score.textures, strict=False):
            bed += np.float32(level) * texture(name, samples, rng, _RICHNESS[quality])
            check_cancelled()
        yield Part.TEXTURE, bed


def _play_note(
    stem: FloatArray, score: Composition, part: Part, note: Note, rng: np.random.Generator,
    richness: float,
) -> None:  # fmt: skip
    seed = int(rng.integers(1, 2**31))
    late = float(np.clip(rng.normal(0, _LOOSENESS.get(part, 0.006)), -0.015, 0.015))
    begin = round((note.start * score.seconds_per_beat + late) * RATE)
    held = note.beats * score.seconds_per_beat
    velocity = note.velocity / 127
    if part in UNPITCHED:
        sound = _hit(part, note.pitch, held, velocity, seed)
    else:
        patch = PATCHES[score.instruments[part]]
        hz = 440.0 * 2.0 ** ((note.pitch - 69) / 12)
        sound = np.zeros((2, int(patch.seconds(held) * RATE) + 1), np.float32)
        patch.play(sound, hz, held, velocity, seed, richness)
    _lay(stem, sound, begin, score.loops)


def _hit(part: Part, piece: int, held: float, velocity: float, seed: int) -> FloatArray:
    if part is Part.EFFECTS and piece != IMPACT:
        out = np.zeros((2, max(1, int(held * RATE))), np.float32)
        low, high, tone = (180.0, 5200.0, 0.25) if piece == RISER else (2500.0, 9000.0, 0.0)
        rising_noise(out, 0.5 * velocity, seed, low, high, tone)
        return out
    spec = PERCUSSION[LOW_DRUM if piece == IMPACT else piece]
    scale = 2.2 if piece == IMPACT else 1.0
    out = np.zeros((2, int(spec.seconds * scale * RATE) + 1), np.float32)
    drum_hit(
        out, 0.6 * spec.gain * velocity**1.4, seed, spec.hz / (1.35 if scale > 1 else 1.0),
        np.array(spec.ratios, np.float32), np.array(spec.levels, np.float32), spec.decay * scale,
        spec.drop * scale, spec.drop_time * scale, spec.noise,
        spec.noise_hz * (0.5 + 0.6 * velocity), spec.noise_q, spec.noise_decay * scale,
        spec.noise_attack, spec.pan, spec.width,
    )  # fmt: skip
    return out


def _lay(stem: FloatArray, sound: FloatArray, begin: int, wrap: bool) -> None:
    """Add a sound to a stem from sample ``begin``; what passes the end wraps or is cut."""
    total = stem.shape[1]
    if wrap:
        at = begin % total
        done = 0
        while done < sound.shape[1]:
            size = min(total - at, sound.shape[1] - done)
            stem[:, at : at + size] += sound[:, done : done + size]
            done, at = done + size, 0
        return
    skip = max(0, -begin)
    begin = max(0, begin)
    size = min(total - begin, sound.shape[1] - skip)
    if size > 0:
        stem[:, begin : begin + size] += sound[:, skip : skip + size]
