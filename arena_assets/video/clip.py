"""A clip: one picture with a camera move, each frame drawn and encoded exactly once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from arena_assets.domain.views import CLIP_FRAMES, Motion
from arena_assets.video.canvas import Canvas
from arena_assets.video.encode import encode_frames
from arena_assets.video.files import need_room, whole_file
from arena_assets.video.memory import give_back
from arena_assets.video.packets import read_segment, write_mp4
from arena_assets.video.profile import Profile
from arena_assets.video.shot import ClipSource, Source
from arena_assets.video.still import RgbArray, frame_rgb, write_still
from arena_assets.video.theora import TheoraTakes, join_theora, write_theora
from arena_assets.video.timeline import ENTRIES

_POSTER_WIDTH = 960


@dataclass(frozen=True, slots=True)
class ClipFiles:
    """What a clip is stored as.

    ``mp4`` is the delivered clip; ``master`` holds all frames sequences need, with an IDR at each
    cut, and equals it byte for byte when that is no more; ``poster`` is its middle frame as WebP.
    ``theora`` holds the frames that sequences show alone, for the game, if they were asked for.
    """

    mp4: Path
    master: Path
    poster: Path
    theora: Path | None = None


def render_clip(
    picture: Path,
    depth: Path | None,
    motion: Motion,
    strength: float,
    profile: Profile,
    out_dir: Path,
    *,
    cuts: Sequence[int],
    theora: Sequence[tuple[int, int]] = (),
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> ClipFiles:
    """A clip of one picture under a moving camera; see :func:`film_source`."""
    return film_source(
        ClipSource(picture, depth, motion, strength),
        profile,
        out_dir,
        cuts=cuts,
        theora=theora,
        progress=progress,
        check_cancelled=check_cancelled,
    )


def film_source(
    source: Source,
    profile: Profile,
    out_dir: Path,
    *,
    cuts: Sequence[int],
    theora: Sequence[tuple[int, int]] = (),
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> ClipFiles:
    """Draw, encode and write a clip into ``out_dir`` as clip.mp4, master.mp4 and poster.webp.

    ``cuts`` are frame numbers as :func:`timeline.cut_points` gives them: ascending from 0, the last
    one the number of frames to make. ``theora`` are stretches as :func:`timeline.solo_parts` gives
    them, to be encoded for the game as well, into solo.ogv. Equal inputs give equal bytes.
    ``check_cancelled`` is called before each frame and may raise; nothing is left behind then.
    """
    frames = cuts[-1]
    need_room(out_dir, frames * profile.width * profile.height // 8)
    give_back()  # of what the clip before took
    shot = source.open(profile)
    files = ClipFiles(out_dir / "clip.mp4", out_dir / "master.mp4", out_dir / "poster.webp")

    poster: list[RgbArray] = []

    with TheoraTakes(theora, profile, out_dir, check_cancelled) as takes:

        def draw(index: int, canvas: Canvas) -> None:
            shot.draw(index, canvas)
            takes.take(index, canvas)
            if index == CLIP_FRAMES // 2:
                poster.append(frame_rgb(canvas.frame, _POSTER_WIDTH))

        coded = encode_frames(
            draw,
            frames,
            profile,
            keys=[cut for cut in cuts[:-1] if cut in ENTRIES],
            stops=cuts[1:],
            progress=progress,
            check_cancelled=check_cancelled,
        )
        if theora:
            files = replace(files, theora=out_dir / "solo.ogv")
            solo = join_theora(takes.finish(shot.draw))
            with whole_file(out_dir / "solo.ogv") as temporary:
                write_theora(temporary, solo, takes.template, profile.fps)
    whole = read_segment(coded, profile.fps)
    for path, stop in ((files.master, frames), (files.mp4, min(CLIP_FRAMES, frames))):
        with whole_file(path) as temporary:
            write_mp4(temporary, whole.cut(0, stop), coded, profile.fps)
    with whole_file(files.poster) as temporary:
        write_still(poster[0], temporary)
    return files
