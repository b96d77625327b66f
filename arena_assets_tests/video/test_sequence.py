"""Sequences copy their clips' pictures and make only the crossfades."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from arena_assets.domain.sequences import Sequence, SequenceKind, sequence_by_kind
from arena_assets.errors import ContentFault
from arena_assets.video.packets import read_segment
from arena_assets.video.profile import Profile, profile_for
from arena_assets.video.sequence import assemble_sequence
from arena_assets.video.shot import ClipSource
from arena_assets.video.timeline import Solo, cycle_frames, pieces
from arena_assets_tests.video.making import SMALL, ignore, make_picture, render, render_all

Made = tuple[dict[int, Path], dict[int, ClipSource]]


def _assemble(
    sequence: Sequence,
    masters: Mapping[int, Path],
    sources: Mapping[int, ClipSource],
    out: Path,
    profile: Profile = SMALL,
) -> Path:
    return assemble_sequence(
        sequence, masters, sources, profile, out, progress=ignore, check_cancelled=ignore
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sequences")


@pytest.fixture(scope="module")
def hazard(folder: Path) -> Made:
    return render_all(sequence_by_kind(SequenceKind.HAZARD), folder)


def test_a_sequence_holds_its_clips_pictures_untouched(folder: Path, hazard: Made) -> None:
    sequence = sequence_by_kind(SequenceKind.HAZARD)
    whole = read_segment(_assemble(sequence, *hazard, folder / "hazard.mp4"), 30)
    assert len(whole.pictures) == 240
    at = 0
    for piece in pieces(sequence):
        if isinstance(piece, Solo):
            master = read_segment(hazard[0][piece.clip], 30)
            wanted = [each.data for each in master.cut(piece.start, piece.stop).pictures]
            assert [each.data for each in whole.pictures[at : at + piece.frames]] == wanted
        at += piece.frames


def test_a_redone_picture_changes_only_its_own_part(folder: Path, hazard: Made) -> None:
    sequence = sequence_by_kind(SequenceKind.HAZARD)
    masters, sources = hazard
    before = _assemble(sequence, masters, sources, folder / "before.mp4").read_bytes()
    again = _assemble(sequence, masters, sources, folder / "again.mp4").read_bytes()
    assert again == before
    redone = ClipSource(
        make_picture(folder / "redone.png", 99), None, sources[4].motion, sources[4].strength
    )
    other = render(redone, folder / "redone", 4).master
    path = _assemble(sequence, {**masters, 4: other}, {**sources, 4: redone}, folder / "after.mp4")
    was = read_segment(folder / "before.mp4", 30).pictures
    now = read_segment(path, 30).pictures
    unchanged = [old.data == new.data for old, new in zip(was, now, strict=True)]
    assert all(unchanged[:150])
    # A frame whose motion is predicted in full is coded in a few bytes, the same for any picture.
    assert sum(unchanged[150 + 15 :]) < 30


def test_the_ambient_loop_repeats_byte_for_byte(folder: Path) -> None:
    sequence = sequence_by_kind(SequenceKind.AMBIENT)
    whole = read_segment(
        _assemble(sequence, *render_all(sequence, folder), folder / "ambient.mp4"), 30
    )
    cycle = cycle_frames(sequence)
    assert len(whole.pictures) == 3 * cycle == 1800
    data = [each.data for each in whole.pictures]
    assert data[:cycle] == data[cycle : 2 * cycle] == data[2 * cycle :]


def test_clips_of_another_quality_do_not_fit(folder: Path, hazard: Made) -> None:
    masters, sources = hazard
    standard = profile_for("standard", 320, 180)
    other = render(sources[3], folder / "standard", 3, standard).master
    with pytest.raises(ContentFault):
        _assemble(
            sequence_by_kind(SequenceKind.HAZARD),
            {**masters, 3: other},
            sources,
            folder / "mixed.mp4",
        )
    assert not (folder / "mixed.mp4").exists()


def test_a_broken_master_is_a_content_fault(folder: Path, hazard: Made) -> None:
    masters, sources = hazard
    broken = folder / "broken.mp4"
    broken.write_bytes(masters[3].read_bytes()[:3000])
    with pytest.raises(ContentFault):
        _assemble(
            sequence_by_kind(SequenceKind.HAZARD),
            {**masters, 3: broken},
            sources,
            folder / "never.mp4",
        )
