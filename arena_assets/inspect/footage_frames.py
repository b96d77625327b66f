"""Decoding footage as it comes: FFmpeg's containers in process, animated GIF and WebP by Pillow."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from arena_assets.errors import ContentFault
from arena_assets.inspect.limits import FOOTAGE_FRAMES, PICTURE_PIXELS
from arena_assets.inspect.video_probe import open_untrusted

_HDR_TRANSFERS = frozenset({16, 18})
"""PQ and HLG (ISO/IEC 23091-2): squeezed into eight bits without tone mapping they look grey."""
_GIF_DEFAULT_SECONDS = 0.1
"""What every player shows a frame for that claims to last less than two hundredths."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, (h, w, 3) BGR bytes, and when it appears. Transparency is left out."""

    picture: npt.NDArray[np.uint8]
    seconds: float
    pixel_aspect: float
    codec: str
    has_sound: bool


def decode_frames(path: Path) -> Iterator[Frame]:
    """All frames in order; one is held at a time. Raises ContentFault on damage or an early end."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise _fault(path, "it cannot be read") from error
    if head[:4] == b"GIF8" or (head[:4] == b"RIFF" and head[8:] == b"WEBP"):
        yield from _animation(path)
    else:
        yield from _video(path)


def _video(path: Path) -> Iterator[Frame]:
    with open_untrusted(path) as container:
        stream = container.streams.video[0]
        if int(stream.codec_context.color_trc) in _HDR_TRANSFERS:
            raise _fault(path, "it has a high dynamic range")
        aspect = float(stream.sample_aspect_ratio or 1)
        if not 0.2 < aspect < 5:
            raise _fault(path, f"its pixels are {aspect:.2f} times as wide as high")
        codec, sound = stream.codec_context.name, bool(container.streams.audio)
        rate = float(stream.average_rate or 0)
        count, size, start = 0, (0, 0), None
        for frame in container.decode(stream):
            if count >= FOOTAGE_FRAMES:
                raise _fault(path, f"it has more than {FOOTAGE_FRAMES} frames")
            if frame.is_corrupt:
                raise _fault(path, f"frame {count} is damaged")
            size = size if count else (frame.width, frame.height)
            if (frame.width, frame.height) != size:
                raise _fault(path, "its pictures change their size")
            if frame.time is None and not rate:
                raise _fault(path, "its frames have no times")
            seconds = frame.time if frame.time is not None else count / rate
            start = seconds if start is None else start
            picture = frame.to_ndarray(format="bgr24", interpolation="BICUBIC")
            yield Frame(np.asarray(picture, np.uint8), seconds - start, aspect, codec, sound)
            count += 1
        if stream.frames and count < stream.frames:
            raise _fault(path, f"it breaks off after {count} of {stream.frames} frames")


def _animation(path: Path) -> Iterator[Frame]:
    try:
        with Image.open(path, formats=("GIF", "WEBP")) as image:
            size = image.size
            if size[0] * size[1] > PICTURE_PIXELS:
                raise _fault(path, f"its pictures are {size[0]}×{size[1]}")
            codec, seconds = str(image.format).lower(), 0.0
            # Frame by frame: to be told how many a GIF has, all of it would be read first.
            for index in itertools.count():
                try:
                    image.seek(index)
                except EOFError:
                    return
                if index >= FOOTAGE_FRAMES:
                    raise _fault(path, f"it has more than {FOOTAGE_FRAMES} frames")
                if image.size != size:  # a GIF may enlarge itself on the way
                    raise _fault(path, "its pictures change their size")
                picture = np.asarray(image.convert("RGB"), np.uint8)
                bgr = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), np.uint8)
                yield Frame(bgr, seconds, 1.0, codec, has_sound=False)
                shown = float(image.info.get("duration", 0)) / 1000
                seconds += shown if shown >= 0.02 else _GIF_DEFAULT_SECONDS
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        EOFError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise _fault(path, str(error)[:120] or "it breaks off") from error


def _fault(path: Path, why: str) -> ContentFault:
    return ContentFault(
        f"The footage {path.name} cannot be used: {why}", "Make the clip again from its picture"
    )
