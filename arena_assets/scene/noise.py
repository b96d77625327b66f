"""Noise: compiled gradient noise for skies and air, tileable fields for textures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from arena_assets.scene.compiled import inlined, lean

_ONE, _SIX, _TEN, _FIFTEEN = (np.float32(number) for number in (1, 6, 10, 15))
Field = npt.NDArray[np.float32]


@inlined
def hash_u32(value):  # type: ignore[no-untyped-def]
    """PCG output permutation of a 32-bit number (Jarzynski & Olano, JCGT 2020)."""
    state = np.uint32(np.uint32(value) * np.uint32(747796405) + np.uint32(2891336453))
    shift = np.uint32((state >> np.uint32(28)) + np.uint32(4))
    word = np.uint32(np.uint32((state >> shift) ^ state) * np.uint32(277803737))
    return np.uint32((word >> np.uint32(22)) ^ word)


@inlined
def unit(value):  # type: ignore[no-untyped-def]
    """A hashed number 0 ≤ x < 1 from any 32-bit number."""
    return np.float32(hash_u32(value) >> np.uint32(8)) * np.float32(1.0 / 16777216.0)


_TURNS = np.stack(
    [np.cos(np.arange(512) * (np.pi / 256)), np.sin(np.arange(512) * (np.pi / 256))], axis=1
).astype(np.float32)
"""Gradients of the noise: 512 directions are as good as all."""


@inlined
def _corner(ix, iy, dx, dy, seed):  # type: ignore[no-untyped-def]
    word = hash_u32(
        np.uint32(ix) * np.uint32(374761393)
        + np.uint32(iy) * np.uint32(668265263)
        + np.uint32(seed) * np.uint32(2246822519)
    )
    which = word >> np.uint32(23)
    return _TURNS[which, 0] * dx + _TURNS[which, 1] * dy


@lean
def gradient_noise(x, y, seed):  # type: ignore[no-untyped-def]
    """2-D gradient noise, about −1 … 1, with quintic fade (Perlin 2002)."""
    ix = np.int64(np.floor(x))
    iy = np.int64(np.floor(y))
    fx = np.float32(x - ix)
    fy = np.float32(y - iy)
    u = fx * fx * fx * (fx * (fx * _SIX - _FIFTEEN) + _TEN)
    v = fy * fy * fy * (fy * (fy * _SIX - _FIFTEEN) + _TEN)
    low = _corner(ix, iy, fx, fy, seed)
    low += (_corner(ix + 1, iy, fx - _ONE, fy, seed) - low) * u
    high = _corner(ix, iy + 1, fx, fy - _ONE, seed)
    high += (_corner(ix + 1, iy + 1, fx - _ONE, fy - _ONE, seed) - high) * u
    return np.float32(1.5) * (low + (high - low) * v)


@lean
def fbm(x, y, seed, octaves):  # type: ignore[no-untyped-def]
    """Fractal sum of gradient noise, about −1 … 1."""
    total = np.float32(0.0)
    weight = np.float32(0.0)
    gain = np.float32(1.0)
    for octave in range(octaves):
        total += gain * gradient_noise(x, y, seed + octave * 131)
        weight += gain
        gain *= np.float32(0.5)
        x *= 2.03
        y *= 2.03
    return total / weight


def tileable(size: int, rng: np.random.Generator, slope: float, lowest: int = 1) -> Field:
    """A tileable field with a 1/f^slope spectrum from frequency ``lowest`` up.

    (size, size) float32, about −1 … 1.
    """
    spectrum = np.fft.rfft2(rng.standard_normal((size, size), dtype=np.float32))
    frequency = np.hypot(
        np.fft.fftfreq(size)[:, None] * size, np.fft.rfftfreq(size)[None, :] * size
    )
    frequency[0, 0] = 1.0
    weight = frequency ** (-slope / 2)
    weight[frequency < lowest] = 0.0
    weight[0, 0] = 0.0
    field = np.fft.irfft2(spectrum * weight, (size, size))
    return np.asarray(field / (2.6 * field.std() + 1e-9), np.float32)


@lean
def _cells(size, cells_x, cells_y, points, out):  # type: ignore[no-untyped-def]
    for row in range(size):
        y = (row + 0.5) / size * cells_y
        for column in range(size):
            x = (column + 0.5) / size * cells_x
            cx = int(x)
            cy = int(y)
            first = 1e9
            second = 1e9
            nearest = 0
            for dy in range(-2, 3):
                for dx in range(-2, 3):
                    gx = (cx + dx) % cells_x
                    gy = (cy + dy) % cells_y
                    px = cx + dx + points[gy, gx, 0] - x
                    py = cy + dy + points[gy, gx, 1] - y
                    distance = px * px + py * py
                    if distance < first:
                        second = first
                        first = distance
                        nearest = gy * cells_x + gx
                    elif distance < second:
                        second = distance
            out[row, column, 0] = np.sqrt(first)
            out[row, column, 1] = np.sqrt(second)
            out[row, column, 2] = points[nearest // cells_x, nearest % cells_x, 2]


def cells(
    size: int, rng: np.random.Generator, across: int, down: int | None = None
) -> tuple[Field, Field, Field]:
    """Tileable Worley noise: distances to the nearest and second point (in cells), and a random
    number 0–1 per cell; each (size, size) float32."""
    rows = down or across
    points = rng.random((rows, across, 3)).astype(np.float32)
    out = np.empty((size, size, 3), np.float32)
    _cells(size, across, rows, points, out)
    return out[..., 0], out[..., 1], out[..., 2]
