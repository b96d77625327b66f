"""Noise: compiled gradient noise for skies and air, tileable fields for textures."""

from __future__ import annotations

import functools

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
    frequency = _frequencies(size)
    weight = frequency ** np.float32(-slope / 2)
    weight[frequency < lowest] = 0.0
    weight[0, 0] = 0.0
    spectrum *= weight
    field = np.fft.irfft2(spectrum, (size, size))
    field *= np.float32(1.0 / (2.6 * float(field.std()) + 1e-9))
    return np.asarray(field, np.float32)


@functools.lru_cache(maxsize=2)
def _frequencies(size: int) -> Field:
    """Of each term of a real spectrum, per tile; 1 for the mean, which has none."""
    frequency = np.hypot(
        np.fft.fftfreq(size)[:, None] * size, np.fft.rfftfreq(size)[None, :] * size
    ).astype(np.float32)
    frequency[0, 0] = 1.0
    return np.asarray(frequency, np.float32)


_OUTWARDS = (0, -1, 1, -2, 2)


@lean
def _cells(size, cells_x, cells_y, points, out):  # type: ignore[no-untyped-def]
    for row in range(size):
        y = np.float32((row + 0.5) / size * cells_y)
        cy = int(y)
        for column in range(size):
            x = np.float32((column + 0.5) / size * cells_x)
            cx = int(x)
            first = np.float32(1e9)
            second = np.float32(1e9)
            nearest = 0
            # From the middle outwards: most cells further out are too far away to matter.
            for dy in _OUTWARDS:
                gap_y = max(np.float32(0), np.float32(cy + dy) - y, y - np.float32(cy + dy + 1))
                if gap_y * gap_y >= second:
                    continue
                gy = (cy + dy) % cells_y
                for dx in _OUTWARDS:
                    gap_x = max(np.float32(0), np.float32(cx + dx) - x, x - np.float32(cx + dx + 1))
                    if gap_x * gap_x + gap_y * gap_y >= second:
                        continue
                    gx = (cx + dx) % cells_x
                    px = np.float32(cx + dx) + points[gy, gx, 0] - x
                    py = np.float32(cy + dy) + points[gy, gx, 1] - y
                    distance = px * px + py * py
                    if distance < first:
                        second = first
                        first = distance
                        nearest = gy * cells_x + gx
                    elif distance < second:
                        second = distance
            out[0, row, column] = np.sqrt(first)
            out[1, row, column] = np.sqrt(second)
            out[2, row, column] = points[nearest // cells_x, nearest % cells_x, 2]


def cells(
    size: int, rng: np.random.Generator, across: int, down: int | None = None
) -> tuple[Field, Field, Field]:
    """Tileable Worley noise: distances to the nearest and second point (in cells), and a random
    number 0–1 per cell; each (size, size) float32."""
    rows = down or across
    points = rng.random((rows, across, 3)).astype(np.float32)
    out = np.empty((3, size, size), np.float32)
    _cells(size, across, rows, points, out)
    return out[0], out[1], out[2]
