"""Gradient noise over the plane and in space, seeded, vectorised."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from arena_assets.scene.kit.mesh import Doubles

_Words = npt.NDArray[np.uint32]


def fractal(
    x: Doubles,
    y: Doubles,
    seed: int,
    *,
    octaves: int = 5,
    gain: float = 0.5,
    ridged: bool = False,
) -> Doubles:
    """Sum of octaves of gradient noise, about −1…1; ``ridged`` folds it into sharp crests."""
    total = np.zeros(np.broadcast_shapes(np.shape(x), np.shape(y)))
    weight, weights, frequency = 1.0, 0.0, 1.0
    for octave in range(octaves):
        layer = plane(x * frequency, y * frequency, seed + octave * 131)
        if ridged:
            layer = (1 - 2 * np.abs(layer)) * np.abs(1 - 2 * np.abs(layer))
        total += weight * layer
        weights += weight
        weight *= gain
        frequency *= 2.03
    return total / weights


def plane(x: Doubles, y: Doubles, seed: int) -> Doubles:
    """Perlin's gradient noise with the quintic fade, about −1…1, one octave."""
    left, low = np.floor(x), np.floor(y)
    fx, fy = x - left, y - low
    ix, iy = left.astype(np.int64), low.astype(np.int64)
    blend_x, blend_y = _fade(fx), _fade(fy)

    def corner(dx: int, dy: int) -> Doubles:
        angle = _mix(ix + dx, iy + dy, np.zeros_like(ix), seed) * (2 * np.pi / 2**32)
        slope: Doubles = np.cos(angle) * (fx - dx) + np.sin(angle) * (fy - dy)
        return slope

    bottom = corner(0, 0) * (1 - blend_x) + corner(1, 0) * blend_x
    top = corner(0, 1) * (1 - blend_x) + corner(1, 1) * blend_x
    result: Doubles = (bottom * (1 - blend_y) + top * blend_y) * 1.5
    return result


def space(points: Doubles, seed: int, *, octaves: int = 3, gain: float = 0.5) -> Doubles:
    """Fractal value noise at ``points`` (…, 3), about −1…1."""
    total = np.zeros(points.shape[:-1])
    weight, weights, frequency = 1.0, 0.0, 1.0
    for octave in range(octaves):
        total += weight * _value(points * frequency, seed + octave * 131)
        weights += weight
        weight *= gain
        frequency *= 2.03
    return total / weights


def smoothstep(low: float, high: float, value: Doubles) -> Doubles:
    """Hermite ramp from 0 at ``low`` to 1 at ``high``."""
    ramp = np.clip((value - low) / (high - low), 0, 1)
    result: Doubles = ramp * ramp * (3 - 2 * ramp)
    return result


def _value(points: Doubles, seed: int) -> Doubles:
    floor = np.floor(points)
    ix, iy, iz = np.moveaxis(floor.astype(np.int64), -1, 0)
    bx, by, bz = np.moveaxis(_fade(points - floor), -1, 0)
    total = np.zeros(points.shape[:-1])
    for dx in (0, 1):
        for dy in (0, 1):
            for dz in (0, 1):
                height = _mix(ix + dx, iy + dy, iz + dz, seed) * (2.0 / 2**32) - 1
                total += (
                    height
                    * (bx if dx else 1 - bx)
                    * (by if dy else 1 - by)
                    * (bz if dz else 1 - bz)
                )
    return total


def _fade(t: Doubles) -> Doubles:
    result: Doubles = t * t * t * (t * (t * 6 - 15) + 10)
    return result


def _mix(
    ix: npt.NDArray[np.int64], iy: npt.NDArray[np.int64], iz: npt.NDArray[np.int64], seed: int
) -> _Words:
    """A well-spread 32-bit word per lattice point (wrapping multiply-xorshift)."""
    word = (
        ix.astype(np.uint32) * np.uint32(374761393)
        + iy.astype(np.uint32) * np.uint32(668265263)
        + iz.astype(np.uint32) * np.uint32(1440662683)
        + np.uint32((seed * 2654435761) & 0xFFFFFFFF)
    )
    word = (word ^ (word >> np.uint32(13))) * np.uint32(1274126177)
    word = (word ^ (word >> np.uint32(15))) * np.uint32(2246822519)
    result: _Words = word ^ (word >> np.uint32(16))
    return result
