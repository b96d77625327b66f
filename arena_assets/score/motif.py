"""Making a motif worth repeating, and finding it again in a finished part."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from arena_assets.score.composition import Motif, Note
from arena_assets.score.theory import degree_of, pitch_of

_HEADS: dict[int, tuple[tuple[float, ...], ...]] = {
    4: (
        (1.5, 0.5, 1, 1), (1.5, 0.5, 2), (1, 0.5, 0.5, 2), (0.5, 0.5, 1, 2), (1.5, 1.5, 1),
        (2, 1, 1), (1, 0.5, 0.5, 1, 1), (0.75, 0.25, 1, 2), (1, 1, 0.5, 0.5, 1), (2, 0.5, 0.5, 1),
    ),
    3: (
        (1.5, 0.5, 1), (1, 0.5, 0.5, 1), (2, 0.5, 0.5), (1, 1, 1), (0.5, 0.5, 1, 1),
        (1, 0.5, 1.5), (0.5, 0.5, 2), (1.5, 0.5, 0.5, 0.5),
    ),
}  # fmt: skip
_TAILS: dict[int, tuple[tuple[float, ...], ...]] = {
    4: ((2, 2), (1, 1, 2), (3, 1), (1.5, 0.5, 2), (0.5, 0.5, 3), (1, 3)),
    3: ((2, 1), (1, 2), (1.5, 0.5, 1), (1, 1, 1), (0.5, 0.5, 2)),
}
_STEPS = np.array([-4, -3, -2, -1, 0, 1, 2, 3, 4, 5])
_STEP_ODDS = np.array([3, 3, 11, 25, 3, 24, 12, 6, 8, 5], dtype=float)
_CANDIDATES = 240
SIGNATURE = 4


def invent_motif(
    rng: np.random.Generator, beats_per_bar: int, mode: str, chords: Sequence[int]
) -> Motif:
    """A two-bar idea over two chords: the best of many candidates.

    A candidate is judged by what melody teaching asks of a singable line: mostly steps, one leap
    that is answered by a step the other way, a single summit, a range of a fifth to a ninth, chord
    tones where the beat is strong, and an end that wants to go on.
    """
    heads, tails = _HEADS[beats_per_bar], _TAILS[beats_per_bar]
    rhythm = heads[rng.integers(len(heads))] + tails[rng.integers(len(tails))]
    if len(rhythm) < SIGNATURE:
        rhythm = heads[1] + tails[1]
    candidates: list[tuple[float, tuple[int, ...]]] = []
    odds = _STEP_ODDS / _STEP_ODDS.sum()
    for _ in range(_CANDIDATES):
        start = int(rng.choice([0, 2, 4, 4, 7]))
        moves = rng.choice(_STEPS, size=len(rhythm) - 1, p=odds)
        degrees = tuple(int(each) for each in start + np.concatenate([[0], np.cumsum(moves)]))
        score = _singability(degrees, rhythm, beats_per_bar, mode, chords)
        score += float(rng.normal(0, 0.25))
        candidates.append((score, degrees))
    return Motif(beats=rhythm, degrees=max(candidates)[1], signature=SIGNATURE)


def _singability(
    degrees: tuple[int, ...],
    rhythm: tuple[float, ...],
    beats_per_bar: int,
    mode: str,
    chords: Sequence[int],
) -> float:
    moves = [after - before for before, after in pairwise(degrees)]
    reach = max(degrees) - min(degrees)
    score = -abs(reach - 6) * 0.6 - (3.0 if min(degrees) < -2 or max(degrees) > 9 else 0.0)
    score -= 1.2 * moves.count(0) + (2.0 if all(m >= 0 for m in moves) else 0.0)
    score -= 2.0 if all(m <= 0 for m in moves) else 0.0
    leaps = [index for index, move in enumerate(moves) if abs(move) >= 3]
    score += 1.5 if len(leaps) == 1 else -0.8 * abs(len(leaps) - 1)
    score += 1.0 if any(index < SIGNATURE - 1 for index in leaps) else 0.0
    for index in leaps:
        if index + 1 < len(moves):
            answered = moves[index] * moves[index + 1] < 0 and abs(moves[index + 1]) <= 2
            score += 0.8 if answered else -0.8
    for before, after in pairwise(degrees):
        semitones = abs(pitch_of(mode, 0, after) - pitch_of(mode, 0, before))
        score -= 2.5 if semitones in (6, 11) else 0.0
    score += 0.6 if degrees.count(max(degrees)) == 1 else -0.4
    score += chord_fit(degrees, rhythm, beats_per_bar, chords) * 3.0
    return score + (0.8 if degrees[-1] % 7 in (1, 2, 4) else 0.0)


def chord_fit(
    degrees: Sequence[int], rhythm: Sequence[float], beats_per_bar: int, chords: Sequence[int]
) -> float:
    """How well a line sits on its chords, 0–1: chord tones weighted by length and beat."""
    onset, won, possible = 0.0, 0.0, 0.0
    for degree, beats in zip(degrees, rhythm, strict=True):
        chord = chords[min(int(onset // beats_per_bar), len(chords) - 1)]
        strong = onset % beats_per_bar == 0 or (beats_per_bar == 4 and onset % 4 == 2)
        weight = beats * (2.0 if strong else 0.7)
        won += weight * ((degree - chord) % 7 in (0, 2, 4))
        possible += weight
        onset += beats
    return won / possible


def transpose_to_fit(
    motif: Motif, beats_per_bar: int, chords: Sequence[int], near: int, allowed: range
) -> int:
    """The transposition in scale steps that suits the chords best, close to ``near``."""
    return max(
        allowed,
        key=lambda shift: (
            chord_fit([d + shift for d in motif.degrees], motif.beats, beats_per_bar, chords)
            - 0.06 * abs(shift - near)
        ),
    )


def find_motif(motif: Motif, notes: Sequence[Note], mode: str, tonic: int) -> list[float]:
    """The beats at which a part states the motif's signature, at any pitch level or speed."""
    line = sorted(notes, key=lambda note: note.start)
    degrees = [degree_of(mode, tonic, note.pitch) for note in line]
    found = []
    for index in range(len(line) - motif.signature + 1):
        window = degrees[index : index + motif.signature]
        if None in window:
            continue
        known = [degree for degree in window if degree is not None]
        if tuple(after - before for before, after in pairwise(known)) == motif.steps:
            found.append(line[index].start)
    return found
