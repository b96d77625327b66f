"""Fog, mist, light shafts, the glow of lamps in the air and what drifts in it."""

from __future__ import annotations

import numpy as np

from arena_assets.domain.views import Light
from arena_assets.scene import lighting
from arena_assets.scene.compiled import inlined, lean
from arena_assets.scene.embree import blocked
from arena_assets.scene.lighting import Storm, Weather
from arena_assets.scene.model import FloatArray
from arena_assets.scene.noise import fbm
from arena_assets.scene.sky import sun_share
from arena_assets.scene.surface import random_at

_TOWARDS, _SUN, _FOG, _MANA, _SEED = (
    lighting.SUN_DIRECTION, lighting.SUN, lighting.FOG, lighting.MANA, lighting.SEED,
)  # fmt: skip
SHAFT_SCALE = 5
"""Shafts are traced at one fifth of the picture's size."""


@lean
def shafts(world, view, ray, seed, steps, reach, depth, top, bottom, out):  # type: ignore[no-untyped-def]
    """Metres of sunlit air along each ray of a small picture, at most ``reach``."""
    rows, columns = out.shape
    height, width = depth.shape
    air = world.air
    for row in range(top, bottom):
        for column in range(columns):
            u = (column + 0.5) / columns
            v = (row + 0.5) / rows
            sx = (u * 2 - 1) * view[4, 0]
            sy = (1 - v * 2) * view[4, 1]
            dx = view[1, 0] + sx * view[2, 0] + sy * view[3, 0]
            dy = view[1, 1] + sx * view[2, 1] + sy * view[3, 1]
            dz = view[1, 2] + sx * view[2, 2] + sy * view[3, 2]
            scale = np.sqrt(dx * dx + dy * dy + dz * dz)
            far = depth[min(height - 1, int(v * height)), min(width - 1, int(u * width))]
            length = min(reach, far * scale)
            jitter = random_at(row * columns + column, 0, 40, seed)
            lit = np.float32(0.0)
            for step in range(steps):
                t = (step + jitter) / steps * length / scale
                if not blocked(
                    world.handle, ray,
                    view[0, 0] + dx * t, view[0, 1] + dy * t, view[0, 2] + dz * t,
                    air[_TOWARDS], air[_TOWARDS + 1], air[_TOWARDS + 2], 0.01, 1e9,
                ):  # fmt: skip
                    lit += sun_share(
                        air, view[0, 0] + dx * t, view[0, 1] + dy * t, view[0, 2] + dz * t
                    )
            out[row, column] = lit * length / steps


@inlined
def _sample(table, u, v):  # type: ignore[no-untyped-def]
    rows, columns = table.shape
    x = min(columns - 1.001, max(0.0, u * columns - 0.5))
    y = min(rows - 1.001, max(0.0, v * rows - 0.5))
    ix = int(x)
    iy = int(y)
    fx = x - ix
    fy = y - iy
    low = table[iy, ix] * (1 - fx) + table[iy, ix + 1] * fx
    high = table[iy + 1, ix] * (1 - fx) + table[iy + 1, ix + 1] * fx
    return low * (1 - fy) + high * fy


@lean
def veil(air, view, depth, shaft, glow, numbers, top, bottom, picture):  # type: ignore[no-untyped-def]
    """Lay the air over the rows ``top`` … ``bottom`` of a picture, in place.

    ``numbers``: fog density, clear distance, mist density, mist height, shaft strength, 1 when
    enclosed or dark (the sky is hidden by nothing). ``glow`` (k, 6): lamps seen through the air.
    """
    height, width = depth.shape
    density, clear, mist, mist_height = numbers[0], numbers[1], numbers[2], numbers[3]
    strength, closed = numbers[4], numbers[5]
    seed = np.int64(air[_SEED])
    for row in range(top, bottom):
        v = (row + 0.5) / height
        sy = (1 - v * 2) * view[4, 1]
        for column in range(width):
            u = (column + 0.5) / width
            sx = (u * 2 - 1) * view[4, 0]
            dx = view[1, 0] + sx * view[2, 0] + sy * view[3, 0]
            dy = view[1, 1] + sx * view[2, 1] + sy * view[3, 1]
            dz = view[1, 2] + sx * view[2, 2] + sy * view[3, 2]
            scale = np.sqrt(dx * dx + dy * dy + dz * dz)
            dx /= scale
            dy /= scale
            dz /= scale
            open_sky = depth[row, column] == np.inf
            far = 900.0 if open_sky else depth[row, column] * scale
            toward = max(0.0, dx * air[_TOWARDS] + dy * air[_TOWARDS + 1] + dz * air[_TOWARDS + 2])
            thick = density * max(0.0, far - clear)
            amount = 1 - np.exp(-(thick**1.2))
            if open_sky:
                band = min(1.0, max(0.0, 1 - abs(dz) * 4.0))
                amount = min(0.85, 1 - np.exp(-density * 200.0)) * band * (1 - 0.75 * closed)
            else:
                amount = min(0.90, amount)
            if mist > 0:
                # Optical depth of a layer that thins out exponentially with height.
                base = view[0, 2] / mist_height
                reach = min(far, 400.0)
                rise = dz * reach / mist_height
                mean = np.exp(-min(40.0, max(-2.0, base)))
                if abs(rise) > 1e-3:
                    low = min(40.0, max(-2.0, base + rise))
                    mean = abs((mean - np.exp(-low)) / rise)
                px = view[0, 0] + dx * min(far, 60.0)
                py = view[0, 1] + dy * min(far, 60.0)
                wisp = 0.75 + 0.9 * fbm(px * 0.11, py * 0.11, seed + 71, 3)
                layer = 1 - np.exp(-mist * max(0.0, reach - 1.0) * mean * max(0.15, wisp))
                amount = 1 - (1 - amount) * (1 - min(0.82, layer))
            shine = 0.22 * toward**5 * (1 - closed)
            lit = np.float32(0.0)
            if strength > 0:
                phase = 0.22 + 0.78 * ((1 + toward) * 0.5) ** 4
                lit = _sample(shaft, u, v) * strength * phase
            glow_red = np.float32(0.0)
            glow_green = np.float32(0.0)
            glow_blue = np.float32(0.0)
            for index in range(glow.shape[0]):
                lx = glow[index, 0] - view[0, 0]
                ly = glow[index, 1] - view[0, 1]
                lz = glow[index, 2] - view[0, 2]
                along = min(far, max(0.0, lx * dx + ly * dy + lz * dz))
                gx = lx - dx * along
                gy = ly - dy * along
                gz = lz - dz * along
                share = 1 / (gx * gx + gy * gy + gz * gz + 1.6)
                glow_red += glow[index, 3] * share
                glow_green += glow[index, 4] * share
                glow_blue += glow[index, 5] * share
            for channel in range(3):
                sun = air[_SUN + channel] / 6.2
                fog = air[_FOG + channel] + sun * shine
                value = picture[row, column, channel] * (1 - amount) + fog * amount
                value += lit * sun
                value += glow_red if channel == 0 else (glow_green if channel == 1 else glow_blue)
                picture[row, column, channel] = value


@lean
def _splat(picture, depth, marks):  # type: ignore[no-untyped-def]
    """Draw soft short strokes: x, y, dx, dy, radius (pixels), depth (metres), r, g, b."""
    height, width = depth.shape
    for index in range(marks.shape[0]):
        x, y, dx, dy = marks[index, 0], marks[index, 1], marks[index, 2], marks[index, 3]
        radius = marks[index, 4]
        reach = 2.6 * radius
        left = max(0, int(min(x, x + dx) - reach))
        right = min(width, int(max(x, x + dx) + reach) + 1)
        top = max(0, int(min(y, y + dy) - reach))
        bottom = min(height, int(max(y, y + dy) + reach) + 1)
        span = dx * dx + dy * dy + 1e-6
        for row in range(top, bottom):
            for column in range(left, right):
                if depth[row, column] < marks[index, 5]:
                    continue
                ox = column + 0.5 - x
                oy = row + 0.5 - y
                t = min(1.0, max(0.0, (ox * dx + oy * dy) / span))
                ex = ox - t * dx
                ey = oy - t * dy
                value = np.exp(-(ex * ex + ey * ey) / (radius * radius))
                if value < 0.02:
                    continue
                for channel in range(3):
                    picture[row, column, channel] += value * marks[index, 6 + channel]


_COUNTS = {
    "embers": 380, "motes": 170, "snow": 900, "bubbles": 230, "sand": 420, "ash": 520,
    "petals": 150, "steam": 60,
}  # fmt: skip
_COLORS: dict[str, tuple[float, float, float]] = {
    "embers": (3.4, 1.0, 0.22),
    "snow": (0.62, 0.66, 0.72),
    "bubbles": (0.22, 0.34, 0.36),
    "sand": (0.30, 0.21, 0.12),
    "ash": (0.075, 0.07, 0.07),
    "petals": (0.70, 0.33, 0.42),
    "steam": (0.03, 0.03, 0.03),
}


def drift(
    now: Weather, kind: str | None, brightness: float, seed: int, width: int, height: int
) -> FloatArray:
    """Particles and rain of a view as strokes for the picture: (n, 9); see ``_splat``.

    ``brightness`` is the picture's own level, so that flakes are as bright as what they float in.
    """
    rng = np.random.default_rng((seed, 0x77))
    unit = width / 1792.0
    marks = [np.zeros((0, 9), np.float32)]
    storm = now.storm
    if storm in (Storm.RAIN, Storm.DRIPPING):
        count = 1500 if storm is Storm.RAIN else 320
        far = rng.uniform(1.5, 26.0, count).astype(np.float32)
        length = unit * rng.uniform(240, 420, count) / far
        block = _strokes(rng, count, width, height, far)
        block[:, 2], block[:, 3] = -0.16 * length, length
        if storm is Storm.DRIPPING:
            block[:, 2] = 0.0
        block[:, 4] = np.maximum(0.55, unit * 2.4 / far**0.5)
        block[:, 6:] = np.array([0.62, 0.70, 0.80]) * (0.10 * brightness)
        block[:, 6:] *= rng.uniform(0.3, 1.0, (count, 1))
        marks.append(block)
    names = [kind] if kind else []
    if storm is Storm.BLIZZARD:
        names.append("snow")
    elif storm is Storm.SANDSTORM:
        names.append("sand")
    elif storm is Storm.ASHFALL:
        names += ["ash", "embers"]
    elif storm is Storm.SURGE:
        names.append("bubbles")
    elif storm is Storm.VOID:
        names.append("motes")
    for name in names:
        count = int(_COUNTS.get(name, 200) * min(1.0, 0.35 + 0.65 * unit))
        far = rng.uniform(2.0, 40.0, count).astype(np.float32)
        block = _strokes(rng, count, width, height, far)
        size = unit * np.exp(rng.normal(0.1, 0.45, count)) * np.clip(9.0 / far, 0.7, 2.6)
        block[:, 4] = np.maximum(0.6, size)
        color = np.array(_COLORS.get(name, tuple(c * 1.4 + 0.12 for c in now.mana)))
        level = 1.0 if name in ("embers", "motes") else min(1.6, brightness * 2.2)
        if now.light is Light.GOLDEN and name not in ("embers", "motes"):
            color = color * np.array([1.25, 0.95, 0.7])
        block[:, 6:] = color * level * rng.uniform(0.25, 1.0, (count, 1))
        wind = {Storm.BLIZZARD: 16.0, Storm.SANDSTORM: 34.0, Storm.ASHFALL: 9.0}
        if storm in wind:
            block[:, 2] = -unit * wind[storm] * rng.uniform(0.6, 1.3, count)
            block[:, 3] = 0.35 * np.abs(block[:, 2]) * rng.uniform(0.2, 1.0, count)
            block[:, 6:] *= 0.6
        elif name == "embers":
            block[:, 2] = unit * rng.normal(0, 2.5, count)
            block[:, 3] = -unit * rng.uniform(1, 5, count)
        elif name == "petals":
            block[:, 2:4] = unit * rng.normal(0, 3.0, (count, 2))
        elif name == "steam":
            block[:, 4] *= 26.0
        marks.append(block)
    return np.concatenate(marks).astype(np.float32)


def _strokes(
    rng: np.random.Generator, count: int, width: int, height: int, far: FloatArray
) -> FloatArray:
    block = np.zeros((count, 9), np.float32)
    block[:, 0] = rng.uniform(-0.05, 1.05, count) * width
    block[:, 1] = rng.uniform(-0.05, 1.05, count) * height
    block[:, 5] = far
    return block


def scatter(picture: FloatArray, depth: FloatArray, marks: FloatArray) -> None:
    """Draw strokes into a picture, in place, behind what is nearer."""
    _splat(picture, depth, marks)
