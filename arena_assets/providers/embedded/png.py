"""Rendered arrays as PNG files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.errors import FolderUnwritable

_FAST = [cv2.IMWRITE_PNG_COMPRESSION, 4, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB]


def save_picture(path: Path, rgb: npt.NDArray[np.uint8]) -> None:
    """Write an RGB picture, shape (h, w, 3); lossless."""
    _write(path, np.ascontiguousarray(rgb[..., ::-1]))


def save_mask(path: Path, mask: npt.NDArray[np.uint8]) -> None:
    """Write an object mask, shape (h, w): 0 is sky, each other value one kind of object."""
    _write(path, mask)


def _write(path: Path, pixels: npt.NDArray[np.uint8]) -> None:
    if not cv2.imwrite(str(path), pixels, _FAST):
        raise FolderUnwritable(
            f"{path.name} could not be written", "Check the disk, then run again"
        )
