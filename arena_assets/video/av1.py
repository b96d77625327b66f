"""AV1 with Opus in MP4: a smaller file for browsers and engines that know it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.video.frame import PictureType

from arena_assets.errors import ContentFault
from arena_assets.video.canvas import BT709
from arena_assets.video.files import need_room, whole_file
from arena_assets.video.opening import open_media
from arena_assets.video.profile import Profile
from arena_assets.video.sound import RATE, StereoArray, read_track

_PRESETS = {"draft": "12", "standard": "10", "master": "8"}
_CRF = {"draft": 42, "standard": 32, "master": 26}
_OPUS_BIT_RATE = 160_000
_OPUS_BLOCK = 960
"""Samples per Opus frame of 20 ms."""


def encode_av1(
    sequence_mp4: Path,
    track: Path,
    profile: Profile,
    out: Path,
    *,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> None:
    """Encode a finished sequence and its track anew as AV1 and Opus, with the index first.

    SVT-AV1 runs on one core, which makes its bytes the same each time. Raises ContentFault when the
    sequence or track cannot be decoded.
    """
    os.environ.setdefault("SVT_LOG", "1")  # errors only; it writes to stderr by itself
    need_room(out.parent, sequence_mp4.stat().st_size)
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with (
        whole_file(out) as temporary,
        _open(sequence_mp4) as source,
        av.open(str(temporary), "w", format="mp4", options=options) as output,
    ):
        pictures = source.streams.video[0]
        frames = pictures.frames
        sound = read_track(track, frames * RATE // profile.fps)
        video = output.add_stream("libsvtav1", rate=profile.fps)
        _configure(video.codec_context, profile)
        audio = output.add_stream("libopus", rate=RATE, layout="stereo")
        audio.bit_rate = _OPUS_BIT_RATE
        audio.codec_context.flags |= av.codec.context.Flags.bitexact
        heard = 0
        for index, frame in enumerate(_decoded(source, sequence_mp4)):
            check_cancelled()
            frame.pts, frame.time_base = index, Fraction(1, profile.fps)
            frame.pict_type = PictureType.NONE
            output.mux(video.encode(frame))
            due = (index + 1) * RATE // profile.fps
            while heard < due:
                output.mux(audio.encode(_block(sound, heard)))
                heard += _OPUS_BLOCK
            if index % 10 == 0:
                progress(index / frames)
        output.mux(video.encode(None))
        output.mux(audio.encode(None))
    progress(1.0)


def _open(sequence_mp4: Path) -> av.container.InputContainer:
    try:
        return open_media(sequence_mp4)
    except av.error.FFmpegError as error:
        raise ContentFault(
            f"{sequence_mp4.name} is no readable video", "Make that sequence again"
        ) from error


def _decoded(source: av.container.InputContainer, sequence_mp4: Path) -> Iterator[av.VideoFrame]:
    try:
        yield from source.decode(source.streams.video[0])
    except av.error.FFmpegError as error:
        raise ContentFault(
            f"{sequence_mp4.name} cannot be decoded to its end", "Make that sequence again"
        ) from error


def _block(sound: StereoArray, start: int) -> av.AudioFrame:
    samples = np.ascontiguousarray(sound[:, start : start + _OPUS_BLOCK].T.reshape(1, -1))
    frame = av.AudioFrame.from_ndarray(samples, format="flt", layout="stereo")
    frame.sample_rate, frame.pts = RATE, start
    return frame


def _configure(context: av.VideoCodecContext, profile: Profile) -> None:
    context.width, context.height, context.pix_fmt = profile.width, profile.height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, profile.fps), Fraction(profile.fps)
    context.color_primaries = context.color_trc = BT709
    context.colorspace = context.color_range = BT709
    context.flags |= av.codec.context.Flags.global_header | av.codec.context.Flags.bitexact
    context.options = {
        "preset": _PRESETS[profile.quality],
        "crf": str(_CRF[profile.quality]),
        "g": "240",
        "svtav1-params": "lp=1",
    }
