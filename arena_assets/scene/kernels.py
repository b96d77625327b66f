"""The two compiled passes of a picture.

*Look* finds what every pixel sees at full resolution, with sunlight, glow and sky, and refines
pixels on edges with more samples. *Light* gathers lamps, sky light and one bounce at a lower
resolution, divided by the surface's reflectance, to be denoised and multiplied back in.
"""

from __future__ import annotations

import numpy as np

from arena_assets.scene.compiled import inlined, lean
from arena_assets.scene.model import FloatArray
from arena_assets.scene.shading import FAR, bounce, facing, lamplight, reflectance, sunlight
from arena_assets.scene.sky import radiance
from arena_assets.scene.surface import (
    EMIT,
    METAL,
    NORMAL,
    ROUGH,
    meet,
    random_at,
)

_GLOW_LIMIT = 9.0


def new_desk() -> FloatArray:
    """The working space of one thread: a ray, two hits and some colours."""
    return np.zeros(128, np.float32)


@inlined
def _direction(view, u, v):  # type: ignore[no-untyped-def]
    """Unit direction through a point of the picture, 0–1 each; rows of ``view``: see Camera."""
    sx = (u * 2 - 1) * view[4, 0]
    sy = (1 - v * 2) * view[4, 1]
    dx = view[1, 0] + sx * view[2, 0] + sy * view[3, 0]
    dy = view[1, 1] + sx * view[2, 1] + sy * view[3, 1]
    dz = view[1, 2] + sx * view[2, 2] + sy * view[3, 2]
    scale = 1 / np.sqrt(dx * dx + dy * dy + dz * dz)
    return dx * scale, dy * scale, dz * scale


@inlined
def _see(world, ray, view, u, v, width, pixel, sample, seed, hit, scratch, part, seen):  # type: ignore[no-untyped-def]
    """One camera sample. ``seen``: 0–2 light towards the eye, 3–5 reflectance, 6 depth along the
    axis, 7 material + 1 or 0, 8 lit by the sun; ``hit`` keeps the normal."""
    dx, dy, dz = _direction(view, u, v)
    primitive = meet(
        world, ray, view[0, 0], view[0, 1], view[0, 2], dx, dy, dz, 0.02, FAR, width,
        random_at(pixel, sample, 0, seed), hit, scratch,
    )  # fmt: skip
    if primitive < 0:
        radiance(world.air, dx, dy, dz, 1, 1, part)
        for channel in range(3):
            seen[channel] = part[channel]
            seen[3 + channel] = 0.0
        seen[6] = np.inf
        seen[7] = 0.0
        seen[8] = 0.0
        return
    seen[6] = ray[8] * (dx * view[1, 0] + dy * view[1, 1] + dz * view[1, 2])
    seen[7] = world.material[primitive] + 1.0
    seen[8] = sunlight(
        world, ray, hit, dx, dy, dz,
        (0.381966 * sample) % 1.0, (0.7548776662 * sample) % 1.0, part,
    )  # fmt: skip
    front = facing(hit, dx, dy, dz)
    for channel in range(3):
        seen[channel] = part[channel] + min(_GLOW_LIMIT, hit[EMIT + channel])
        seen[3 + channel] = reflectance(hit, channel, front)


@lean
def look(world, view, desk, seed, top, bottom, direct, reflect, normal, depth, ident, sunny):  # type: ignore[no-untyped-def]
    """First sample of the rows ``top`` … ``bottom``: see the module and :class:`Frame`."""
    height, width_px = depth.shape
    width = 2 * view[4, 0] / width_px
    ray, hit, scratch, part, seen = (
        desk[0:24],
        desk[24:48],
        desk[72:96],
        desk[96:100],
        desk[104:116],
    )
    for row in range(top, bottom):
        for column in range(width_px):
            pixel = row * width_px + column
            _see(
                world, ray, view, (column + 0.5) / width_px, (row + 0.5) / height,
                width, pixel, 0, seed, hit, scratch, part, seen,
            )  # fmt: skip
            for channel in range(3):
                direct[row, column, channel] = seen[channel]
                reflect[row, column, channel] = seen[3 + channel]
                normal[row, column, channel] = hit[NORMAL + channel] if seen[7] > 0 else 0.0
            depth[row, column] = seen[6]
            ident[row, column] = np.uint8(seen[7])
            sunny[row, column] = np.uint8(seen[8])


@inlined
def _differs(row, column, near_row, near_column, normal, depth, ident, sunny):  # type: ignore[no-untyped-def]
    if ident[row, column] != ident[near_row, near_column]:
        return True
    if ident[row, column] == 0:
        return False
    if sunny[row, column] != sunny[near_row, near_column]:
        return True
    here = depth[row, column]
    there = depth[near_row, near_column]
    if abs(here - there) > 0.04 * min(here, there):
        return True
    dot = np.float32(0.0)
    for axis in range(3):
        dot += normal[row, column, axis] * normal[near_row, near_column, axis]
    return dot < 0.55


@lean
def refine(  # type: ignore[no-untyped-def]
    world,
    view,
    desk,
    seed,
    extra,
    top,
    bottom,
    direct,
    reflect,
    normal,
    depth,
    ident,
    sunny,
    out,
    mixed,
):
    """Add ``extra`` samples to pixels that differ from a neighbour. ``out`` gets the light of
    every pixel, ``mixed`` its reflectance; the inputs stay as they are for other threads."""
    height, width_px = depth.shape
    width = 2 * view[4, 0] / width_px
    ray, hit, scratch, part, seen = (
        desk[0:24],
        desk[24:48],
        desk[72:96],
        desk[96:100],
        desk[104:116],
    )
    light, back = desk[116:120], desk[120:124]
    for row in range(top, bottom):
        for column in range(width_px):
            for channel in range(3):
                light[channel] = direct[row, column, channel]
                back[channel] = reflect[row, column, channel]
            edge = False
            if column > 0:
                edge = _differs(row, column, row, column - 1, normal, depth, ident, sunny)
            if not edge and column + 1 < width_px:
                edge = _differs(row, column, row, column + 1, normal, depth, ident, sunny)
            if not edge and row > 0:
                edge = _differs(row, column, row - 1, column, normal, depth, ident, sunny)
            if not edge and row + 1 < height:
                edge = _differs(row, column, row + 1, column, normal, depth, ident, sunny)
            if edge:
                pixel = row * width_px + column
                for sample in range(1, extra + 1):
                    # Points of the R2 sequence (Roberts 2018) cover the pixel evenly.
                    jx = (0.5 + 0.7548776662 * sample) % 1.0
                    jy = (0.5 + 0.5698402910 * sample) % 1.0
                    _see(
                        world, ray, view, (column + jx) / width_px, (row + jy) / height,
                        width, pixel, sample, seed, hit, scratch, part, seen,
                    )  # fmt: skip
                    for channel in range(3):
                        light[channel] += seen[channel]
                        back[channel] += seen[3 + channel]
                for channel in range(3):
                    light[channel] /= extra + 1
                    back[channel] /= extra + 1
            for channel in range(3):
                out[row, column, channel] = light[channel]
                mixed[row, column, channel] = back[channel]


@lean
def light(world, view, desk, seed, samples, top, bottom, lit, guide, normal, depth):  # type: ignore[no-untyped-def]
    """Lamps and bounced light of the rows ``top`` … ``bottom`` of the coarse picture, divided by
    reflectance; ``guide`` and ``normal`` steer the denoiser, ``depth`` the way back up."""
    height, width_px = depth.shape
    width = 2 * view[4, 0] / width_px
    ray, hit, other, scratch = desk[0:24], desk[24:48], desk[48:72], desk[72:96]
    part, total = desk[96:100], desk[100:104]
    for row in range(top, bottom):
        for column in range(width_px):
            pixel = row * width_px + column
            met = 0
            for channel in range(3):
                lit[row, column, channel] = 0.0
                normal[row, column, channel] = 0.0
                guide[row, column, channel] = 0.0
            depth[row, column] = np.inf
            for sample in range(samples):
                jx = np.float32(0.5)
                jy = np.float32(0.5)
                if sample > 0:
                    jx = random_at(pixel, sample, 9, seed)
                    jy = random_at(pixel, sample, 10, seed)
                dx, dy, dz = _direction(view, (column + jx) / width_px, (row + jy) / height)
                primitive = meet(
                    world, ray, view[0, 0], view[0, 1], view[0, 2], dx, dy, dz, 0.02, FAR,
                    width, random_at(pixel, sample, 11, seed), hit, scratch,
                )  # fmt: skip
                if primitive < 0:
                    continue
                met += 1
                along = ray[8] * (dx * view[1, 0] + dy * view[1, 1] + dz * view[1, 2])
                if depth[row, column] == np.inf:
                    depth[row, column] = along
                for channel in range(3):
                    total[channel] = 0.0
                lamplight(world, ray, hit, dx, dy, dz, random_at(pixel, sample, 12, seed), total)
                bounce(
                    world, ray, hit, other, dx, dy, dz, width,
                    random_at(pixel, sample, 13, seed), random_at(pixel, sample, 14, seed),
                    random_at(pixel, sample, 15, seed), random_at(pixel, sample, 16, seed),
                    scratch, part, total,
                )  # fmt: skip
                front = facing(hit, dx, dy, dz)
                for channel in range(3):
                    back = reflectance(hit, channel, front)
                    lit[row, column, channel] += min(14.0, total[channel] / back)
                    normal[row, column, channel] += hit[NORMAL + channel]
                guide[row, column, 0] += 1 / (1 + 0.06 * along)
                guide[row, column, 1] += 1 - hit[ROUGH]
                guide[row, column, 2] += 0.5 + 0.4 * hit[METAL]
            if met > 0:
                for channel in range(3):
                    lit[row, column, channel] /= met
                    normal[row, column, channel] /= met
                    guide[row, column, channel] /= met


@lean
def merge(top, bottom, direct, reflect, normal, depth, lit, coarse_normal, coarse_depth):  # type: ignore[no-untyped-def]
    """Put the coarse light onto the fine picture (in ``direct``), guided by depth and normals
    (joint bilateral upsampling, Kopf et al. 2007)."""
    height, width_px = depth.shape
    rows, columns = coarse_depth.shape
    for row in range(top, bottom):
        y = (row + 0.5) / height * rows - 0.5
        for column in range(width_px):
            if reflect[row, column, 0] <= 0:
                continue
            x = (column + 0.5) / width_px * columns - 0.5
            here = depth[row, column]
            ix = int(np.floor(x))
            iy = int(np.floor(y))
            red = np.float32(0.0)
            green = np.float32(0.0)
            blue = np.float32(0.0)
            total = np.float32(1e-9)
            for down in range(2):
                for right in range(2):
                    r = min(rows - 1, max(0, iy + down))
                    c = min(columns - 1, max(0, ix + right))
                    there = coarse_depth[r, c]
                    if there == np.inf:
                        continue
                    weight = (1 - abs(x - (ix + right))) * (1 - abs(y - (iy + down))) + 0.02
                    if here != np.inf:
                        dot = np.float32(0.0)
                        for axis in range(3):
                            dot += normal[row, column, axis] * coarse_normal[r, c, axis]
                        dot = max(np.float32(0.0), dot)
                        gap = abs(here - there) / (0.03 * here + 0.02)
                        weight *= (0.001 + dot**6) * (1e-5 + np.exp(-gap))
                    total += weight
                    red += weight * lit[r, c, 0]
                    green += weight * lit[r, c, 1]
                    blue += weight * lit[r, c, 2]
            direct[row, column, 0] += reflect[row, column, 0] * red / total
            direct[row, column, 1] += reflect[row, column, 1] * green / total
            direct[row, column, 2] += reflect[row, column, 2] * blue / total
