"""The sky, as radiance by direction: gradient, clouds, stars, nebula, aurora, moons, lightning."""

from __future__ import annotations

import numpy as np

from arena_assets.scene import lighting as w
from arena_assets.scene.compiled import compiled, inlined, lean
from arena_assets.scene.model import FloatArray
from arena_assets.scene.noise import fbm, hash_u32

_ZENITH, _HORIZON, _TOWARDS, _SUN, _FOG = w.ZENITH, w.HORIZON, w.SUN_DIRECTION, w.SUN, w.FOG
_MANA, _CLOUDS, _STARS, _NEBULA, _AURORA = w.MANA, w.CLOUDS, w.STARS, w.NEBULA, w.AURORA
_STORMY, _SEED, _SURGING = w.STORMY, w.SEED, w.SURGING
_SUBMERGED, _ORB, _FIRST_ORB, _SECOND_ORB = w.SUBMERGED, w.ORB, w.FIRST_ORB, w.SECOND_ORB
_OPENING = w.OPENING
_UNDERLIT, _LIGHTNING, _ECLIPSE, _PLANET = w.UNDERLIT, w.LIGHTNING, w.ECLIPSE, w.PLANET


@inlined
def _ramp(low, high, value):  # type: ignore[no-untyped-def]
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)


@lean
def sun_share(air, x, y, z):  # type: ignore[no-untyped-def]
    """How much of the sun's light the sky lets down to a point, about 1: shadows of clouds on the
    land around the arena, and under water the moving net of light that waves throw."""
    if air[_SUBMERGED] > 0:
        slant = max(0.2, air[_TOWARDS + 2])
        across = x - air[_TOWARDS] / slant * z
        along = y - air[_TOWARDS + 1] / slant * z
        seed = np.int64(air[_SEED])
        first = fbm(across * 0.34, along * 0.34, seed + 91, 3)
        second = fbm(across * 0.47 + 9.0, along * 0.47, seed + 92, 2)
        net = max(0.0, 1 - 3.2 * abs(first)) * max(0.0, 1 - 2.0 * abs(second))
        return 0.78 + (2.3 * net * net - 0.38) * _ramp(75.0, 18.0, np.sqrt(x * x + y * y))
    far = _ramp(26.0, 60.0, np.sqrt(x * x + y * y))
    if air[_CLOUDS] < 0.15 or far <= 0 or air[_STORMY] > 0:
        return 1.0
    drift = fbm(x * 0.011, y * 0.011, np.int64(air[_SEED]) + 57, 3)
    return 1 - 0.78 * far * _ramp(-0.10, 0.16, drift + 0.25 * (air[_CLOUDS] - 0.4))


@inlined
def _orb(air, slot, x, y, z, out):  # type: ignore[no-untyped-def]
    """A moon, an eclipsed sun or a ringed planet, over what is in ``out``."""
    ox = air[slot]
    oy = air[slot + 1]
    oz = air[slot + 2]
    size = air[slot + 3]
    kind = air[_ORB]
    ahead = x * ox + y * oy + z * oz
    flat = np.sqrt(ox * ox + oy * oy) + 1e-6
    px = (x * oy - y * ox) / flat / size
    py = (z - ahead * oz) / flat / size
    square = px * px + py * py
    if ahead > 0.4 and square < 40.0:
        seed = np.int64(air[_SEED])
        edge = np.sqrt(square)
        tint = 0.35
        if kind == _ECLIPSE:
            rays = fbm(np.arctan2(py, px) * 1.9 + 3.0, edge * 0.35, seed + 61, 4)
            ring = np.exp(-max(0.0, edge - 1.0) * (2.6 - 1.6 * rays)) * 1.1
            thin = np.exp(-(((edge - 1.02) / 0.045) ** 2)) * 3.0
            dark = _ramp(1.02, 0.98, edge)
            for channel in range(3):
                glow = air[_MANA + channel] * 0.8 + 0.28
                out[channel] = out[channel] * (1 - dark) + (ring * (1 - dark) + thin) * glow
        else:
            disc = _ramp(1.015, 0.985, edge)
            halo = 0.16 * np.exp(-max(0.0, edge - 1.0) * 1.5) * (1 - disc)
            inward = np.sqrt(max(0.0, 1 - min(1.0, square)))
            bands = fbm(px * 1.3 + 5.0, py * (5.0 if kind == _PLANET else 1.3), seed + 63, 5)
            bright = max(0.02, 0.62 * px + 0.42 * py + 0.62 * inward) * (0.75 + 0.75 * bands)
            rx = px * 0.94 + py * 0.34
            ry = (py * 0.94 - px * 0.34) / 0.22
            ring = np.sqrt(rx * rx + ry * ry)
            hoop = _ramp(1.42, 1.5, ring) * _ramp(2.35, 2.2, ring) if kind == _PLANET else 0.0
            hoop *= 0.45 + 0.55 * np.sin(ring * 26.0) ** 2
            if ry > 0:
                hoop *= 1 - disc
            for channel in range(3):
                pale = 0.86 if channel == 0 else (0.83 if channel == 1 else 0.80)
                face = (pale * (1 - tint) + air[_MANA + channel] * tint) * bright * 0.95
                value = out[channel] * (1 - disc) + face * disc
                value += halo * (0.5 * pale + 0.5 * air[_MANA + channel])
                shine = (0.5 + 0.35 * air[_MANA + channel]) * (
                    0.35 + 0.5 * max(0.0, px * 0.4 + 0.5)
                )
                out[channel] = value * (1 - 0.8 * hoop) + shine * hoop


@inlined
def _lightning(air, x, y, z, detail, out):  # type: ignore[no-untyped-def]
    """Sheet lightning inside the clouds, and bolts down from them, one in each quarter or so."""
    seed = np.int64(air[_SEED])
    turn = (np.arctan2(y, x) * 0.15915494 + 0.5) * 5.0 + (seed % 97) * 0.01
    part = np.floor(turn)
    word = hash_u32(np.uint32(np.int64(part) % 5 + 1) * np.uint32(2654435761) ^ np.uint32(seed))
    middle = 0.3 + 0.4 * ((word & np.uint32(255)) / 255.0)
    wander = fbm(z * 7.0 + middle * 31.0, part, seed + 81, 5) * 0.10
    off = turn - part - middle
    power = 0.4 + 0.6 * (((word >> np.uint32(8)) & np.uint32(255)) / 255.0)
    high = (z - 0.30) / 0.22
    glow = 0.34 * power * np.exp(-((off / 0.17) ** 2) - high * high)
    bolt = np.float32(0.0)
    if detail and z < 0.40:
        near = abs(off - wander)
        bolt = np.exp(-((near / 0.0035) ** 2)) * 5.0 + 0.30 * np.exp(-near / 0.02)
        bolt *= power * _ramp(0.40, 0.30, z)
    for channel in range(3):
        cold = 0.72 if channel == 0 else (0.80 if channel == 1 else 1.0)
        out[channel] += (glow + bolt) * (0.6 * cold + 0.4 * air[_MANA + channel])


@lean
def radiance(air, x, y, z, detail, disc, out):  # type: ignore[no-untyped-def]
    """Linear RGB of the sky in a unit direction, written to ``out`` (3).

    ``air`` is a packed weather; ``detail`` 0 leaves out what light does not feel (stars, fine
    clouds, moons); ``disc`` 1 shows the sun itself.
    """
    seed = np.int64(air[_SEED])
    up = max(z, 0.0)
    t = up**0.45
    toward = x * air[_TOWARDS] + y * air[_TOWARDS + 1] + z * air[_TOWARDS + 2]
    sun_peak = max(air[_SUN], max(air[_SUN + 1], air[_SUN + 2])) / 6.2
    near_sun = max(0.0, toward)
    halo = 0.26 * near_sun**8 + 0.75 * near_sun**64 + 2.0 * near_sun**800
    night = 1.0 if air[_STARS] > 0 or air[_NEBULA] > 0 else 0.0
    if air[_STORMY] > 0:
        halo = 0.15 * near_sun**8
    # The horizon is bright below the sun and takes the colour of the zenith opposite to it.
    side = 0.5 - 0.5 * toward
    turned = 0.42 * side * side if sun_peak > 0 and air[_SUBMERGED] == 0 else 0.0
    for channel in range(3):
        low = air[_HORIZON + channel] * (1 - turned) + air[_ZENITH + channel] * turned * 1.4
        base = low * (1 - t) + air[_ZENITH + channel] * t
        shine = air[_SUN + channel] / 6.2
        out[channel] = base + shine * halo * (0.6 - 0.25 * night)
    if air[_SUBMERGED] > 0 and z > 0.05:
        # The surface from below: a net of light that closes in overhead.
        u = x / (z + 0.12) * 1.6
        v = y / (z + 0.12) * 1.6
        wave = fbm(u, v, seed + 93, 4)
        net = max(0.0, 1 - 4.0 * abs(wave))
        lift = _ramp(0.05, 0.8, z)
        for channel in range(3):
            bright = 0.5 * air[_ZENITH + channel] + 0.10 * air[_SUN + channel]
            out[channel] += lift * (0.25 + 2.0 * net * net) * bright * (0.4 + near_sun**4)
    octaves = 6 if detail else 4
    if air[_NEBULA] > 0:
        band = np.exp(-(((x * 0.32 - y * 0.53 + z * 0.78) / 0.42) ** 2))
        first = fbm(x * 2.1 + z * 1.2 + 7.0, y * 2.1 - z * 0.9, seed + 3, octaves)
        second = fbm(x * 3.3 + 3.0 + z, y * 3.3 + 9.0 + z * 1.4, seed + 8, octaves)
        gas = min(1.0, max(0.0, first * 1.7 + 0.22)) ** 1.6 * (0.12 + band)
        core = min(1.0, max(0.0, second * 1.9)) ** 2 * band
        dust = 1 - 0.75 * band * _ramp(0.05, 0.35, -second)
        lift = 1.5 if air[_SURGING] > 0 else 0.85
        out[0] = (out[0] + lift * (gas * (air[_MANA] * 0.46 + 0.10) + core * 0.46)) * dust
        out[1] = (out[1] + lift * (gas * (air[_MANA + 1] * 0.46 + 0.03) + core * 0.20)) * dust
        out[2] = (out[2] + lift * (gas * (air[_MANA + 2] * 0.46 + 0.20) + core * 0.26)) * dust
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
        if word < np.uint32(30_000_000):
            size = (word & np.uint32(1023)) / 1023.0
            dx = x * fine - cx - 0.5
            dy = y * fine - cy - 0.5
            dz = z * fine - cz - 0.5
            spark = np.exp(-(dx * dx + dy * dy + dz * dz) * 14.0) * (0.4 + 6.0 * size**5)
            warm = ((word >> np.uint32(10)) & np.uint32(255)) / 255.0
            out[0] += spark * (0.75 + 0.5 * warm)
            out[1] += spark * 0.95
            out[2] += spark * (1.25 - 0.4 * warm)
    if air[_ORB] > 0 and detail:
        _orb(air, _FIRST_ORB, x, y, z, out)
        if air[_SECOND_ORB + 3] > 0:
            _orb(air, _SECOND_ORB, x, y, z, out)
    if air[_AURORA] > 0 and z > 0:
        around = np.arctan2(y, x)
        wave = fbm(around * 1.7 + 5.0, 0.0, seed + 4, 4)
        rays = min(1.0, max(0.0, fbm(around * 13.0 + 2.0, z * 0.7, seed + 6, 4) + 0.55))
        for layer in range(2):
            height = 0.24 + 0.20 * layer + (0.26 - 0.5 * layer) * wave
            above = z - height
            tall = 0.02 if above < 0 else 0.16
            glow = np.exp(-((above / tall) ** 2)) * rays * (0.95 - 0.45 * layer)
            high = _ramp(0.0, 0.22, above)
            out[0] += glow * (air[_MANA] * 0.30 + 0.02 + 0.24 * high)
            out[1] += glow * (air[_MANA + 1] * 0.30 + 0.42 * (1 - 0.7 * high))
            out[2] += glow * (air[_MANA + 2] * 0.30 + 0.16 + 0.14 * high)
    if air[_CLOUDS] > 0.01 and z > 0:
        u = x / (z + 0.14)
        v = y / (z + 0.14)
        swirl = fbm(u * 0.5 + 11.0, v * 0.5, seed + 2, 2)
        u += 0.7 * swirl
        v -= 0.5 * swirl
        first = fbm(u * 0.95 + 3.0, v * 0.95, seed + 1, 6 if detail else 4)
        lit = fbm(
            u * 0.95 + 3.0 + air[_TOWARDS] * 0.13,
            v * 0.95 + air[_TOWARDS + 1] * 0.13,
            seed + 1,
            4 if detail else 3,
        )
        amount = _ramp(0.0, 1.0, (first + air[_CLOUDS] * 0.95 - 0.46) / 0.27)
        amount *= min(1.0, z / 0.07) * (0.96 if air[_STORMY] > 0 else 0.94 - 0.35 * night)
        thick = _ramp(0.0, 0.5, first + air[_CLOUDS] * 0.95 - 0.60)
        shade = min(1.4, max(0.05, 0.70 + (first - lit) * 4.2 - 0.40 * thick))
        for channel in range(3):
            low = air[_HORIZON + channel]
            high = air[_ZENITH + channel]
            shine = air[_SUN + channel] / 6.2
            if air[_STORMY] > 0:
                gap = 0.8 * near_sun**3 * (1 - thick)
                cloud = (low * 0.40 + high * 0.55) * (0.16 + 1.30 * shade + gap)
            else:
                rim = near_sun**6 * (1 - thick)
                soot = 0.30 if air[_UNDERLIT] > 0 else 1.0
                cloud = (low * 0.42 + high * 0.34) * (0.5 + 0.4 * shade) + soot * shine * (
                    0.62 * shade + 0.8 * rim
                )
            cloud += air[_UNDERLIT + channel] * (1.15 - shade) * (1 - 0.6 * t)
            out[channel] = out[channel] * (1 - amount) + cloud * amount
    if air[_LIGHTNING] > 0 and z > 0:
        _lightning(air, x, y, z, detail, out)
    if disc > 0 and air[_STORMY] == 0 and night == 0 and sun_peak > 0 and air[_SUBMERGED] == 0:
        face = _ramp(0.99965, 0.99985, toward)
        for channel in range(3):
            out[channel] += face * 3.0 * air[_SUN + channel]
    if z < 0 and night == 0:
        depth = min(1.0, -z * 7.0)
        for channel in range(3):
            out[channel] = out[channel] * (1 - depth) + air[_FOG + channel] * 0.75 * depth
    # Through a small opening the sky is seen darker than it lights, or it would burn out.
    seen = air[_OPENING] if detail else 1.0
    for channel in range(3):
        out[channel] = max(0.0, out[channel]) * seen


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
