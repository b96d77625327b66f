"""A sequence: packets of its clips as they are, and crossfades drawn and encoded anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from arena_assets.domain.sequences import Sequence
from arena_assets.video.canvas import Canvas
from arena_assets.video.encode import encode_frames
from arena_assets.video.files import need_room, whole_file
from arena_assets.video.packets import Segment, join, read_segment, write_mp4
from arena_assets.video.profile import Profile
from arena_assets.video.shot import Drawable, Source
from arena_assets.video.timeline import Fade, fades, pieces, repeats


def assemble_sequence(
    sequence: Sequence,
    masters: Mapping[int, Path],
    sources: Mapping[int, Source],
    profile: Profile,
    out: Path,
    *,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> Path:
    """Write a sequence as a silent MP4, exactly ``sequence.frames`` long, and return its path.

    ``masters`` are the ``ClipFiles.master`` and ``sources`` what they were made from, by clip
    number. Only the frames in which two clips overlap are encoded here. Raises ContentFault when
    the masters do not fit together.
    """
    need_room(out.parent, sum(masters[clip].stat().st_size for clip in sequence.clips) * 3)
    coded = {clip: read_segment(masters[clip], profile.fps) for clip in set(sequence.clips)}
    shots = _Shots(sources, profile)
    order = fades(sequence)
    parts: list[Segment] = []
    for piece in pieces(sequence):
        check_cancelled()
        if isinstance(piece, Fade):
            part = _encode_fade(
                piece,
                shots,
                profile,
                progress=_share(progress, order.index(piece), len(order)),
                check_cancelled=check_cancelled,
            )
            parts.append(part)
        else:
            parts.append(coded[piece.clip].cut(piece.start, piece.stop))
    whole = join(parts * repeats(sequence))
    if len(whole.pictures) != sequence.frames:
        raise AssertionError(f"{sequence.kind}: {len(whole.pictures)} frames assembled")
    with whole_file(out) as temporary:
        write_mp4(temporary, whole, masters[sequence.clips[0]], profile.fps)
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
        self._open = {
            clip: self._open.get(clip) or self._sources[clip].open(self._profile)
            for clip in (outgoing, incoming)
        }
        return self._open[outgoing], self._open[incoming]


def _encode_fade(
    fade: Fade,
    shots: _Shots,
    profile: Profile,
    *,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> Segment:
    outgoing, incoming = shots.pair(fade.outgoing, fade.incoming)
    other = Canvas(profile)

    def draw(index: int, canvas: Canvas) -> None:
        outgoing.draw(fade.outgoing_start + index, canvas)
        incoming.draw(fade.incoming_start + index, other)
        canvas.blend(other, fade.weight(index))

    coded: BytesIO = encode_frames(
        draw,
        fade.frames,
        profile,
        cuts=(0,),
        crf=profile.fade_crf,
        progress=progress,
        check_cancelled=check_cancelled,
    )
    return read_segment(coded, profile.fps)
