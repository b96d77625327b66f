"""Footage: a moving picture made by a model, of any container, rate, size and length.

It comes from outside, so it is opened here and only here: known containers and codecs, local,
within limits, decoded to its end before anything is made of it. What leaves is a :class:`Reel`,
whose pictures are plain arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.domain.manifest import Finding, Measurement
from arena_assets.errors import ContentFault
from arena_assets.inspect.footage_frames import Frame, decode_frames
from arena_assets.inspect.limits import FOOTAGE_BYTES, require_size

BgrArray = npt.NDArray[np.uint8]

MIN_FRAMES = 8
MIN_SIDE = 64
MAX_STANDSTILL_SECONDS = 0.5
"""Longest time without a new picture that can be filled from its neighbours unseen."""
MAX_ENLARGEMENT = 4.0
"""512 × 512 fills 1920 × 1080 at 3.75 times its size: soft, but a picture."""
MAX_CROP = 0.5
"""A square loses 44 %, an upright picture most of what it shows."""
_STILL = 0.05
_REPEAT_SHARE = 0.2
_AROUND = 4
"""A frame repeats the one before when their mean luma difference, in steps of 255, is below the
first, or below this share of what the frames around it, so many on each side, change by."""
_JUMP_RATIO, _JUMP_LEAST = 8.0, 20.0
"""A cut changes the picture by more than this many times the median step, and by this much."""
_AGAIN = "Make the clip again; if it repeats, look at what the model was asked for"


@dataclass(frozen=True, slots=True)
class Reel:
    """Footage that was decoded to its end: what it shows, and when.

    ``times`` are the seconds, from 0, at which each *new* picture appears; ``keep`` are their
    places among all frames. Frames that only repeat the one before, as containers of a fixed rate
    hold for a slower model, are left out. ``pixel_aspect`` is a pixel's width by its height.
    """

    path: Path
    width: int
    height: int
    pixel_aspect: float
    times: tuple[float, ...]
    keep: tuple[int, ...]
    codec: str
    has_sound: bool
    largest_jump: float
    median_change: float

    def pictures(self) -> Iterator[BgrArray]:
        """The new pictures in order, each (h, w, 3) BGR bytes; one is held at a time."""
        wanted = frozenset(self.keep)
        for index, frame in enumerate(decode_frames(self.path)):
            if index in wanted:
                yield frame.picture

    @property
    def seconds(self) -> float:
        """From the first picture to the last."""
        return self.times[-1]

    @property
    def rate(self) -> float:
        """New pictures per second, on average."""
        return (len(self.times) - 1) / self.seconds


def admit_footage(path: Path) -> Reel:
    """Decode footage once from end to end; raises ContentFault for anything it cannot be.

    That is: too large a file, no known container or codec, damage or an early end, a picture size
    out of range, fewer than ``MIN_FRAMES`` different pictures, or a standstill.
    """
    require_size(path, FOOTAGE_BYTES, "footage")
    all_times: list[float] = []
    changes: list[float] = []
    last: npt.NDArray[np.int16] | None = None
    first: Frame | None = None
    for frame in decode_frames(path):
        if first is None:
            first = frame
            rows, columns = frame.picture.shape[:2]
            if min(rows, columns) < MIN_SIDE:
                raise _fault(path, f"its pictures are {columns}×{rows}")
        small = _thumbnail(frame.picture)
        if last is not None:
            changes.append(float(np.abs(small - last).mean()))
        last = small
        all_times.append(frame.seconds)
    keep = _new_pictures(changes) if first else ()
    if first is None or len(keep) < MIN_FRAMES:
        raise _fault(path, f"it has {len(keep)} different pictures; {MIN_FRAMES} are needed")
    times = [all_times[place] for place in keep]
    ends = all_times[-1]
    waits = [after - before for before, after in pairwise([*times, ends])]
    if min(waits[:-1]) <= 0:
        raise _fault(path, "its frames are not in order")
    if max(waits) > MAX_STANDSTILL_SECONDS:
        raise _fault(path, f"it stands still for {max(waits):.1f} s")
    rows, columns = first.picture.shape[:2]
    return Reel(
        path=path,
        width=columns,
        height=rows,
        pixel_aspect=first.pixel_aspect,
        times=tuple(time - times[0] for time in times),
        keep=keep,
        codec=first.codec,
        has_sound=first.has_sound,
        largest_jump=max(changes),
        median_change=float(np.median([changes[place - 1] for place in keep[1:]])),
    )


def check_footage(
    reel: Reel, *, width: int, height: int
) -> tuple[dict[str, Measurement], tuple[Finding, ...]]:
    """Is footage good enough to be cut and enlarged to ``width`` × ``height`` pixels?"""
    shown = reel.width * reel.pixel_aspect
    cover = max(width / shown, height / reel.height)
    lost = 1 - (width / cover) * (height / cover) / (shown * reel.height)
    cut_limit = max(_JUMP_LEAST, _JUMP_RATIO * reel.median_change)
    measured: dict[str, Measurement] = {
        "footage_width": reel.width,
        "footage_height": reel.height,
        "footage_codec": reel.codec,
        "footage_seconds": round(reel.seconds, 3),
        "footage_rate": round(reel.rate, 3),
        "footage_enlarged": round(cover, 3),
        "footage_cropped": round(lost, 3),
    }
    return measured, (
        Finding(
            check="footage size",
            passed=cover <= MAX_ENLARGEMENT,
            said=f"enlarged {cover:.2f} times; up to {MAX_ENLARGEMENT:g} is good enough",
        ),
        Finding(
            check="footage framing",
            passed=lost <= MAX_CROP,
            said=f"{lost:.0%} of the picture is cut off; up to {MAX_CROP:.0%}",
        ),
        Finding(
            check="one shot",
            passed=reel.largest_jump <= cut_limit,
            said=f"largest step {reel.largest_jump:.1f}, up to {cut_limit:.1f} is no cut",
        ),
    )


def _new_pictures(changes: list[float]) -> tuple[int, ...]:
    """Places of the frames that show something new; ``changes[i]`` is from frame i to i + 1.

    A repeat that went through an encoder differs a little from what it repeats, so a frame counts
    as one too when it changes far less than those around it (than the second largest, so that a cut
    counts for nothing).
    """
    keep = [0]
    for place, change in enumerate(changes):
        around = sorted(changes[max(0, place - _AROUND) : place + _AROUND + 1])
        if change >= max(_STILL, _REPEAT_SHARE * around[-min(2, len(around))]):
            keep.append(place + 1)
    return tuple(keep)


def _thumbnail(picture: BgrArray) -> npt.NDArray[np.int16]:
    stride = max(1, picture.shape[1] // 240)
    return np.asarray(cv2.cvtColor(picture[::stride, ::stride], cv2.COLOR_BGR2GRAY), np.int16)


def _fault(path: Path, why: str) -> ContentFault:
    return ContentFault(f"The footage {path.name} cannot be used: {why}", _AGAIN)
