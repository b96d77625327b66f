"""Scales, chords and voice leading. Pitches are MIDI numbers; degrees count scale steps from 0."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

MODES: dict[str, tuple[int, ...]] = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "harmonic_minor": (0, 2, 3, 5, 7, 8, 11),
    "phrygian_dominant": (0, 1, 4, 5, 7, 8, 10),
}
"""Semitones above the tonic of the seven degrees."""

BRIGHT_COUNTERPART: dict[str, str] = {
    "dorian": "mixolydian",
    "phrygian": "ionian",
    "aeolian": "ionian",
    "harmonic_minor": "ionian",
    "phrygian_dominant": "ionian",
}
"""The major-third mode in which a theme triumphs."""

DARK_COUNTERPART: dict[str, str] = {
    "ionian": "aeolian",
    "mixolydian": "phrygian",
    "lydian": "phrygian",
    "dorian": "phrygian",
    "aeolian": "phrygian",
}
"""The mode in which a theme threatens."""

PROGRESSIONS: dict[str, tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]] = {
    "ionian": (
        ((0, 4, 5, 3), (0, 2, 3, 4), (0, 3, 5, 4), (5, 3, 0, 4)),
        ((3, 4, 2, 5), (1, 3, 5, 4), (3, 0, 1, 4)),
    ),
    "dorian": (
        ((0, 3, 0, 6), (0, 6, 3, 0), (0, 2, 3, 4), (0, 3, 6, 2)),
        ((2, 6, 0, 3), (2, 3, 6, 4), (6, 3, 2, 4)),
    ),
    "phrygian": (
        ((0, 1, 0, 6), (0, 1, 2, 1), (0, 5, 1, 0)),
        ((3, 5, 1, 6), (5, 6, 3, 1), (5, 2, 3, 1)),
    ),
    "lydian": (
        ((0, 1, 0, 4), (0, 1, 5, 4), (0, 2, 1, 4), (0, 5, 1, 4)),
        ((5, 1, 2, 4), (2, 5, 1, 4), (4, 1, 5, 1)),
    ),
    "mixolydian": (
        ((0, 6, 3, 0), (0, 3, 6, 3), (0, 4, 3, 6)),
        ((3, 6, 1, 4), (5, 3, 6, 4), (3, 0, 6, 6)),
    ),
    "aeolian": (
        ((0, 5, 2, 6), (0, 6, 5, 6), (0, 3, 5, 4), (0, 2, 6, 5)),
        ((5, 6, 0, 2), (3, 5, 2, 6), (5, 2, 3, 4)),
    ),
    "harmonic_minor": (
        ((0, 5, 3, 4), (0, 3, 0, 4), (0, 4, 5, 3)),
        ((5, 3, 0, 4), (3, 0, 5, 4), (5, 0, 3, 4)),
    ),
    "phrygian_dominant": (
        ((0, 1, 0, 6), (0, 3, 1, 0), (0, 1, 6, 0)),
        ((3, 6, 5, 1), (5, 3, 6, 1), (3, 5, 1, 6)),
    ),
}
"""Four-bar phrases by mode: openings, and continuations that lead away from home and back to it."""

_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def key_name(tonic: int) -> str:
    """The name of a tonic's pitch class: ``62`` → ``D``."""
    return _NAMES[tonic % 12]


def pitch_of(mode: str, tonic: int, degree: int) -> int:
    """The pitch ``degree`` scale steps above (or below) the tonic."""
    octave, step = divmod(degree, 7)
    return tonic + MODES[mode][step] + 12 * octave


def degree_of(mode: str, tonic: int, pitch: int) -> int | None:
    """The scale degree of a pitch, or None when it is outside the mode."""
    octave, semitone = divmod(pitch - tonic, 12)
    scale = MODES[mode]
    return scale.index(semitone) + 7 * octave if semitone in scale else None


def chord_degrees(root: int, extra: int | None = None) -> tuple[int, ...]:
    """The triad on a degree, with one more scale step above the root when asked for."""
    triad = (root, root + 2, root + 4)
    return triad if extra is None else (*triad, root + extra)


def lead_voices(
    classes: Sequence[int], previous: Sequence[int] | None, centre: float, voices: int = 4
) -> tuple[int, ...]:
    """The close voicing of some pitch classes that moves least from the chord before.

    The root may be doubled to reach ``voices`` notes. ``centre`` is the pitch the chord gathers
    around. Cost: total distance of each voice to its nearest former voice, plus drift.
    """
    wanted = [*classes]
    while len(wanted) < voices:
        wanted.append(classes[0])
    low = int(centre) - 12
    choices = [[low + (each - low) % 12, low + 12 + (each - low) % 12] for each in wanted[:voices]]
    best: tuple[float, tuple[int, ...]] | None = None
    for picked in product(*choices):
        chord = tuple(sorted(picked))
        gaps = [upper - lower for lower, upper in pairwise(chord)]
        if min(gaps) < 1 or max(gaps) > 9:
            continue
        cost = abs(sum(chord) / len(chord) - centre) * 0.8 + 2.0 * sum(gap == 1 for gap in gaps)
        if previous:
            cost += sum(min(abs(each - old) for old in previous) for each in chord)
        if best is None or cost < best[0]:
            best = (cost, chord)
    if best is None:
        return tuple(sorted(low + 6 + (each - low - 6) % 12 for each in classes))
    return best[1]
