"""A pinhole camera on the stage."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from arena_assets.scene.model import FloatArray

Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Camera:
    """Stands at ``origin`` and looks at ``target`` (metres); ``fov`` is horizontal, in degrees."""

    origin: Point
    target: Point
    fov: float
    up: Point = (0.0, 0.0, 1.0)

    def axes(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Unit vectors forward, right and up."""
        forward = np.subtract(self.target, self.origin)
        forward = forward / np.linalg.norm(forward)
        right = np.cross(forward, self.up)
        right = right / max(float(np.linalg.norm(right)), 1e-9)
        return (
            forward.astype(np.float32),
            right.astype(np.float32),
            np.cross(right, forward).astype(np.float32),
        )

    def rows(self, width: int, height: int) -> FloatArray:
        """(5, 3) for compiled code: origin, forward, right, up, and the tangents of half the
        horizontal and half the vertical field."""
        across = math.tan(math.radians(self.fov) / 2)
        tangents = (across, across * height / width, 0.0)
        return np.array([self.origin, *self.axes(), tangents], np.float32)

    def project(self, point: Point, width: int, height: int) -> tuple[float, float, float]:
        """Where a point appears, in parts of the picture (0–1 inside), and its depth in metres."""
        forward, right, up = self.axes()
        offset = np.subtract(point, self.origin)
        depth = float(offset @ forward)
        across = math.tan(math.radians(self.fov) / 2) * max(abs(depth), 1e-6)
        down = across * height / width
        x = 0.5 + 0.5 * float(offset @ right) / across
        return x, 0.5 - 0.5 * float(offset @ up) / down, depth
