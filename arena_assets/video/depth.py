"""Depth maps: their file, and the relief a moving camera needs from them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.errors import ContentFault, FolderUnwritable

FloatArray = npt.NDArray[np.float32]

_STEPS = 65535


def save_depth(path: Path, depth: FloatArray) -> None:
    """Write distances in metres, shape (h, w), as a 16-bit grey PNG of inverse depth.

    The value is 65535 · nearest / distance: fine where parallax is seen, coarse where it is not; 0
    is infinitely far (the sky). The nearest distance itself is not kept, as a camera move is scaled
    by it anyway.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(np.isfinite(depth) & (depth > 0), 1.0 / depth, 0.0)
    peak = float(inverse.max(initial=0.0))
    scaled = inverse * (_STEPS / peak) if peak > 0 else inverse
    if not cv2.imwrite(str(path), np.rint(scaled).astype(np.uint16)):
        raise FolderUnwritable(f"The depth map {path.name} could not be written", "Check the disk")


def load_depth(path: Path) -> FloatArray:
    """Inverse depth from a depth PNG, shape (h, w), 1 at the nearest point and 0 at infinity."""
    try:
        image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        image = None
    if image is None or image.ndim != 2 or image.dtype != np.uint16:
        raise ContentFault(
            f"{path.name} is no depth map: a 16-bit grey PNG was expected",
            "Render the picture again to get a new one, or leave the depth out",
        )
    depth: FloatArray = image.astype(np.float32)
    depth /= np.float32(_STEPS)
    return depth


def guess_depth(luma: npt.NDArray[np.uint8], horizon: float = 0.4) -> FloatArray:
    """Inverse depth of a picture without a map: a floor up to the horizon, a wall above it.

    For a level camera over a plane, inverse depth grows linearly below the horizon. The guided
    filter (He, Sun & Tang 2010) lets tall things keep some of the nearness of their foot.
    """
    height, width = luma.shape
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    wall = 0.18
    floor = wall + (1 - wall) * np.clip((rows - horizon) / (1 - horizon), 0, 1)
    relief = np.repeat(floor.astype(np.float32), width, axis=1)
    return np.asarray(0.75 * relief + 0.25 * _guided(luma, relief, width // 40), np.float32)


def _guided(luma: npt.NDArray[np.uint8], relief: FloatArray, radius: int) -> FloatArray:
    def mean(values: FloatArray) -> FloatArray:
        return np.asarray(cv2.blur(values, (2 * radius + 1, 2 * radius + 1)), np.float32)

    guide: FloatArray = luma.astype(np.float32) / np.float32(255)
    guide_mean, relief_mean = mean(guide), mean(relief)
    covariance = mean(np.multiply(guide, relief)) - guide_mean * relief_mean
    variance = mean(np.square(guide)) - guide_mean * guide_mean
    slope = np.asarray(covariance / (variance + np.float32(1e-3)), np.float32)
    rest = np.asarray(relief_mean - slope * guide_mean, np.float32)
    return np.asarray(mean(slope) * guide + mean(rest), np.float32)
