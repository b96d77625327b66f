"""Every sequence comes out exact to the frame, from trimmed clips alone."""

from __future__ import annotations

import pytest

from arena_assets.domain.sequences import (
    CROSSFADE_FRAMES,
    SEQUENCES,
    Sequence,
    SequenceKind,
    sequence_by_kind,
)
from arena_assets.domain.views import CLIP_FRAMES, VIEWS
from arena_assets.video.timeline import (
    MASTER_FRAMES,
    Fade,
    Solo,
    cut_points,
    pieces,
    poster_frame,
    repeats,
    spans,
)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda each: each.slot)
def test_pieces_add_up_to_the_promised_length(sequence: Sequence) -> None:
    total = sum(piece.frames for piece in pieces(sequence)) * repeats(sequence)
    assert total == sequence.seconds * 30


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda each: each.slot)
def test_no_clip_is_used_beyond_its_motion(sequence: Sequence) -> None:
    assert all(span.first >= 0 and span.first + span.length <= MASTER_FRAMES
               for span in spans(sequence))  # fmt: skip


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda each: each.slot)
def test_each_clip_runs_on_through_its_crossfades(sequence: Sequence) -> None:
    row = pieces(sequence)
    for before, piece, after in zip(row, row[1:], row[2:] + row[:1], strict=False):
        if isinstance(piece, Fade):
            assert isinstance(before, Solo)
            assert isinstance(after, Solo)
            assert (before.clip, before.stop) == (piece.outgoing, piece.outgoing_start)
            if after is not row[0] or sequence.loops:
                assert after.clip == piece.incoming
                assert after.start == piece.incoming_start + piece.frames


def test_the_loop_fades_from_its_last_clip_into_its_first() -> None:
    ambient = sequence_by_kind(SequenceKind.AMBIENT)
    seam = pieces(ambient)[-1]
    assert isinstance(seam, Fade)
    assert (seam.outgoing, seam.incoming, seam.frames) == (8, 4, CROSSFADE_FRAMES)
    assert repeats(ambient) == 3


def test_a_fade_never_shows_one_clip_alone() -> None:
    fade = Fade(1, 0, 2, 0, CROSSFADE_FRAMES)
    weights = [fade.weight(index) for index in range(fade.frames)]
    assert all(0 < weight < 1 for weight in weights)
    assert weights == sorted(weights)
    assert weights[0] == pytest.approx(1 - weights[-1])


@pytest.mark.parametrize("number", [view.number for view in VIEWS])
def test_a_clip_can_be_cut_wherever_a_sequence_needs_it(number: int) -> None:
    cuts = cut_points(number)
    assert cuts[0] == 0
    assert CLIP_FRAMES in cuts
    assert list(cuts) == sorted(set(cuts))
    for sequence in SEQUENCES:
        for piece in pieces(sequence):
            if isinstance(piece, Solo) and piece.clip == number:
                assert {piece.start, piece.stop} <= set(cuts)


def test_posters_stand_clear_of_crossfades() -> None:
    for sequence in SEQUENCES:
        assert 0 < poster_frame(sequence) < pieces(sequence)[0].frames
