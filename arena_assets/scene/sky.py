"""The sky, as radiance by direction: gradient, clouds, stars, nebula, aurora."""

from __future__ import annotations

import numpy as np

from arena_assets.scene import lighting as w
from arena_assets.scene.compiled import compiled, inlined, lean
from arena_assets.scene.model import FloatArray
from arena_assets.scene.noise import fbm, hash_u32

_ZENITH, _HORIZON, _TOWARDS, _SUN, _FOG = w.ZENITH, w.HORIZON, w.SUN_DIRECTION, w.SUN, w.FOG
_MANA, _CLOUDS, _STARS, _NEBULA, _AURORA = w.MANA, w.CLOUDS, w.STARS, w.NEBULA, w.AURORA
_STORMY, _SEED, _SURGING = w.STORMY, w.SEED, w.SURGING


@inlined
def _ramp(low, high, value):  # type: ignore[no-untyped-def]
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)


@lean
def radiance(air, x, y, z, detail, disc, out):  # type: ignore[no-untyped-def]
    """Linear RGB of the sky in a unit direction, written to ``out`` (3).

    ``air`` is a packed weather; ``detail`` 0 leaves out what light does not feel (stars, fine
    clouds); ``disc`` 1 shows the sun itself.
    """
    seed = np.int64(air[_SEED])
    up = max(z, 0.0)
    t = up**0.5
    toward = x * air[_TOWARDS] + y * air[_TOWARDS + 1] + z * air[_TOWARDS + 2]
    sun_peak = max(air[_SUN], max(air[_SUN + 1], air[_SUN + 2])) / 6.2
    near_sun = max(0.0, toward)
    halo = 0.30 * near_sun**8 + 0.75 * near_sun**64 + 2.0 * near_sun**800
    night = 1.0 if air[_STARS] > 0 or air[_NEBULA] > 0 else 0.0
    if air[_STORMY] > 0:
        halo = 0.15 * near_sun**8
    for channel in range(3):
        base = air[_HORIZON + channel] * (1 - t) + air[_ZENITH + channel] * t
        shine = air[_SUN + channel] / 6.2
        out[channel] = base + shine * halo * (0.6 - 0.25 * night)
    octaves = 6 if detail else 4
    if air[_NEBULA] > 0:
        band = np.exp(-(((x * 0.32 - y * 0.53 + z * 0.78) / 0.42) ** 2))
        first = fbm(x * 2.1 + z * 1.2 + 7.0, y * 2.1 - z * 0.9, seed + 3, octaves)
        second = fbm(x * 3.3 + 3.0 + z, y * 3.3 + 9.0 + z * 1.4, seed + 8, octaves)
        gas = min(1.0, max(0.0, first * 1.5 + 0.35)) ** 1.5 * (0.25 + band)
        core = min(1.0, max(0.0, second * 1.8)) ** 2 * band
        lift = 1.6 if air[_SURGING] > 0 else 1.0
        out[0] += lift * (gas * (air[_MANA] * 0.42 + 0.16) + core * 0.34)
        out[1] += lift * (gas * (air[_MANA + 1] * 0.42 + 0.04) + core * 0.17)
        out[2] += lift * (gas * (air[_MANA + 2] * 0.42 + 0.24) + core * 0.30)
    if air[_STARS] > 0 and detail:
        fine = 210.0
        cx = np.floor(x * fine)
        cy = np.floor(y * fine)
        cz = np.floor(z * fine)
        word = hash_u32(
            np.uint32(np.int64(cx) + 4096) * np.uint32(73856093)
            ^ np.uint32(np.int64(cy) + 4096) * np.uint32(19349663)
            ^ np.uint32(np.int64(cz) + 4096 + seed) * np.uint32(83492791)
        )
        if word < np.uint32(22_000_000):
            size = (word & np.uint32(1023)) / 1023.0
            dx = x * fine - cx - 0.5
            dy = y * fine - cy - 0.5
            dz = z * fine - cz - 0.5
            spark = np.exp(-(dx * dx + dy * dy + dz * dz) * 14.0) * (0.5 + 4.0 * size**4)
            warm = ((word >> np.uint32(10)) & np.uint32(255)) / 255.0
            out[0] += spark * (0.75 + 0.5 * warm)
            out[1] += spark * 0.95
            out[2] += spark * (1.25 - 0.4 * warm)
    if air[_AURORA] > 0 and z > 0:
        around = np.arctan2(y, x)
        wave = fbm(around * 1.7 + 5.0, 0.0, seed + 4, 4)
        height = 0.33 + 0.26 * wave
        curtain = np.exp(-(((z - height) / (0.05 + 0.12 * _ramp(-0.1, 0.3, z - height))) ** 2))
        rays = min(1.0, max(0.0, fbm(around * 11.0 + 2.0, z * 0.7, seed + 6, 4) + 0.6))
        glow = curtain * rays * 0.75
        out[0] += glow * (air[_MANA] * 0.4 + 0.05)
        out[1] += glow * (air[_MANA + 1] * 0.4 + 0.32)
        out[2] += glow * (air[_MANA + 2] * 0.4 + 0.18)
    if air[_CLOUDS] > 0.01 and z > 0:
        u = x / (z + 0.14)
        v = y / (z + 0.14)
        first = fbm(u * 0.95 + 3.0, v * 0.95, seed + 1, 6 if detail else 4)
        lit = fbm(
            u * 0.95 + 3.0 + air[_TOWARDS] * 0.13,
            v * 0.95 + air[_TOWARDS + 1] * 0.13,
            seed + 1,
            4 if detail else 3,
        )
        amount = _ramp(0.0, 1.0, (first + air[_CLOUDS] * 0.95 - 0.42) / 0.42)
        amount *= min(1.0, z / 0.09) * (0.95 if air[_STORMY] > 0 else 0.88 - 0.35 * night)
        shade = min(1.25, max(0.10, 0.60 + (first - lit) * 2.6))
        for channel in range(3):
            low = air[_HORIZON + channel]
            high = air[_ZENITH + channel]
            shine = air[_SUN + channel] / 6.2
            if air[_STORMY] > 0:
                cloud = (low * 0.35 + high * 0.55) * (0.30 + 1.15 * shade)
            else:
                cloud = (low * 0.52 + high * 0.22) * 0.8 + shine * (
                    0.52 * shade * (0.8 + 1.0 * near_sun**6)
                )
            out[channel] = out[channel] * (1 - amount) + cloud * amount
    if disc > 0 and air[_STORMY] == 0 and night == 0 and sun_peak > 0:
        face = _ramp(0.99965, 0.99985, toward)
        for channel in range(3):
            out[channel] += face * 3.0 * air[_SUN + channel]
    if z < 0 and night == 0:
        depth = min(1.0, -z * 7.0)
        for channel in range(3):
            out[channel] = out[channel] * (1 - depth) + air[_FOG + channel] * 0.75 * depth
    for channel in range(3):
        out[channel] = max(0.0, out[channel])


@compiled
def _environment(air, width, height, out):  # type: ignore[no-untyped-def]
    scratch = np.zeros(3, np.float32)
    for row in range(height):
        polar = (row + 0.5) / height * np.pi
        for column in range(width):
            around = ((column + 0.5) / width - 0.5) * 2 * np.pi
            side = np.sin(polar)
            radiance(
                air, side * np.cos(around), side * np.sin(around), np.cos(polar), 0, 0, scratch
            )
            for channel in range(3):
                out[row, column, channel] = scratch[channel]


def environment(air: FloatArray, width: int = 192) -> FloatArray:
    """The sky as light sees it: (width/2, width, 3) by polar angle from the zenith and azimuth."""
    out = np.empty((width // 2, width, 3), np.float32)
    _environment(air, width, width // 2, out)
    return out
