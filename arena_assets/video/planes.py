"""A picture as the planes a moving camera samples: BT.709 luma and chroma, enlarged once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.errors import ContentFault
from arena_assets.video.profile import Profile

ByteArray = npt.NDArray[np.uint8]

BGR_TO_YCBCR = np.array(
    [
        [0.0722 * 219 / 255, 0.7152 * 219 / 255, 0.2126 * 219 / 255, 16],
        [
            0.9278 / 1.8556 * 224 / 255,
            -0.7152 / 1.8556 * 224 / 255,
            -0.2126 / 1.8556 * 224 / 255,
            128,
        ],
        [
            -0.0722 / 1.5748 * 224 / 255,
            -0.7152 / 1.5748 * 224 / 255,
            0.7874 / 1.5748 * 224 / 255,
            128,
        ],
    ],
    np.float32,
)
"""Rec. ITU-R BT.709-6, limited range, 8 bits: rows Y, Cb, Cr of (B, G, R, 1)."""


_CRISP = np.array([0.024, -0.081, 1.114, -0.081, 0.024], np.float32)
"""What a cubic and the linear sampling after it take from fine detail, given beforehand. Fitted to
frames drawn from a picture enlarged four times: as near to them as by Lanczos filters (50.2 dB), in
a seventh of their time."""

MARGIN = 128
"""Samples around a plane, for what reads a little before or after what it shows."""


_ALONE = cv2.BORDER_REFLECT_101 | cv2.BORDER_ISOLATED
"""What lies around a part of an array is none of its business."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Planes:
    """A picture fitted over the output's size, limited-range BT.709.

    ``luma`` has ``supersample`` samples per output pixel on each axis, which makes linear sampling
    between them near-ideal; ``blue`` and ``red`` (Cb, Cr) have one, twice what 4:2:0 needs, and are
    band-limited for it. ``width`` × ``height`` is the fitted size in output pixels. All three are
    views into arrays with ``MARGIN`` more samples on each side, which repeat the rim.
    """

    luma: ByteArray
    blue: ByteArray
    red: ByteArray
    width: int
    height: int
    supersample: int


def load_planes(picture: Path, profile: Profile) -> Planes:
    """Read a picture and fit it over the profile's size, cropping nothing.

    Whoever asks for one that is in use elsewhere shares it: two edits made side by side often show
    the same clips. Raises ContentFault when it can't be decoded.
    """
    try:
        stat = picture.stat()
    except OSError:
        return _load(picture, profile)
    key = (picture, stat.st_mtime_ns, stat.st_size, profile)
    with _guard:
        lock = _locks.setdefault(key, _Lock())
    with lock.lock:
        planes = _in_use.get(key)
        if planes is None:
            planes = _in_use[key] = _load(picture, profile)
    return planes


class _Lock:
    """A lock that is forgotten when nobody has it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


_Key = tuple[Path, int, int, Profile]
_guard = threading.Lock()
_locks: WeakValueDictionary[_Key, _Lock] = WeakValueDictionary()
_in_use: WeakValueDictionary[_Key, Planes] = WeakValueDictionary()


def _load(picture: Path, profile: Profile) -> Planes:
    cv2.setNumThreads(1)  # the workshop runs one encoder per core; more threads only get in its way
    image = read_picture(picture)
    rows, columns = image.shape[:2]
    cover = max(profile.width / columns, profile.height / rows)
    width = max(profile.width, round(columns * cover))
    height = max(profile.height, round(rows * cover))
    cv2.transform(image, BGR_TO_YCBCR, dst=image)
    luma, blue, red = (np.asarray(plane, np.uint8) for plane in cv2.split(image))
    del image  # what is needed no more would count in the peak
    factor = profile.supersample
    kernel = np.array([0.25, 0.5, 0.25], np.float32)

    def chroma(plane: ByteArray) -> ByteArray:
        def soft(inner: ByteArray) -> None:
            _resize(plane, inner)
            cv2.sepFilter2D(inner, -1, kernel, kernel, dst=inner, borderType=_ALONE)

        return with_margin(width, height, soft)

    def fine(inner: ByteArray) -> None:
        crisp = luma
        if inner.shape[1] > columns:
            crisp = np.asarray(
                cv2.sepFilter2D(luma, -1, _CRISP, _CRISP, borderType=_ALONE), np.uint8
            )
        _resize(crisp, inner)

    return Planes(
        luma=with_margin(width * factor, height * factor, fine),
        blue=chroma(blue),
        red=chroma(red),
        width=width,
        height=height,
        supersample=factor,
    )


def with_margin(width: int, height: int, fill: Callable[[ByteArray], None]) -> ByteArray:
    """A view of a plane, filled by ``fill``, in the middle of an array that has a margin."""
    larger = np.empty((height + 2 * MARGIN, width + 2 * MARGIN), np.uint8)
    inner = larger[MARGIN:-MARGIN, MARGIN:-MARGIN]
    fill(inner)
    larger[MARGIN:-MARGIN, :MARGIN] = inner[:, :1]
    larger[MARGIN:-MARGIN, -MARGIN:] = inner[:, -1:]
    larger[:MARGIN] = larger[MARGIN]
    larger[-MARGIN:] = larger[-MARGIN - 1]
    return inner


def read_picture(picture: Path) -> ByteArray:
    """A picture as (h, w, 3) BGR bytes."""
    try:
        image = cv2.imread(str(picture), cv2.IMREAD_COLOR)
    except cv2.error:
        image = None
    if image is None or min(image.shape[:2]) < 16:
        raise ContentFault(
            f"The picture {picture.name} cannot be decoded", "Make that view again, then its clip"
        )
    return np.asarray(image, np.uint8)


def _resize(plane: ByteArray, into: ByteArray) -> None:
    height, width = into.shape
    filter_ = cv2.INTER_AREA if width < plane.shape[1] else cv2.INTER_CUBIC
    cv2.resize(plane, (width, height), dst=into, interpolation=filter_)
