"""A sequence: packets of its clips as they are, and crossfades drawn and encoded anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from arena_assets.domain.sequences import Sequence
from arena_assets.video.canvas import Canvas
from arena_assets.video.encode import Draw, encode_frames
from arena_assets.video.files import need_room, whole_file
from arena_assets.video.memory import give_back
from arena_assets.video.packets import Segment, join, read_segment, write_mp4
from arena_assets.video.profile import Profile
from arena_assets.video.shot import Drawable, Source
from arena_assets.video.theora import (
    TheoraSegment,
    TheoraTakes,
    join_theora,
    read_theora,
    write_theora,
)
from arena_assets.video.timeline import Fade, fades, pieces, repeats, solo_parts


def assemble_sequence(
    sequence: Sequence,
    masters: Mapping[int, Path],
    sources: Mapping[int, Source],
    profile: Profile,
    out: Path,
    *,
    theora: Mapping[int, Path] | None = None,
    theora_out: Path | None = None,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> Path:
    """Write a sequence as a silent MP4, exactly ``sequence.frames`` long, and return its path.

    ``masters`` are the ``ClipFiles.master`` and ``sources`` what they were made from, by clip
    number. Only the frames in which two clips overlap are encoded here. With ``theora``, the
    ``ClipFiles.theora`` by clip number, the same is written for the game into ``theora_out``; of a
    loop, one cycle. Raises ContentFault when the masters do not fit together.
    """
    need_room(out.parent, sum(masters[clip].stat().st_size for clip in sequence.clips) * 3)
    shots = _Shots(sources, profile)
    order = fades(sequence)
    parts: list[Segment] = []
    game_parts: list[TheoraSegment] = []
    for piece in pieces(sequence):
        check_cancelled()
        if isinstance(piece, Fade):
            part, game_part = _encode_fade(
                piece,
                shots,
                profile,
                out.parent if theora else None,
                progress=_share(progress, order.index(piece), len(order)),
                check_cancelled=check_cancelled,
            )
            parts.append(part)
            game_parts += [game_part] if game_part else []
        else:
            master = read_segment(masters[piece.clip], profile.fps)
            parts.append(master.cut(piece.start, piece.stop))
            if theora:
                first = solo_parts(piece.clip)[0][0]
                solo = read_theora(theora[piece.clip])
                game_parts.append(solo.cut(piece.start - first, piece.stop - first))
    whole = join(parts * repeats(sequence))
    if len(whole.pictures) != sequence.frames:
        raise AssertionError(f"{sequence.kind}: {len(whole.pictures)} frames assembled")
    with whole_file(out) as temporary:
        write_mp4(temporary, whole, masters[sequence.clips[0]], profile.fps)
    if theora and theora_out:
        with whole_file(theora_out) as temporary:
            template = theora[sequence.clips[0]]
            write_theora(temporary, join_theora(game_parts), template, profile.fps)
    progress(1.0)
    return out


def _share(progress: Callable[[float], None], place: int, count: int) -> Callable[[float], None]:
    return lambda part: progress((place + part) / (count + 1))


class _Shots:
    """Opens shots as crossfades ask for them, and keeps the two last used."""

    def __init__(self, sources: Mapping[int, Source], profile: Profile) -> None:
        self._sources = sources
        self._profile = profile
        self._open: dict[int, Drawable] = {}

    def pair(self, outgoing: int, incoming: int) -> tuple[Drawable, Drawable]:
        wanted = (outgoing, incoming)
        # First let go of what is not needed any more: a shot keeps a large picture.
        self._open = {clip: shot for clip, shot in self._open.items() if clip in wanted}
        give_back()
        for clip in wanted:
            if clip not in self._open:
                self._open[clip] = self._sources[clip].open(self._profile)
        return self._open[outgoing], self._open[incoming]


def _encode_fade(
    fade: Fade,
    shots: _Shots,
    profile: Profile,
    theora_folder: Path | None,
    *,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> tuple[Segment, TheoraSegment | None]:
    """The frames of a crossfade; for the game as well if there is a folder to do that in."""
    outgoing, incoming = shots.pair(fade.outgoing, fade.incoming)
    other = Canvas(profile)

    def draw(index: int, canvas: Canvas) -> None:
        outgoing.draw(fade.outgoing_start + index, canvas)
        incoming.draw(fade.incoming_start + index, other)
        canvas.blend(other, fade.weight(index))

    def encode(draw: Draw) -> Segment:
        coded = encode_frames(
            draw,
            fade.frames,
            profile,
            fade=True,
            progress=progress,
            check_cancelled=check_cancelled,
        )
        return read_segment(coded, profile.fps)

    if theora_folder is None:
        return encode(draw), None
    stretch = [(0, fade.frames)]
    with TheoraTakes(stretch, profile, theora_folder, check_cancelled, fade=True) as takes:

        def draw_and_take(index: int, canvas: Canvas) -> None:
            draw(index, canvas)
            takes.take(index, canvas)

        return encode(draw_and_take), join_theora(takes.finish(draw))
