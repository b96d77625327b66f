"""Drifting mist and breathing light, for a picture that should feel alive while it hardly moves."""

from __future__ import annotations

import math

import cv2
import numpy as np

from arena_assets.video.canvas import Canvas
from arena_assets.video.compiled import compiled
from arena_assets.video.depth import FloatArray
from arena_assets.video.planes import Planes
from arena_assets.video.profile import Profile

_NODES = (68, 120)
"""Rows and columns of the mist's density; it is smooth, so few are enough."""
_SEED = 20
"""Of the mist's shape, the same for every arena; what it veils differs."""


class Mist:
    """Mist over one picture: thicker far away when depth is known, else low and in the distance."""

    def __init__(self, planes: Planes, inverse_depth: FloatArray | None, profile: Profile) -> None:
        self._profile = profile
        bright = float(np.percentile(planes.luma[::8, ::8], 92))
        self._luma = min(max(bright * 1.1, 70.0), 215.0)
        lit = planes.luma[:: planes.supersample, :: planes.supersample] > bright * 0.9
        lit = lit[: planes.height, : planes.width]
        self._blue = float(np.mean(planes.blue[lit])) if lit.any() else 128.0
        self._red = float(np.mean(planes.red[lit])) if lit.any() else 128.0
        self._veil = _veil(inverse_depth)
        self._layers = (_clouds(_SEED), _clouds(_SEED + 1))
        height, width = profile.height, profile.width
        self._smooth = np.empty((height, width), np.float32)
        self._density = np.empty((height, width), np.uint8)
        self._half = np.empty((height // 2, width // 2), np.uint8)

    def density(self, breath: float, drift: float) -> FloatArray:
        """Opacity 0–1 on a coarse grid, of mist that breathes and drifts as told."""
        near, far = self._layers
        moving = 0.5 * _slide(near, 26 * drift) + 0.5 * _slide(far, -15 * drift)
        density = (0.1 + 2.0 * moving) * self._veil * np.float32(breath * 3.0)
        return np.clip(density, 0, 0.8).astype(np.float32)

    def draw(self, breath: float, drift: float, canvas: Canvas) -> None:
        """Lay the mist over a drawn canvas; light shines through it and swells a little with it."""
        # Resized as bytes of 1/255 it would step; 16 bits keep the gradients of thin mist smooth.
        coarse = self.density(breath, drift) * np.float32(65280.0)
        size = (self._profile.width, self._profile.height)
        cv2.resize(coarse, size, dst=self._smooth, interpolation=cv2.INTER_CUBIC)
        cv2.convertScaleAbs(self._smooth, dst=self._density, alpha=1 / 256)
        half = (size[0] // 2, size[1] // 2)
        cv2.resize(self._density, half, dst=self._half, interpolation=cv2.INTER_AREA)
        _veil_over(canvas.luma, round(self._luma), self._density, False)
        _veil_over(canvas.blue, round(self._blue), self._half, True)
        _veil_over(canvas.red, round(self._red), self._half, True)


def _veil(inverse_depth: FloatArray | None) -> FloatArray:
    """Where mist can lie, 0–1: away from the camera and low over the ground."""
    rows = np.linspace(0, 1, _NODES[0], dtype=np.float32)[:, None]
    low = np.exp(-(((rows - 0.62) / 0.26) ** 2)).astype(np.float32)
    if inverse_depth is None:
        return np.repeat(low, _NODES[1], axis=1)
    coarse = cv2.resize(inverse_depth, _NODES[::-1], interpolation=cv2.INTER_AREA)
    near = max(float(np.percentile(coarse, 99)), 1e-6)
    away = 1 - np.clip(coarse / near, 0, 1) ** np.float32(0.7)
    veil = cv2.GaussianBlur(np.asarray(away, np.float32), (0, 0), 1.2)
    return np.asarray((0.35 + 0.65 * low) * veil, np.float32)


def _clouds(seed: int) -> FloatArray:
    """Smooth noise 0–1 that tiles horizontally: octaves of random values, enlarged."""
    random = np.random.Generator(np.random.PCG64(seed))
    rows, columns = _NODES
    total = np.zeros(_NODES, np.float32)
    for octave, share in ((4, 0.5), (8, 0.3), (16, 0.2)):
        values = random.random((octave, octave), np.float32)
        tiled = np.concatenate([values, values, values], axis=1)
        wide = cv2.resize(tiled, (3 * columns, rows), interpolation=cv2.INTER_CUBIC)
        total += np.float32(share) * wide[:, columns : 2 * columns]
    spread = float(total.max() - total.min())
    return np.asarray((total - total.min()) / np.float32(spread), np.float32)


def _slide(layer: FloatArray, distance: float) -> FloatArray:
    """A layer moved right by a real number of nodes, wrapping around."""
    whole = math.floor(distance)
    part = np.float32(distance - whole)
    return np.asarray(
        np.roll(layer, whole, axis=1) * (1 - part) + np.roll(layer, whole + 1, axis=1) * part,
        np.float32,
    )


@compiled
def _veil_over(plane, level, density, darken):  # type: ignore[no-untyped-def]
    """``plane += (level − plane) · density``; without ``darken`` what is brighter stays."""
    share, half = np.float32(1 / 255), np.float32(0.5)
    for row in range(plane.shape[0]):
        for column in range(plane.shape[1]):
            here = np.int32(plane[row, column])
            apart = np.int32(level) - here
            if not darken:
                apart = max(apart, np.int32(0))
            step = np.float32(apart * np.int32(density[row, column])) * share
            plane[row, column] = np.uint8(np.float32(here) + step + half)
