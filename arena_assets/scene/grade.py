"""From scene light to a finished picture: exposure, bloom, filmic curve, colour, grain."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from scipy import ndimage

from arena_assets.scene.compiled import compiled, inlined
from arena_assets.scene.lighting import Weather
from arena_assets.scene.model import FloatArray
from arena_assets.scene.noise import unit

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
BLOOM_SCALE = 4
_KEPT_HUE = 0.5
"""Share of the curve that keeps hues; the rest lets bright colours run to white, as film does."""
_CONTRAST = 0.42


def exposure_of(picture: FloatArray, key: float) -> float:
    """Factor that brings a picture's middle to ``key``, most of the way and within limits, and
    keeps all but the brightest 4 % from burning out.

    Follows the log-average of Reinhard et al. 2002, with highlights left out.
    """
    luminance = picture[::6, ::6] @ _LUMA
    average = float(np.exp(np.log(np.minimum(luminance, 2.0) + 0.01).mean()))
    bright = float(np.quantile(luminance, 0.96))
    return float(np.clip(min((key / average) ** 0.8, 1.5 / max(bright, 1e-3)), 0.40, 3.2))


def bloom_of(picture: FloatArray, exposure: float) -> FloatArray:
    """Light that spills around bright things, at a quarter of the size, already exposed."""
    height, width = picture.shape[:2]
    rows, columns = height // BLOOM_SCALE, width // BLOOM_SCALE
    small = np.zeros((rows, columns, 3), np.float32)
    _shrink(picture, exposure, small)
    total = np.zeros_like(small)
    for share, sigma in ((0.15, 0.0035), (0.13, 0.012), (0.11, 0.045)):
        radius = sigma * columns
        step = max(1, int(radius / 2.5))
        coarse = small[::step, ::step] if step == 1 else _reduce(small, step)
        blurred = ndimage.gaussian_filter(coarse, (radius / step, radius / step, 0), truncate=3.0)
        total += share * (blurred if step == 1 else _enlarge(blurred, rows, columns))
    return total


def _reduce(image: FloatArray, step: int) -> FloatArray:
    rows, columns = -(-image.shape[0] // step), -(-image.shape[1] // step)
    padded = np.pad(
        image,
        ((0, rows * step - image.shape[0]), (0, columns * step - image.shape[1]), (0, 0)),
        mode="edge",
    )
    mean = padded.reshape(rows, step, columns, step, 3).mean((1, 3))
    return np.asarray(mean, np.float32)


def _enlarge(image: FloatArray, rows: int, columns: int) -> FloatArray:
    out = np.empty((rows, columns, 3), np.float32)
    _stretch(image, out)
    return out


@compiled
def _stretch(image, out):  # type: ignore[no-untyped-def]
    rows, columns = image.shape[0], image.shape[1]
    for row in range(out.shape[0]):
        y = min(rows - 1.0, max(0.0, (row + 0.5) / out.shape[0] * rows - 0.5))
        iy = min(rows - 2, int(y)) if rows > 1 else 0
        fy = y - iy if rows > 1 else 0.0
        low = min(rows - 1, iy + 1)
        for column in range(out.shape[1]):
            x = min(columns - 1.0, max(0.0, (column + 0.5) / out.shape[1] * columns - 0.5))
            ix = min(columns - 2, int(x)) if columns > 1 else 0
            fx = x - ix if columns > 1 else 0.0
            right = min(columns - 1, ix + 1)
            for channel in range(out.shape[2]):
                out[row, column, channel] = (
                    image[iy, ix, channel] * (1 - fx) + image[iy, right, channel] * fx
                ) * (1 - fy) + (
                    image[low, ix, channel] * (1 - fx) + image[low, right, channel] * fx
                ) * fy


@compiled
def _shrink(picture, exposure, small):  # type: ignore[no-untyped-def]
    for row in range(small.shape[0]):
        for column in range(small.shape[1]):
            for channel in range(3):
                total = np.float32(0.0)
                for down in range(4):
                    for right in range(4):
                        value = picture[row * 4 + down, column * 4 + right, channel] * exposure
                        over = max(0.0, value - 0.85)
                        total += over / (1 + over * 0.16)
                small[row, column, channel] = total / 16


@inlined
def _curve(x):  # type: ignore[no-untyped-def]
    return (x * (x + 0.0245786) - 0.000090537) / (x * (0.983729 * x + 0.4329510) + 0.238081)


@inlined
def _punch(x):  # type: ignore[no-untyped-def]
    """Display value of a linear one, with deeper shadows and brighter lights."""
    x = _encode(x)
    return x + _CONTRAST * (x * x * (3 - 2 * x) - x)


@inlined
def _encode(x):  # type: ignore[no-untyped-def]
    x = min(1.0, max(0.0, x))
    return x * 12.92 if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055


def tone_of(now: Weather) -> FloatArray:
    """Offsets of a view's shadows and lights, display units, (6,): the cool or mana-tinted shade
    against warm light that painters use. Neither changes luminance."""
    mana = np.asarray(now.mana, np.float32)
    warm = np.asarray(now.sun if now.has_sun else now.horizon, np.float32)
    cool = np.array([0.16, 0.36, 0.72], np.float32) if not now.enclosed else mana
    tinted = 0.25 if now.enclosed or now.dark or now.stars else 0.10
    shade = (1 - tinted) * cool / cool.max() + tinted * mana / mana.max()
    light = warm / max(float(warm.max()), 1e-6)
    pair = np.stack([shade - shade @ _LUMA, light - light @ _LUMA])
    pair *= np.array([[0.050], [0.060]], np.float32)
    return np.ascontiguousarray(pair.ravel(), np.float32)


@compiled
def finish(picture, bloom, exposure, tone, seed, top, bottom, out):  # type: ignore[no-untyped-def]
    """Rows ``top`` … ``bottom`` as sRGB bytes: bloom, vignette, the ACES fit of Stephen Hill
    halfway to a curve that keeps hues (so that glow stays coloured when bright), contrast,
    vibrance, split toning by ``tone`` (see :func:`tone_of`) and fine grain."""
    height, width = out.shape[0], out.shape[1]
    rows, columns = bloom.shape[0], bloom.shape[1]
    for row in range(top, bottom):
        y = min(rows - 1.001, max(0.0, (row + 0.5) / height * rows - 0.5))
        iy = int(y)
        fy = y - iy
        v = (row + 0.5) / height - 0.5
        for column in range(width):
            x = min(columns - 1.001, max(0.0, (column + 0.5) / width * columns - 0.5))
            ix = int(x)
            fx = x - ix
            u = (column + 0.5) / width - 0.5
            shade = 1 - 0.75 * (u * u * 1.0 + v * v * 1.0)
            red = np.float32(0.0)
            green = np.float32(0.0)
            blue = np.float32(0.0)
            for channel in range(3):
                spill = (bloom[iy, ix, channel] * (1 - fx) + bloom[iy, ix + 1, channel] * fx) * (
                    1 - fy
                ) + (
                    bloom[iy + 1, ix, channel] * (1 - fx) + bloom[iy + 1, ix + 1, channel] * fx
                ) * fy
                value = (picture[row, column, channel] * exposure + spill) * shade * 1.62
                value = min(60.0, max(0.0, value))
                if channel == 0:
                    red = value
                elif channel == 1:
                    green = value
                else:
                    blue = value
            r = _curve(0.59719 * red + 0.35458 * green + 0.04823 * blue)
            g = _curve(0.07600 * red + 0.90834 * green + 0.01566 * blue)
            b = _curve(0.02840 * red + 0.13383 * green + 0.83777 * blue)
            most = max(red, max(green, blue)) + 1e-6
            kept = _KEPT_HUE * max(0.0, _curve(most)) / most
            red = _punch((1.60475 * r - 0.53108 * g - 0.07367 * b) * (1 - _KEPT_HUE) + red * kept)
            green = _punch(
                (-0.10208 * r + 1.10813 * g - 0.00605 * b) * (1 - _KEPT_HUE) + green * kept
            )
            blue = _punch(
                (-0.00327 * r - 0.07276 * g + 1.07602 * b) * (1 - _KEPT_HUE) + blue * kept
            )
            luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
            chroma = max(red, max(green, blue)) - min(red, min(green, blue))
            vivid = 1.22 - 0.20 * chroma
            dark = (1 - luma) * (1 - luma) * min(1.0, luma * 8.0 + 0.15)
            lamp = luma * (1.25 - luma)
            grain = (unit(np.uint32(row * width + column) ^ np.uint32(seed * 2654435761)) - 0.5) * (
                0.018
            )
            red = luma + (red - luma) * vivid + tone[0] * dark + tone[3] * lamp + grain
            green = luma + (green - luma) * vivid + tone[1] * dark + tone[4] * lamp + grain
            blue = luma + (blue - luma) * vivid + tone[2] * dark + tone[5] * lamp + grain
            out[row, column, 0] = np.uint8(min(1.0, max(0.0, red)) * 255 + 0.5)
            out[row, column, 1] = np.uint8(min(1.0, max(0.0, green)) * 255 + 0.5)
            out[row, column, 2] = np.uint8(min(1.0, max(0.0, blue)) * 255 + 0.5)


def enlarge_picture(image: npt.NDArray[np.uint8], height: int, width: int) -> npt.NDArray[np.uint8]:
    """A picture brought to a larger size, smoothly: (height, width, 3) bytes."""
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
