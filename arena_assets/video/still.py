"""Posters and previews: small WebP pictures of a video."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

RgbArray = npt.NDArray[np.uint8]


def frame_rgb(frame: av.VideoFrame, width: int) -> RgbArray:
    """A frame as (h, w, 3) RGB bytes, ``width`` wide unless it is smaller."""
    width = min(width, frame.width)
    height = round(frame.height * width / frame.width)
    small = frame.reformat(
        width=width,
        height=height,
        format="rgb24",
        src_colorspace="ITU709",
        interpolation="AREA",
    )
    return np.asarray(small.to_ndarray(), np.uint8)


def write_still(picture: RgbArray, target: Path) -> None:
    """A picture as WebP."""
    Image.fromarray(picture).save(target, "WEBP", quality=86, method=2)


def write_animation(pictures: Sequence[RgbArray], target: Path, *, seconds: float) -> None:
    """Pictures as an animated WebP that repeats, each shown equally long."""
    first, *rest = [Image.fromarray(picture) for picture in pictures]
    first.save(
        target,
        "WEBP",
        save_all=True,
        append_images=rest,
        duration=round(1000 * seconds / len(pictures)),
        loop=0,
        quality=60,
        method=2,
    )
