"""H.264 encoding: every frame once, in one thread, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from io import BytesIO

import av
from av.video.frame import PictureType

from arena_assets.video.canvas import BT709, Canvas
from arena_assets.video.profile import Profile

Draw = Callable[[int, Canvas], None]
_PROGRESS_EVERY = 10


def encode_frames(
    draw: Draw,
    frames: int,
    profile: Profile,
    *,
    keys: Collection[int] = (0,),
    stops: Collection[int] = (),
    fade: bool = False,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> BytesIO:
    """Draw and encode frames 0 to ``frames`` − 1 into an MP4 in memory.

    A stream can be entered at each of the ``keys``, which become IDR, and left before each of the
    ``stops``: the frame before it is predicted from earlier ones alone, and so is all before that.
    ``fade`` is for a crossfade: no frame of it is coded worse because few others refer to it, so
    that the clip after it does not begin with a step in sharpness.
    ``draw`` fills the canvas it is given with one frame. One frame is held at a time, besides the
    encoder's own lookahead.
    """
    canvas = Canvas(profile)
    canvas.frame.time_base = Fraction(1, profile.fps)
    buffer = BytesIO()
    with av.open(buffer, "w", format="mp4", options={"fflags": "+bitexact"}) as output:
        stream = output.add_stream("libx264", rate=profile.fps)
        _configure(stream.codec_context, profile, fade)
        for index in range(frames):
            check_cancelled()
            draw(index, canvas)
            canvas.frame.pts = index
            canvas.frame.pict_type = _kind(index, keys, stops)
            output.mux(stream.encode(canvas.frame))
            if index % _PROGRESS_EVERY == _PROGRESS_EVERY - 1:
                progress((index + 1) / frames)
        output.mux(stream.encode(None))
    progress(1.0)
    buffer.seek(0)
    return buffer


def _kind(index: int, keys: Collection[int], stops: Collection[int]) -> PictureType:
    if index in keys:
        return PictureType.I
    return PictureType.P if index + 1 in stops else PictureType.NONE


def _configure(context: av.VideoCodecContext, profile: Profile, fade: bool) -> None:
    context.width, context.height, context.pix_fmt = profile.width, profile.height, "yuv420p"
    context.time_base = Fraction(1, profile.fps)
    context.framerate = Fraction(profile.fps)
    context.color_primaries = context.color_trc = BT709
    context.colorspace = context.color_range = BT709
    context.thread_count = 1
    context.flags |= av.codec.context.Flags.global_header | av.codec.context.Flags.bitexact
    context.options = {
        "preset": profile.preset,
        "crf": str(profile.fade_crf if fade else profile.crf),
        "g": "300",
        "sc_threshold": "0",
        "forced-idr": "1",
        "x264-params": profile.fade_params if fade else profile.x264_params,
    }
