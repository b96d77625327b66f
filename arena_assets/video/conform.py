"""Footage of a model as a clip: any rate, size and length becomes the master's frames.

Time. A master runs ``FOOTAGE_SECONDS``. Longer footage is used from its beginning, where it shows
the picture it was made from. Shorter footage is slowed down, all of it, by up to ``MAX_SLOWDOWN``;
it is never held, and never run back and forth, which an eye reads as a reversal at once. Footage at
30 or 60 frames per second, give or take a hundredth, is used frame by frame. At any other rate a
frame between two pictures is made from both along the optical flow (see :mod:`between`), so that no
picture is shown twice and none pulses.

Space. The frame is filled: footage is scaled to cover it and cut off evenly on both sides.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import cv2
import numpy as np

from arena_assets.domain.views import FPS
from arena_assets.errors import ContentFault
from arena_assets.video.between import Between
from arena_assets.video.canvas import Canvas
from arena_assets.video.planes import BGR_TO_YCBCR, ByteArray
from arena_assets.video.profile import Profile
from arena_assets.video.timeline import MASTER_FRAMES

FOOTAGE_SECONDS = (MASTER_FRAMES - 1) / FPS
"""From the first to the last picture of a master: what to ask a model for."""
MAX_SLOWDOWN = 1.6
"""Water and mist at 0.6 of their speed still look natural; slower is seen as slow motion."""
_SAME_RATE = 0.01
_SNAP = 0.02
"""Distance from a picture, in pictures, below which the picture itself is shown."""


class Reel(Protocol):
    """Decoded footage: its new pictures, (h, w, 3) BGR bytes, and the seconds they appear at."""

    @property
    def times(self) -> Sequence[float]: ...

    @property
    def pixel_aspect(self) -> float: ...

    def pictures(self) -> Iterator[ByteArray]: ...


@dataclass(frozen=True, slots=True)
class FootageSource:
    """A clip's source like :class:`shot.ClipSource`, for clips and for crossfades."""

    reel: Reel

    def open(self, profile: Profile) -> Footage:
        return Footage(self.reel, profile)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a frame lies: ``share`` (0–1, exclusive of 1) of the way from a picture to the next."""

    picture: int
    share: float


def moments(times: Sequence[float]) -> tuple[Moment, ...]:
    """The moment each frame of a master shows, ascending and all different.

    ``times`` are seconds from 0 of at least two pictures. Raises ContentFault when even the largest
    slowdown leaves the footage too short.
    """
    lasts = times[-1]
    if lasts * MAX_SLOWDOWN < FOOTAGE_SECONDS:
        raise ContentFault(
            f"The footage lasts {lasts:.1f} s; at least {FOOTAGE_SECONDS / MAX_SLOWDOWN:.1f} s "
            "are needed",
            f"Ask the model for {FOOTAGE_SECONDS:.1f} s or more, then make the clip again",
        )
    step = _whole_step(times)
    if step:
        return tuple(Moment(index * step, 0.0) for index in range(MASTER_FRAMES))
    speed = min(1.0, lasts / FOOTAGE_SECONDS)
    return tuple(_moment(times, index / FPS * speed) for index in range(MASTER_FRAMES))


def _whole_step(times: Sequence[float]) -> int | None:
    """Every how many pictures one is due, when all due pictures are there at even distances."""
    for step in (1, 2):
        last = (MASTER_FRAMES - 1) * step
        if last >= len(times):
            return None
        due = FPS * step
        distances = [due * (after - before) for before, after in pairwise(times[: last + 1])]
        rate = last / times[last]
        # Containers round times to their own clock, a millisecond in Matroska.
        if abs(rate / due - 1) <= _SAME_RATE and max(abs(each - 1) for each in distances) < 0.1:
            return step
    return None


def _moment(times: Sequence[float], seconds: float) -> Moment:
    after = min(max(bisect.bisect_right(times, seconds), 1), len(times) - 1)
    before = after - 1
    share = (seconds - times[before]) / (times[after] - times[before])
    if share < _SNAP:
        return Moment(before, 0.0)
    if share > 1 - _SNAP:
        return Moment(after, 0.0)
    return Moment(before, share)


class Footage:
    """Draws the frames of a conformed clip; cheapest in ascending order.

    It holds two pictures and the flow between them. Going back decodes from the beginning.
    """

    def __init__(self, reel: Reel, profile: Profile) -> None:
        cv2.setNumThreads(1)  # one encoder runs per core; flow also differs by count of threads
        self._reel = reel
        self._size = (profile.width, profile.height)
        self._moments = moments(reel.times)
        self._place = -1
        self._pictures: Iterator[ByteArray] = iter(())
        self._now: ByteArray | None = None
        self._next: ByteArray | None = None
        self._between: Between | None = None
        self._rewind()

    def draw(self, frame: int, canvas: Canvas) -> None:
        """Draw frame 0 to MASTER_FRAMES − 1."""
        moment = self._moments[frame]
        first = self._reach(moment.picture)
        if moment.share:
            second = self._peek()
            if self._between is None:
                self._between = Between(first, second)
            first = self._between.at(moment.share)
        _fill(first, self._reel.pixel_aspect, self._size, canvas)

    def _rewind(self) -> None:
        self._pictures, self._place = self._reel.pictures(), -1
        self._now = self._next = self._between = None

    def _reach(self, place: int) -> ByteArray:
        if place < self._place:
            self._rewind()
        while self._now is None or self._place < place:
            self._now, self._next = self._peek(), None
            self._between = None
            self._place += 1
        return self._now

    def _peek(self) -> ByteArray:
        if self._next is None:
            self._next = next(self._pictures, None)
        if self._next is None:
            raise ContentFault("The footage ends too early", "Make the clip again")
        return self._next


def _fill(picture: ByteArray, pixel_aspect: float, size: tuple[int, int], canvas: Canvas) -> None:
    """Cover a canvas with the middle of a picture, as BT.709 with left-sited chroma."""
    width, height = size
    rows, columns = picture.shape[:2]
    wide = min(columns, round(rows * width / height / pixel_aspect))
    high = min(rows, round(columns * pixel_aspect * height / width))
    left, top = (columns - wide) // 2, (rows - high) // 2
    shown = picture[top : top + high, left : left + wide]
    luma, blue, red = cv2.split(np.asarray(cv2.transform(shown, BGR_TO_YCBCR), np.uint8))
    filter_ = cv2.INTER_AREA if width < wide else cv2.INTER_LANCZOS4
    cv2.resize(luma, size, dst=canvas.luma, interpolation=filter_)
    for plane, target in ((blue, canvas.blue), (red, canvas.red)):
        # Chroma sample i lies at luma 2i across, and between rows 2j and 2j + 1 down (MPEG-2).
        full = cv2.resize(plane, size, interpolation=filter_)
        soft = cv2.sepFilter2D(full, -1, _ACROSS, np.ones(1, np.float32))
        np.copyto(
            target, cv2.resize(soft, (width, height // 2), interpolation=cv2.INTER_AREA)[:, ::2]
        )


_ACROSS = np.array([0.25, 0.5, 0.25], np.float32)
