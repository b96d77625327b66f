"""Do two pictures show the same: also cropped a little, mirrored, brightened or softened.

A fingerprint is a small luma picture without its slow gradients, which sky and floor give to every
view. Two are compared by normalised cross-correlation over shifts, scales and mirroring.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.domain.manifest import Finding
from arena_assets.errors import ContentFault
from arena_assets.inspect.picture import Gray, decode_luma

MAX_LIKENESS = 0.80
"""Views of one place reach 0.77, the same view cropped by up to a fifth or mirrored 0.83."""

_COLUMNS, _ROWS = 48, 27
_BYTES = _COLUMNS * _ROWS // 2
_SCALES = (1.0, 0.96, 0.92, 0.88, 0.84, 0.80)
_STEPS_PER_DEVIATION = 2.0

_Small = npt.NDArray[np.float32]


def fingerprint(path: Path) -> str:
    """How a PNG, WebP or JPEG looks, as 864 characters. Raises :class:`ContentFault` as
    :func:`~arena_assets.inspect.picture.check_picture` does."""
    return fingerprint_of(decode_luma(path)[1])


def fingerprint_of(gray: Gray) -> str:
    """The same of a luma picture (rows, columns)."""
    small = cv2.resize(gray, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
    fine = small - np.asarray(cv2.GaussianBlur(small, (0, 0), _COLUMNS / 8))
    steps = fine * (_STEPS_PER_DEVIATION / max(1e-3, float(fine.std())))
    levels = (np.clip(np.round(steps), -7, 7) + 8).astype(np.uint8).ravel()
    return base64.b64encode(((levels[::2] << 4) | levels[1::2]).tobytes()).decode("ascii")


def likeness(one: str, other: str) -> float:
    """How alike two fingerprints are, at most 1: the best correlation of one with a part of the
    other, 80–100 % of it, mirrored or not."""
    first, second = _unpacked(one), _unpacked(other)
    return max(
        _best(whole, part)
        for whole, part in (
            (first, second),
            (second, first),
            (first, np.ascontiguousarray(second[:, ::-1])),
            (second, np.ascontiguousarray(first[:, ::-1])),
        )
    )


def check_distinct(marks: Mapping[str, str], only: str | None = None) -> tuple[Finding, ...]:
    """One finding that all named pictures differ, or one for each pair that looks the same.

    ``marks`` are fingerprints by name; with ``only`` that picture is compared with the others.
    """
    pairs = [pair for pair in combinations(marks, 2) if only is None or only in pair]
    found = {pair: likeness(marks[pair[0]], marks[pair[1]]) for pair in pairs}
    alike = {pair: value for pair, value in found.items() if value > MAX_LIKENESS}
    if alike:
        return tuple(
            Finding(
                check="distinct",
                passed=False,
                said=f"{first} and {second} look the same: likeness {value:.2f}, "
                f"at most {MAX_LIKENESS}",
            )
            for (first, second), value in alike.items()
        )
    closest = max(found.values(), default=0.0)
    said = f"the two most alike have a likeness of {closest:.2f}, at most {MAX_LIKENESS}"
    return (Finding(check="distinct", passed=True, said=said),)


def _best(whole: _Small, part: _Small) -> float:
    found = 0.0
    rows, columns = whole.shape
    for scale in _SCALES:
        size = (round(columns * scale), round(rows * scale))
        template = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        matched = cv2.matchTemplate(whole, template, cv2.TM_CCOEFF_NORMED)
        found = max(found, float(np.nan_to_num(np.asarray(matched)).max()))
    return min(1.0, found)


def _unpacked(mark: str) -> _Small:
    """Twice as large as it was taken, so that shifts by half a pixel are found."""
    try:
        packed = np.frombuffer(base64.b64decode(mark, validate=True), np.uint8)
    except (binascii.Error, ValueError) as error:
        raise _no_fingerprint() from error
    if len(packed) != _BYTES:
        raise _no_fingerprint()
    levels = np.stack([packed >> 4, packed & 15], axis=1).reshape(_ROWS, _COLUMNS)
    small = levels.astype(np.float32) - 8
    size = (2 * _COLUMNS, 2 * _ROWS)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _no_fingerprint() -> ContentFault:
    return ContentFault("A picture's fingerprint is damaged", "Redo the slot that holds it")
