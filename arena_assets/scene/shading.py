"""How a surface answers light, in compiled code: sun, lamps, sky and one bounce.

Lambert and GGX lobes (Walter et al. 2007) with Schlick's Fresnel term.
"""

from __future__ import annotations

import numpy as np

from arena_assets.scene import lighting
from arena_assets.scene.compiled import inlined, merged
from arena_assets.scene.embree import blocked
from arena_assets.scene.sky import sun_share
from arena_assets.scene.surface import (
    ALBEDO,
    EMIT,
    FACE,
    METAL,
    NORMAL,
    POINT,
    ROUGH,
    THROUGH,
    meet,
)

_TOWARDS, _SUN, _AMBIENT, _HAZE = (
    lighting.SUN_DIRECTION, lighting.SUN, lighting.AMBIENT, lighting.HAZE,
)  # fmt: skip
FAR = 1e9
_SUN_SPREAD = 0.006
_INV_PI = 0.31830989


@inlined
def _frame(nx, ny, nz):  # type: ignore[no-untyped-def]
    """An orthonormal basis around a normal (Duff et al., JCGT 2017)."""
    sign = 1.0 if nz >= 0 else -1.0
    a = -1.0 / (sign + nz)
    b = nx * ny * a
    return 1 + sign * nx * nx * a, sign * b, -sign * nx, b, sign + ny * ny * a, -ny


@inlined
def reflectance(hit, channel, facing):  # type: ignore[no-untyped-def]
    """How much of the light around a surface comes back: both lobes, for demodulation."""
    albedo = hit[ALBEDO + channel]
    base = 0.04 * (1 - hit[METAL]) + albedo * hit[METAL]
    edge = (1 - facing) ** 5 * (1 - hit[ROUGH])
    return max(0.015, albedo * (1 - hit[METAL]) + base + (1 - base) * edge)


@inlined
def _lobe(hit, channel, nl, nv, nh, vh):  # type: ignore[no-untyped-def]
    """BRDF × cosine for one light direction, one channel."""
    albedo = hit[ALBEDO + channel]
    rough = max(0.09, hit[ROUGH])
    alpha2 = rough**4
    down = nh * nh * (alpha2 - 1) + 1
    spread = min(50.0, alpha2 / (3.14159 * down * down))
    k = (rough + 1) * (rough + 1) / 8
    shadow = 1 / ((nv * (1 - k) + k) * (nl * (1 - k) + k) * 4)
    base = 0.04 * (1 - hit[METAL]) + albedo * hit[METAL]
    fresnel = base + (1 - base) * (1 - vh) ** 5
    return (albedo * (1 - hit[METAL]) * _INV_PI + fresnel * spread * shadow) * nl


@inlined
def facing(hit, dx, dy, dz):  # type: ignore[no-untyped-def]
    return max(0.02, -(hit[NORMAL] * dx + hit[NORMAL + 1] * dy + hit[NORMAL + 2] * dz))


@merged
def sunlight(world, ray, hit, dx, dy, dz, spread_u, spread_v, out):  # type: ignore[no-untyped-def]
    """Sunlight reflected towards the eye, into ``out`` (3); returns 1 when the sun reaches."""
    air = world.air
    for channel in range(3):
        out[channel] = 0.0
    if air[_SUN] + air[_SUN + 1] + air[_SUN + 2] <= 0:
        return 0
    sx = air[_TOWARDS]
    sy = air[_TOWARDS + 1]
    sz = air[_TOWARDS + 2]
    cosine = hit[NORMAL] * sx + hit[NORMAL + 1] * sy + hit[NORMAL + 2] * sz
    through = hit[THROUGH]
    if cosine <= 0 and through <= 0:
        return 0
    tx, ty, tz, bx, by, bz = _frame(sx, sy, sz)
    angle = 6.2831853 * spread_u
    radius = np.sqrt(spread_v) * _SUN_SPREAD
    ca = np.cos(angle) * radius
    sa = np.sin(angle) * radius
    lx = sx + tx * ca + bx * sa
    ly = sy + ty * ca + by * sa
    lz = sz + tz * ca + bz * sa
    side = 1.0 if hit[FACE] * sx + hit[FACE + 1] * sy + hit[FACE + 2] * sz > 0 else -1.0
    if side < 0 and through <= 0:
        return 0
    lift = side * (0.002 + 2e-5 * abs(hit[POINT]))
    if blocked(
        world.handle, ray,
        hit[POINT] + hit[FACE] * lift, hit[POINT + 1] + hit[FACE + 1] * lift,
        hit[POINT + 2] + hit[FACE + 2] * lift, lx, ly, lz, 0.001, FAR,
    ):  # fmt: skip
        return 0
    share = sun_share(air, hit[POINT], hit[POINT + 1], hit[POINT + 2])
    nl = max(0.0, cosine)
    nv = facing(hit, dx, dy, dz)
    hx = sx - dx
    hy = sy - dy
    hz = sz - dz
    scale = 1 / np.sqrt(hx * hx + hy * hy + hz * hz + 1e-9)
    nh = max(0.0, (hit[NORMAL] * hx + hit[NORMAL + 1] * hy + hit[NORMAL + 2] * hz) * scale)
    vh = max(0.0, -(dx * hx + dy * hy + dz * hz) * scale)
    for channel in range(3):
        leak = through * abs(cosine) * hit[ALBEDO + channel] * _INV_PI * 0.8
        lit = _lobe(hit, channel, nl, nv, nh, vh) * (1 - 0.4 * through) + leak
        out[channel] = min(12.0, air[_SUN + channel] * share * lit)
    return 1


@inlined
def _sky_at(table, x, y, z):  # type: ignore[no-untyped-def]
    rows, columns = table.shape[0], table.shape[1]
    around = (np.arctan2(y, x) * 0.15915494 + 0.5) * columns
    down = np.arccos(min(1.0, max(-1.0, z))) * _INV_PI * rows
    return min(rows - 1, int(down)), int(around) % columns


@merged
def _arriving(world, ray, hit, distance, toward_sun, part, out):  # type: ignore[no-untyped-def]
    """Light that leaves a surface met by a bounced ray: glow, sun, lamps without shadow, and the
    rest of the light as ambient: of the surface, and of the air on the way."""
    air = world.air
    for channel in range(3):
        out[channel] = hit[EMIT + channel]
    nx = hit[NORMAL]
    ny = hit[NORMAL + 1]
    nz = hit[NORMAL + 2]
    row, column = _sky_at(world.irradiance, nx, ny, nz)
    haze = 1 - np.exp(-0.15 * distance)
    gain = part
    for channel in range(3):
        gain[channel] = 0.0
    for index in range(world.lamps.shape[0]):
        lx = world.lamps[index, 0] - hit[POINT]
        ly = world.lamps[index, 1] - hit[POINT + 1]
        lz = world.lamps[index, 2] - hit[POINT + 2]
        square = lx * lx + ly * ly + lz * lz + 1.0
        cosine = (nx * lx + ny * ly + nz * lz) / np.sqrt(square)
        if cosine > 0:
            share = 0.6 * cosine / square
            for channel in range(3):
                gain[channel] += world.lamps[index, 3 + channel] * share
    sun = np.float32(0.0)
    if toward_sun:
        cosine = nx * air[_TOWARDS] + ny * air[_TOWARDS + 1] + nz * air[_TOWARDS + 2]
        if cosine > 0 and not blocked(
            world.handle, ray,
            hit[POINT] + hit[FACE] * 0.01, hit[POINT + 1] + hit[FACE + 1] * 0.01,
            hit[POINT + 2] + hit[FACE + 2] * 0.01,
            air[_TOWARDS], air[_TOWARDS + 1], air[_TOWARDS + 2], 0.001, FAR,
        ):  # fmt: skip
            sun = np.float32(cosine)
    for channel in range(3):
        direct = (air[_SUN + channel] * sun + gain[channel]) * _INV_PI
        around = 0.45 * world.irradiance[row, column, channel] + air[_AMBIENT + channel] * 0.3
        out[channel] += hit[ALBEDO + channel] * (direct + around) + air[_HAZE + channel] * haze


@merged
def lamplight(world, ray, hit, dx, dy, dz, choice, out):  # type: ignore[no-untyped-def]
    """Light of one lamp, chosen by its share, with its shadow; added to ``out``."""
    lamps = world.lamps
    through = hit[THROUGH]
    total = np.float32(0.0)
    chosen = -1
    chosen_weight = np.float32(0.0)
    for index in range(lamps.shape[0]):
        lx = lamps[index, 0] - hit[POINT]
        ly = lamps[index, 1] - hit[POINT + 1]
        lz = lamps[index, 2] - hit[POINT + 2]
        square = lx * lx + ly * ly + lz * lz + 0.15
        cosine = (hit[NORMAL] * lx + hit[NORMAL + 1] * ly + hit[NORMAL + 2] * lz) / np.sqrt(square)
        if cosine <= 0 and through <= 0:
            continue
        weight = lamps[index, 7] / square * max(cosine, 0.08)
        total += weight
        if choice * total <= weight:
            chosen = index
            chosen_weight = weight
            choice = choice * total / weight
        else:
            choice = (choice * total - weight) / max(total - weight, 1e-12)
        choice = min(0.999999, max(0.0, choice))
    if chosen < 0:
        return
    lx = lamps[chosen, 0] - hit[POINT]
    ly = lamps[chosen, 1] - hit[POINT + 1]
    lz = lamps[chosen, 2] - hit[POINT + 2]
    square = lx * lx + ly * ly + lz * lz + 0.15
    distance = np.sqrt(square)
    lx /= distance
    ly /= distance
    lz /= distance
    reach = distance - lamps[chosen, 6] - 0.05
    lift = 0.003 if hit[FACE] * lx + hit[FACE + 1] * ly + hit[FACE + 2] * lz > 0 else -0.003
    if reach > 0.01 and blocked(
        world.handle, ray,
        hit[POINT] + hit[FACE] * lift, hit[POINT + 1] + hit[FACE + 1] * lift,
        hit[POINT + 2] + hit[FACE + 2] * lift, lx, ly, lz, 0.001, reach,
    ):  # fmt: skip
        return
    cosine = hit[NORMAL] * lx + hit[NORMAL + 1] * ly + hit[NORMAL + 2] * lz
    nl = max(0.0, cosine)
    nv = facing(hit, dx, dy, dz)
    hx = lx - dx
    hy = ly - dy
    hz = lz - dz
    scale = 1 / np.sqrt(hx * hx + hy * hy + hz * hz + 1e-9)
    nh = max(0.0, (hit[NORMAL] * hx + hit[NORMAL + 1] * hy + hit[NORMAL + 2] * hz) * scale)
    vh = max(0.0, -(dx * hx + dy * hy + dz * hz) * scale)
    chance = chosen_weight / total
    for channel in range(3):
        leak = through * abs(cosine) * hit[ALBEDO + channel] * _INV_PI * 0.7
        lit = min(3.0, _lobe(hit, channel, nl, nv, nh, vh)) + leak
        out[channel] += lamps[chosen, 3 + channel] * lit / (square * chance)


@merged
def bounce(world, ray, hit, other, dx, dy, dz, width, r0, r1, r2, dither, scratch, part, out):  # type: ignore[no-untyped-def]
    """Light by way of one more surface or the sky, along one sampled lobe; added to ``out``."""
    nx = hit[NORMAL]
    ny = hit[NORMAL + 1]
    nz = hit[NORMAL + 2]
    front = facing(hit, dx, dy, dz)
    rough = hit[ROUGH]
    metal = hit[METAL]
    edge = (1 - front) ** 5 * (1 - rough)
    mirror = 0.04 * (1 - metal) + metal + (1 - 0.04) * (1 - metal) * edge
    chance = min(0.9, max(0.25 if rough < 0.3 else 0.1, mirror))
    if rough > 0.62 and metal < 0.5:
        chance = 0.0
    glossy = r0 < chance
    angle = 6.2831853 * r1
    if glossy:
        rx = dx + 2 * front * nx
        ry = dy + 2 * front * ny
        rz = dz + 2 * front * nz
        scale = 1 / np.sqrt(rx * rx + ry * ry + rz * rz + 1e-9)
        rx *= scale
        ry *= scale
        rz *= scale
        alpha = rough * rough
        radius = min(1.2, alpha * np.sqrt(r2 / (1 - 0.97 * r2)))
        tx, ty, tz, bx, by, bz = _frame(rx, ry, rz)
        rise = np.float32(1.0)
    else:
        radius = np.sqrt(r2)
        rise = np.sqrt(max(0.0, 1 - r2))
        tx, ty, tz, bx, by, bz = _frame(nx, ny, nz)
        rx = nx
        ry = ny
        rz = nz
    ca = np.cos(angle) * radius
    sa = np.sin(angle) * radius
    rx = rx * rise + tx * ca + bx * sa
    ry = ry * rise + ty * ca + by * sa
    rz = rz * rise + tz * ca + bz * sa
    scale = 1 / np.sqrt(rx * rx + ry * ry + rz * rz + 1e-12)
    rx *= scale
    ry *= scale
    rz *= scale
    if rx * hit[FACE] + ry * hit[FACE + 1] + rz * hit[FACE + 2] <= 0:
        return
    air = world.air
    sunny = air[_SUN] + air[_SUN + 1] + air[_SUN + 2] > 0
    blur = width if glossy and rough < 0.2 else 0.02
    primitive = meet(
        world, ray, hit[POINT] + hit[FACE] * 0.003, hit[POINT + 1] + hit[FACE + 1] * 0.003,
        hit[POINT + 2] + hit[FACE + 2] * 0.003, rx, ry, rz, 0.001, FAR, blur, dither,
        other, scratch,
    )  # fmt: skip
    if primitive < 0:
        row, column = _sky_at(world.sky, rx, ry, rz)
        for channel in range(3):
            part[channel] = world.sky[row, column, channel]
    else:
        _arriving(world, ray, other, ray[8], sunny, scratch, part)
    limit = 12.0 if glossy else 5.0
    for channel in range(3):
        albedo = hit[ALBEDO + channel]
        if glossy:
            base = 0.04 * (1 - metal) + albedo * metal
            weight = (base + (1 - base) * edge) / chance
        else:
            weight = albedo * (1 - metal) / (1 - chance)
        out[channel] += min(limit, part[channel]) * weight
