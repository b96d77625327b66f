"""The game's video is coded from the drawn frames, once, and only joined after that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.errors import ContentFault
from arena_assets.inspect.video import Expected, check_ogv
from arena_assets.video import theora
from arena_assets.video.canvas import Canvas
from arena_assets.video.clip import ClipFiles, render_clip
from arena_assets.video.final import score_ogv
from arena_assets.video.sequence import assemble_sequence
from arena_assets.video.theora import (
    TheoraSegment,
    TheoraTakes,
    join_theora,
    read_theora,
    write_theora,
)
from arena_assets.video.timeline import Solo, cut_points, pieces, solo_parts
from arena_assets_tests.video.making import SMALL, ignore, make_track, source_for

_HAZARD = sequence_by_kind(SequenceKind.HAZARD)


def _render(folder: Path, number: int, name: str = "clip") -> ClipFiles:
    source = source_for(folder, number)
    out = folder / f"{name}-{number}"
    out.mkdir()
    return render_clip(
        source.picture,
        source.depth,
        source.motion,
        source.strength,
        SMALL,
        out,
        cuts=cut_points(number),
        theora=solo_parts(number),
        progress=ignore,
        check_cancelled=ignore,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("game")


@pytest.fixture(scope="module")
def clips(folder: Path) -> dict[int, ClipFiles]:
    return {number: _render(folder, number) for number in _HAZARD.clips}


def test_a_sequence_for_the_game_holds_its_clips_pictures_untouched(
    folder: Path, clips: dict[int, ClipFiles]
) -> None:
    solos = {number: files.theora for number, files in clips.items() if files.theora is not None}
    assert set(solos) == set(_HAZARD.clips)
    edit = assemble_sequence(
        _HAZARD,
        {number: files.master for number, files in clips.items()},
        {number: source_for(folder, number) for number in clips},
        SMALL,
        folder / "sequence.mp4",
        theora=solos,
        theora_out=folder / "game.ogv",
        progress=ignore,
        check_cancelled=ignore,
    )
    whole = read_theora(folder / "game.ogv")
    at = 0
    for piece in pieces(_HAZARD):
        if isinstance(piece, Solo):
            first = solo_parts(piece.clip)[0][0]
            solo = read_theora(solos[piece.clip]).cut(piece.start - first, piece.stop - first)
            assert whole.pictures[at : at + piece.frames] == solo.pictures
        at += piece.frames
    assert at == len(whole.pictures) == 240

    track = make_track(folder / "track.wav", 8)
    score_ogv(
        edit,
        track,
        _HAZARD,
        SMALL,
        folder / "final.ogv",
        theora=folder / "game.ogv",
        progress=ignore,
        check_cancelled=ignore,
    )
    assert read_theora(folder / "final.ogv").pictures == whole.pictures
    _, findings = check_ogv(folder / "final.ogv", Expected(320, 180, 30, 240))
    assert [each.check for each in findings if not each.passed] == []


def test_the_same_frames_give_the_same_bytes(folder: Path, clips: dict[int, ClipFiles]) -> None:
    again = _render(folder, 2, "again")
    assert again.theora is not None
    assert clips[2].theora is not None
    assert again.theora.read_bytes() == clips[2].theora.read_bytes()
    assert again.master.read_bytes() == clips[2].master.read_bytes()


def test_a_stream_is_entered_where_a_stretch_begins_alone(clips: dict[int, ClipFiles]) -> None:
    assert solo_parts(2) == ((0, 15), (15, 148))
    assert clips[2].theora is not None
    solo = read_theora(clips[2].theora)
    assert len(solo.pictures) == 148
    assert len(solo.cut(15, 75).pictures) == 60
    with pytest.raises(ContentFault):
        solo.cut(16, 75)
    with pytest.raises(ContentFault):
        solo.cut(15, 200)


def test_colours_come_out_as_they_went_in(tmp_path: Path) -> None:
    canvas = Canvas(SMALL)
    with TheoraTakes([(0, 4)], SMALL, tmp_path, ignore) as takes:
        for index in range(4):
            _paint(canvas, index)
            takes.take(index, canvas)
        coded = join_theora(takes.finish(lambda index, into: _paint(into, index)))
        write_theora(tmp_path / "colours.ogv", coded, takes.template, 30)
    wanted = canvas.frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    with av.open(str(tmp_path / "colours.ogv")) as container:
        frames = list(container.decode(video=0))
    found = frames[-1].reformat(format="rgb24", src_colorspace="ITU601").to_ndarray()
    inside = np.s_[20:-20, 20:140]
    assert np.abs(found[inside].astype(int) - wanted[inside]).max() <= 6


def _paint(canvas: Canvas, index: int) -> None:
    """A strong orange beside a strong blue, a little brighter in each frame."""
    canvas.luma[:, :160], canvas.blue[:, :80], canvas.red[:, :80] = 110 + index, 70, 190
    canvas.luma[:, 160:], canvas.blue[:, 80:], canvas.red[:, 80:] = 80 + index, 180, 100


def test_frames_left_out_are_drawn_again_with_grain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    def first_time_one_short(path: Path) -> TheoraSegment:
        whole = read_theora(path)
        counted.append(len(whole.pictures))
        return replace(whole, pictures=whole.pictures[1:]) if len(counted) == 1 else whole

    monkeypatch.setattr(theora, "read_theora", first_time_one_short)
    drawn: list[int] = []

    def draw(index: int, canvas: Canvas) -> None:
        drawn.append(index)
        _paint(canvas, index)

    canvas = Canvas(SMALL)
    with TheoraTakes([(2, 8)], SMALL, tmp_path, ignore) as takes:
        for index in range(10):
            _paint(canvas, index)
            takes.take(index, canvas)
        (segment,) = takes.finish(draw)
    assert counted == [6, 6]
    assert drawn == list(range(2, 8))
    assert len(segment.pictures) == 6


def test_left_in_the_middle_it_leaves_no_file_and_no_encoder(tmp_path: Path) -> None:
    takes = TheoraTakes([(0, 6)], SMALL, tmp_path, ignore)
    with takes:
        takes.take(0, Canvas(SMALL))
        (feed,) = takes._feeds.values()
        assert feed._child.poll() is None
    assert feed._child.poll() is not None
    assert list(tmp_path.iterdir()) == []
