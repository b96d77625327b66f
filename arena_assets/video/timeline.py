"""Which frames of which clips make up each sequence, exact to the frame.

A clip's camera move is ``MASTER_FRAMES`` long; the delivered clip is its first ``CLIP_FRAMES``.
Lengths come out exactly by trimming alone, so nothing is frozen, slowed or looped back. A looping
sequence is one cycle of its clips, the last crossfading into the first, repeated whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from arena_assets.domain.sequences import CROSSFADE_FRAMES, SEQUENCES, Sequence
from arena_assets.domain.views import CLIP_FRAMES

ENTRIES = (0, CROSSFADE_FRAMES)
"""Frames of a clip at which something begins that uses it: every span starts with its first frame,
and what follows a crossfade with the first frame after it. Elsewhere things only end."""
MASTER_FRAMES = 163
"""Length of every camera move: the longest span any sequence takes from a clip."""


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a clip one place of a sequence uses: ``length`` frames from ``first``.

    ``fade_in`` and ``fade_out`` frames of it overlap with the neighbours.
    """

    clip: int
    first: int
    length: int
    fade_in: int
    fade_out: int


@dataclass(frozen=True, slots=True)
class Solo:
    """Frames ``start`` to ``stop`` (exclusive) of one clip, as they are."""

    clip: int
    start: int
    stop: int

    @property
    def frames(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Fade:
    """``frames`` frames that turn one clip into the next, from these frames of each on."""

    outgoing: int
    outgoing_start: int
    incoming: int
    incoming_start: int
    frames: int

    def weight(self, index: int) -> float:
        """The incoming clip's share of frame ``index``; never 0 or 1, as no frame is a repeat."""
        return (index + 1) / (self.frames + 1)


Piece = Solo | Fade


def repeats(sequence: Sequence) -> int:
    """How often the cycle of a sequence is played: 1, unless it loops and is long."""
    if not sequence.loops:
        return 1
    count = 1
    while sequence.frames / (len(sequence.clips) * count) + CROSSFADE_FRAMES > MASTER_FRAMES:
        count += 1
    return count


def cycle_frames(sequence: Sequence) -> int:
    """Frames of one cycle; the whole sequence when it does not repeat."""
    return sequence.frames // repeats(sequence)


def spans(sequence: Sequence) -> tuple[Span, ...]:
    """The spans of one cycle, in order."""
    count = len(sequence.clips)
    overlaps = count if sequence.loops else count - 1
    base, longer = divmod(cycle_frames(sequence) + overlaps * CROSSFADE_FRAMES, count)
    return tuple(
        Span(
            clip=clip,
            first=0,
            length=base + (place < longer),
            fade_in=CROSSFADE_FRAMES if place or sequence.loops else 0,
            fade_out=CROSSFADE_FRAMES if place < count - 1 or sequence.loops else 0,
        )
        for place, clip in enumerate(sequence.clips)
    )


def pieces(sequence: Sequence) -> tuple[Piece, ...]:
    """One cycle as solos and crossfades; a loop begins with a solo, ends with the seam's fade."""
    row = spans(sequence)
    found: list[Piece] = []
    for place, span in enumerate(row):
        end = span.first + span.length
        found.append(Solo(span.clip, span.first + span.fade_in, end - span.fade_out))
        if span.fade_out:
            following = row[(place + 1) % len(row)]
            found.append(
                Fade(span.clip, end - span.fade_out, following.clip, following.first, span.fade_out)
            )
    return tuple(found)


def fades(sequence: Sequence) -> tuple[Fade, ...]:
    return tuple(piece for piece in pieces(sequence) if isinstance(piece, Fade))


def cut_points(clip_number: int) -> tuple[int, ...]:
    """Frames of a clip at which its stream is cut, over all sequences and the delivered clip.

    Ascending, from 0; the last is the number of frames that have to be encoded. At those in
    ``ENTRIES`` something begins, at all but the first something ends.
    """
    cuts = {0, CLIP_FRAMES}
    for sequence in SEQUENCES:
        for piece in pieces(sequence):
            if isinstance(piece, Solo) and piece.clip == clip_number:
                cuts |= {piece.start, piece.stop}
    return tuple(sorted(cuts))


def solo_parts(clip_number: int) -> tuple[tuple[int, int], ...]:
    """The frames of a clip that sequences show alone, as stretches (start, stop) without gaps.

    Each begins where something begins; no clip, no stretch.
    """
    solos = [
        piece
        for sequence in SEQUENCES
        for piece in pieces(sequence)
        if isinstance(piece, Solo) and piece.clip == clip_number
    ]
    if not solos:
        return ()
    starts = sorted({piece.start for piece in solos})
    return tuple(pairwise([*starts, max(piece.stop for piece in solos)]))


def poster_frame(sequence: Sequence) -> int:
    """A frame of the sequence that stands for it: the middle of its first undisturbed stretch."""
    return pieces(sequence)[0].frames // 2
