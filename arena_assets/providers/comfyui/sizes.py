"""Sizes of first passes."""

from __future__ import annotations

import math

BASE_PIXELS = 1280 * 720
"""About the megapixel that SDXL was trained on; more in a first pass doubles what it draws."""
_STEP = 16
_LEAST, _MOST = 512, 2048


def base_size(width: int, height: int) -> tuple[int, int]:
    """The size of a first pass: the picture's shape, about a megapixel, in steps of 16 pixels."""
    scale = min(1.0, math.sqrt(BASE_PIXELS / (width * height)))
    return _side(width * scale), _side(height * scale)


def _side(pixels: float) -> int:
    return min(_MOST, max(_LEAST, round(pixels / _STEP) * _STEP))
