"""What a ray finds: colour, roughness, glow and bumped normal of a hit, in compiled code."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from arena_assets.scene import atlas, lighting
from arena_assets.scene.compiled import inlined, merged
from arena_assets.scene.embree import cast
from arena_assets.scene.model import FloatArray
from arena_assets.scene.noise import fbm, unit
from arena_assets.scene.texels import fetch, mip_level


class World(NamedTuple):
    """Everything compiled code needs about one place in one light; never written to.

    ``normals`` (m, 3, 3) per triangle corner; ``material`` (m,) row of ``table``; ``lamps``
    (k, 8): position, rgb, radius, strength; ``sky`` and ``irradiance`` by polar angle and azimuth.
    """

    handle: int
    normals: FloatArray
    material: npt.NDArray[np.uint8]
    table: FloatArray
    texels: npt.NDArray[np.uint8]
    texture_size: int
    lamps: FloatArray
    air: FloatArray
    sky: FloatArray
    irradiance: FloatArray
    floor_radius: float


ALBEDO, ROUGH, METAL, THROUGH, EMIT, NORMAL, FACE, POINT = 0, 3, 4, 5, 6, 9, 12, 15
HIT_SIZE = 18
"""Fields of a hit record: see the constants; ``FACE`` is the geometric normal."""

_BASE, _ROUGH, _METAL, _EMISSION, _LAYER = (
    atlas.BASE, atlas.ROUGH, atlas.METAL, atlas.EMISSION, atlas.LAYER,
)  # fmt: skip
_METRES, _SLOPE, _THROUGH, _WEATHERED = atlas.METRES, atlas.SLOPE, atlas.THROUGH, atlas.WEATHERED
_VEINS, _FACETS, _KIND, _SECOND, _ACCENT = (
    atlas.VEINS, atlas.FACETS, atlas.KIND, atlas.SECOND, atlas.ACCENT,
)  # fmt: skip
_LAVA, _WATER = atlas.KIND_LAVA, atlas.KIND_WATER
_MANA, _COVER, _WET, _STORMY = lighting.MANA, lighting.COVER, lighting.WET, lighting.STORMY
_SEED = lighting.SEED
_TEXELS = 8
"""Where the eight texture fields lie in the scratch row."""


@merged
def describe(world, primitive, ray, width, dither, hit, scratch):  # type: ignore[no-untyped-def]
    """Fill ``hit`` for a primitive that ``ray`` has just met.

    ``width`` is the footprint per metre of distance; ``scratch`` (24) is working space.
    """
    u = ray[15]
    v = ray[16]
    w = 1 - u - v
    distance = ray[8]
    for axis in range(3):
        hit[POINT + axis] = ray[axis] + ray[4 + axis] * distance
    x = hit[POINT]
    y = hit[POINT + 1]
    z = hit[POINT + 2]
    gx = ray[12]
    gy = ray[13]
    gz = ray[14]
    scale = 1 / np.sqrt(gx * gx + gy * gy + gz * gz + 1e-30)
    if gx * ray[4] + gy * ray[5] + gz * ray[6] > 0:
        scale = -scale
    gx *= scale
    gy *= scale
    gz *= scale
    corner = world.normals[primitive]
    nx = corner[0, 0] * w + corner[1, 0] * u + corner[2, 0] * v
    ny = corner[0, 1] * w + corner[1, 1] * u + corner[2, 1] * v
    nz = corner[0, 2] * w + corner[1, 2] * u + corner[2, 2] * v
    scale = 1 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
    if nx * gx + ny * gy + nz * gz < 0:
        scale = -scale
    nx *= scale
    ny *= scale
    nz *= scale
    row = world.table[world.material[primitive]]
    layer = np.int64(row[_LAYER])
    for channel in range(3):
        hit[ALBEDO + channel] = row[_BASE + channel]
        hit[EMIT + channel] = row[_EMISSION + channel]
    rough = row[_ROUGH]
    cavity = np.float32(1.0)
    if layer >= 0:
        rough, cavity, nx, ny, nz = _textured(
            world, row, layer, x, y, z, nx, ny, nz, distance * width, dither, hit, scratch
        )
    if row[_FACETS] > 0:
        facing = abs(nx * ray[4] + ny * ray[5] + nz * ray[6])
        seed = np.int64(world.air[_SEED])
        inner = fbm(x * 0.9 + z * 0.35, y * 0.9 - z * 0.3, seed + 41, 4)
        flaw = 1 - min(1.0, abs(fbm(x * 1.4 + z, y * 1.4 + z * 0.7, seed + 43, 3)) * 7.0)
        gain = 0.12 + 0.50 * facing * facing + 1.0 * inner + 0.8 * flaw * flaw
        gain = max(0.08, gain)
        for channel in range(3):
            hit[EMIT + channel] *= gain
    air = world.air
    if row[_WEATHERED] > 0 and air[_COVER + 3] > 0:
        # Snow, moss, ash and sand gather on what faces up, away from the well-trodden middle.
        patch = fbm(x * 0.45, y * 0.45 + z * 0.2, np.int64(air[_SEED]) + 17, 4)
        lie = (nz - 0.62) / 0.3 + patch * 1.5 + (air[_COVER + 3] - 0.75) * 2.0
        lie = min(1.0, max(0.0, lie))
        lie = lie * lie * (3 - 2 * lie) * min(1.0, air[_COVER + 3] * 1.2)
        trodden = np.sqrt(x * x + y * y) / world.floor_radius
        if z < 1.0 and trodden < 1.0:
            lie *= 0.12 + 0.5 * max(0.0, trodden - 0.72)
        for channel in range(3):
            hit[ALBEDO + channel] = hit[ALBEDO + channel] * (1 - lie) + air[
                _COVER + channel
            ] * lie * (0.75 + 0.25 * cavity)
        rough = rough * (1 - lie) + air[_COVER + 4] * lie
    if air[_WET] > 0 and row[_METAL] < 0.5 and row[_KIND] == 0 and row[_THROUGH] < 0.3:
        puddle = fbm(x * 0.28 + 11.0, y * 0.28, np.int64(air[_SEED]) + 29, 3) - (cavity - 0.8)
        flat = max(0.0, nz)
        pool = min(1.0, max(0.0, (puddle + 0.15) * 4.0)) * (1.0 if flat > 0.97 else 0.0)
        soak = air[_WET] * (0.45 + 0.3 * flat)
        for channel in range(3):
            hit[ALBEDO + channel] *= 1 - 0.45 * soak
        rough = rough * (1 - soak) + 0.22 * soak
        rough = rough * (1 - pool) + 0.05 * pool
        nx = nx * (1 - pool) + gx * pool
        ny = ny * (1 - pool) + gy * pool
        nz = nz * (1 - pool) + gz * pool
    scale = 1 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
    hit[ROUGH] = min(1.0, max(0.045, rough))
    hit[METAL] = row[_METAL]
    hit[THROUGH] = row[_THROUGH]
    hit[NORMAL] = nx * scale
    hit[NORMAL + 1] = ny * scale
    hit[NORMAL + 2] = nz * scale
    hit[FACE] = gx
    hit[FACE + 1] = gy
    hit[FACE + 2] = gz


@merged
def _textured(  # type: ignore[no-untyped-def]
    world, row, layer, x, y, z, nx, ny, nz, footprint, dither, hit, scratch
):
    """Triplanar texture at two scales, with broad variation; returns roughness, cavity, normal."""
    texels = world.texels
    size = world.texture_size
    metres = row[_METRES]
    level = mip_level(footprint / metres * size, size, dither)
    ax = abs(nx) ** 6
    ay = abs(ny) ** 6
    az = abs(nz) ** 6
    total = ax + ay + az + 1e-12
    ax = ax / total if ax > 0.10 * total else 0.0
    ay = ay / total if ay > 0.10 * total else 0.0
    az = az / total if az > 0.10 * total else 0.0
    total = ax + ay + az
    ax /= total
    ay /= total
    az /= total
    sx = x / metres
    sy = y / metres
    sz = z / metres
    for channel in range(8):
        scratch[channel] = 0.0
    found = scratch[_TEXELS : _TEXELS + 8]
    bx = np.float32(0.0)
    by = np.float32(0.0)
    bz = np.float32(0.0)
    steep = row[_SLOPE]
    for axis in range(3):
        weight = ax if axis == 0 else (ay if axis == 1 else az)
        if weight <= 0:
            continue
        across = sy if axis == 0 else sx
        down = sy if axis == 2 else sz
        fetch(texels, size, layer, level, across, down, found)
        first = (scratch[_TEXELS + 4] * 2 - 1) * steep * weight
        second = (scratch[_TEXELS + 5] * 2 - 1) * steep * weight
        if axis == 0:
            by -= first
            bz -= second
        elif axis == 1:
            bx -= first
            bz -= second
        else:
            bx -= first
            by -= second
        for channel in range(8):
            scratch[channel] += weight * scratch[_TEXELS + channel]
    # Broad variation breaks up the repetition of the tile.
    fetch(texels, size, 0, 3, (x + 0.37 * z) / 11.3, (y - 0.41 * z) / 11.3, found)
    broad = scratch[_TEXELS]
    # Fine grain keeps surfaces alive at arm's length.
    near = 1.0 - min(1.0, footprint / 0.004)
    grain = np.float32(1.0)
    if near > 0:
        if az >= ax and az >= ay:
            across = x
            down = y
        elif ax >= ay:
            across = y
            down = z
        else:
            across = x
            down = z
        fine = mip_level(footprint / 0.43 * size, size, dither)
        fetch(texels, size, 0, fine, across / 0.43, down / 0.43, found)
        grain = 1 + near * (0.55 * (scratch[_TEXELS] - 0.5) + 0.5 * (scratch[_TEXELS + 2] - 0.9))
        first = (scratch[_TEXELS + 4] * 2 - 1) * 0.13 * near
        second = (scratch[_TEXELS + 5] * 2 - 1) * 0.13 * near
        if az >= ax and az >= ay:
            bx -= first
            by -= second
        elif ax >= ay:
            by -= first
            bz -= second
        else:
            bx -= first
            bz -= second
    blend = scratch[0]
    accent = scratch[1]
    cavity = scratch[2]
    tone = cavity * (0.78 + 0.44 * broad) * grain
    for channel in range(3):
        color = row[_SECOND + channel] * (1 - blend) + row[_BASE + channel] * blend
        color = color * (1 - accent) + row[_ACCENT + channel] * accent
        hit[ALBEDO + channel] = min(0.95, max(0.002, color * tone))
    rough = row[_ROUGH] + scratch[3] - 0.5 + 0.12 * (broad - 0.5)
    if row[_KIND] == _LAVA:
        hot = scratch[6] * (0.35 + 1.1 * broad)
        for channel in range(3):
            hit[EMIT + channel] *= hot * (0.4 + 1.4 * hot)
    elif row[_KIND] == _WATER:
        rough = row[_ROUGH]
        cavity = np.float32(1.0)
    elif row[_VEINS] > 0:
        glow = scratch[6] * row[_VEINS] * max(0.0, broad - 0.42) * 4.0
        for channel in range(3):
            hit[EMIT + channel] += world.air[_MANA + channel] * glow
    return rough, cavity, nx + bx, ny + by, nz + bz


@inlined
def meet(world, ray, ox, oy, oz, dx, dy, dz, near, far, width, dither, hit, scratch):  # type: ignore[no-untyped-def]
    """Cast a ray and describe what it meets; the primitive, or −1 for the sky."""
    primitive = cast(world.handle, ray, ox, oy, oz, dx, dy, dz, near, far)
    if primitive >= 0:
        describe(world, primitive, ray, width, dither, hit, scratch)
    return primitive


@inlined
def random_at(pixel, sample, dimension, seed):  # type: ignore[no-untyped-def]
    """A random number 0–1 that depends on its place alone, not on the thread."""
    return unit(
        np.uint32(pixel) * np.uint32(2654435761)
        ^ np.uint32(sample * 64 + dimension + 1) * np.uint32(2246822519)
        ^ np.uint32(seed) * np.uint32(3266489917)
    )
