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
        forward = _unit(
            *(there - here for there, here in zip(self.target, self.origin, strict=True))
        )
        right = _unit(*_cross(forward, self.up))
        axes = np.array([forward, right, _cross(right, forward)], np.float32)
        return axes[0], axes[1], axes[2]

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


def _cross(one: Point, other: Point) -> Point:
    """As ``numpy.cross``, which takes longer for three numbers than tracing a ray."""
    (a, b, c), (x, y, z) = one, other
    return (b * z - c * y, c * x - a * z, a * y - b * x)


def _unit(x: float, y: float, z: float) -> Point:
    length = max(math.sqrt(x * x + y * y + z * z), 1e-9)
    return (x / length, y / length, z / length)
