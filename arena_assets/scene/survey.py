"""A coarse look through a camera: what is seen, what is in the way, is there room to stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from arena_assets.scene.camera import Camera
from arena_assets.scene.compiled import compiled
from arena_assets.scene.embree import blocked, cast, new_ray
from arena_assets.scene.model import FloatArray, Stage

GRID = (36, 20)
FINE_GRID = (96, 54)
"""For a camera that is taken: a key feature far behind an archway is a few hundredths across."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a coarse look through a camera finds. Fractions 0–1; distances in metres.

    ``subject`` is how much of the key feature is in the picture and in plain sight, ``fill`` how
    much of the picture it takes up; ``floor`` how much of the arena's floor is seen;
    ``near`` is the fraction of the picture that something close takes up: closer than two fifths of
    the way to the subject, or of the arena's radius if that is more; ``blocked`` the same for the
    middle of the picture, where the floor at the lower edge does not count;
    ``variety`` the spread of depths in octaves, ``relief`` the fraction of places where surfaces
    bend or end, ``framed`` how much of the left, right and upper border stands closer than three
    quarters of that way.
    """

    sky: float
    subject: float
    nearest: float
    near: float
    variety: float
    framed: float
    fill: float = 0.0
    floor: float = 0.0
    blocked: float = 0.0
    relief: float = 0.0


@compiled
def _survey(handle, view, subject, distances, normals):  # type: ignore[no-untyped-def]
    """Fills ``distances`` (rows, columns) and unit ``normals`` (rows, columns, 3); the count of
    rays that end on the subject: an upright drum of x, y, radius, low, high."""
    rows, columns = distances.shape
    ray = new_ray()
    within = 0
    for row in range(rows):
        sy = (1 - (row + 0.5) / rows * 2) * view[4, 1]
        for column in range(columns):
            sx = ((column + 0.5) / columns * 2 - 1) * view[4, 0]
            dx = view[1, 0] + sx * view[2, 0] + sy * view[3, 0]
            dy = view[1, 1] + sx * view[2, 1] + sy * view[3, 1]
            dz = view[1, 2] + sx * view[2, 2] + sy * view[3, 2]
            scale = 1 / np.sqrt(dx * dx + dy * dy + dz * dz)
            hit = cast(
                handle, ray, view[0, 0], view[0, 1], view[0, 2],
                dx * scale, dy * scale, dz * scale, 0.0, 1e9,
            )  # fmt: skip
            if hit < 0:
                distances[row, column] = np.inf
                normals[row, column, :] = 0.0
                continue
            far = ray[8]
            distances[row, column] = far
            nx, ny, nz = ray[12], ray[13], ray[14]
            unit = 1 / max(1e-12, np.sqrt(nx * nx + ny * ny + nz * nz))
            normals[row, column, 0] = nx * unit
            normals[row, column, 1] = ny * unit
            normals[row, column, 2] = nz * unit
            x = view[0, 0] + dx * scale * far - subject[0]
            y = view[0, 1] + dy * scale * far - subject[1]
            z = view[0, 2] + dz * scale * far
            if subject[3] < z < subject[4] and x * x + y * y < subject[2] * subject[2]:
                within += 1
    return within


@compiled
def _clutter(handle, view, rows, columns, limit):  # type: ignore[no-untyped-def]
    ray = new_ray()
    close = 0
    for row in range(rows):
        sy = (1 - (row + 0.5) / rows * 1.5) * view[4, 1]
        for column in range(columns):
            sx = ((column + 0.5) / columns * 2 - 1) * view[4, 0]
            dx = view[1, 0] + sx * view[2, 0] + sy * view[3, 0]
            dy = view[1, 1] + sx * view[2, 1] + sy * view[3, 1]
            dz = view[1, 2] + sx * view[2, 2] + sy * view[3, 2]
            scale = 1 / np.sqrt(dx * dx + dy * dy + dz * dz)
            if blocked(
                handle, ray, view[0, 0], view[0, 1], view[0, 2],
                dx * scale, dy * scale, dz * scale, 0.0, limit,
            ):  # fmt: skip
                close += 1
    return close / (rows * columns)


@compiled
def _reached(handle, origin, points, slack):  # type: ignore[no-untyped-def]
    ray = new_ray()
    clear = 0
    for index in range(points.shape[0]):
        dx = points[index, 0] - origin[0]
        dy = points[index, 1] - origin[1]
        dz = points[index, 2] - origin[2]
        distance = np.sqrt(dx * dx + dy * dy + dz * dz)
        if not blocked(
            handle, ray, origin[0], origin[1], origin[2],
            dx / distance, dy / distance, dz / distance, 0.0, max(0.01, distance - slack),
        ):  # fmt: skip
            clear += 1
    return clear / points.shape[0]


@compiled
def open_share(handle, points, toward):  # type: ignore[no-untyped-def]
    """Of some points (n, 3), the fraction from which nothing is in the way in a direction (3)."""
    ray = new_ray()
    clear = 0
    for index in range(points.shape[0]):
        if not blocked(
            handle, ray, points[index, 0], points[index, 1], points[index, 2],
            toward[0], toward[1], toward[2], 0.0, 1e9,
        ):  # fmt: skip
            clear += 1
    return clear / points.shape[0]


@compiled
def _room(handle, origin):  # type: ignore[no-untyped-def]
    """Distance to the nearest surface in 26 directions: no corner of the lens may touch a wall.
    0 inside something solid: where the way up and most other ways end on the back of a surface."""
    ray = new_ray()
    nearest = 1e9
    backs = 0
    hits = 0
    covered = False
    for ix in range(-1, 2):
        for iy in range(-1, 2):
            for iz in range(-1, 2):
                if ix == 0 and iy == 0 and iz == 0:
                    continue
                scale = 1 / np.sqrt(ix * ix + iy * iy + iz * iz)
                hit = cast(
                    handle, ray, origin[0], origin[1], origin[2],
                    ix * scale, iy * scale, iz * scale, 0.0, 1e9,
                )  # fmt: skip
                if hit < 0:
                    continue
                hits += 1
                nearest = min(nearest, ray[8])
                if ray[12] * ix + ray[13] * iy + ray[14] * iz > 0:
                    backs += 1
                    covered = covered or (ix == 0 and iy == 0 and iz > 0)
    if covered and backs * 2 > hits:
        return 0.0
    return nearest


def room(handle: int, camera: Camera) -> float:
    """Free space around a camera, metres; 0 inside something solid."""
    return float(_room(handle, np.asarray(camera.origin, np.float32)))


def clutter(handle: int, camera: Camera, stage: Stage) -> float:
    """How much of the picture, but for its lowest quarter, things before the lens take up, 0–1;
    looked for so finely that posts and chains are found."""
    columns, rows = 128, 54
    limit = 0.32 * max(stage.radius, math.dist(camera.origin, stage.focus))
    return float(_clutter(handle, camera.rows(16, 9), rows, columns, limit))


def _in_sight(handle: int, camera: Camera, points: FloatArray, slack: float) -> float:
    """The fraction of ``points`` (n, 3) in the picture, times that of those in plain sight."""
    columns, rows = GRID
    forward, right, up = camera.axes()
    offset = points - np.asarray(camera.origin, np.float32)
    depth = offset @ forward
    across = math.tan(math.radians(camera.fov) / 2) * np.maximum(depth, 1e-6)
    aside, above = np.abs(offset @ right), np.abs(offset @ up)
    inside = (depth > 0) & (aside < 0.96 * across) & (above < 0.96 * across * rows / columns)
    if not inside.any():
        return 0.0
    seen = _reached(handle, np.asarray(camera.origin, np.float32), points[inside], slack)
    return float(seen) * float(inside.mean())


def subject_seen(handle: int, camera: Camera, stage: Stage) -> float:
    """How much of the key feature is in the picture and in plain sight, 0–1."""
    # What stands this close to the point belongs to the feature itself, like a tree's crown.
    return _in_sight(handle, camera, _subject_points(stage), max(1.8, stage.focus[2]))


def survey(handle: int, camera: Camera, stage: Stage, grid: tuple[int, int] = GRID) -> Coverage:
    """A look through a camera at the stage's focus, along ``grid`` columns and rows of rays."""
    columns, rows = grid
    distances = np.empty((rows, columns), np.float32)
    normals = np.empty((rows, columns, 3), np.float32)
    x, y, z = stage.focus
    # A henge of standing stones around a crystal is 4.3 m in radius, and one feature.
    drum = np.array([x, y, max(4.5, 1.1 * z), 0.3 * z, 2.2 * z], np.float32)
    fill = _survey(handle, camera.rows(columns, rows), drum, distances, normals)
    solid = distances[np.isfinite(distances)]
    span = float(np.linalg.norm(np.subtract(stage.focus, camera.origin)))
    limit = 0.4 * max(span, stage.radius)
    close = distances < span * 0.75
    edge = columns // 7
    sides = np.concatenate([close[: rows * 2 // 3, :edge], close[: rows * 2 // 3, -edge:]])
    framed = sides.mean() / 2 + close[: rows // 6, columns // 4 : -columns // 4].mean() / 2
    middle = distances[rows // 8 : -rows // 4, columns // 6 : -columns // 6]
    return Coverage(
        sky=1 - len(solid) / distances.size,
        subject=subject_seen(handle, camera, stage),
        nearest=float(solid.min()) if len(solid) else math.inf,
        near=float((distances < limit).mean()),
        variety=float(np.log2(np.maximum(solid, 0.1)).std()) if len(solid) else 0.0,
        framed=float(framed),
        fill=fill / distances.size,
        floor=_in_sight(handle, camera, _floor_points(stage), 0.6),
        blocked=float((middle < limit).mean()),
        relief=_relief(distances, normals),
    )


def _relief(distances: FloatArray, normals: FloatArray) -> float:
    """The fraction of neighbouring rays between which a surface bends, ends or begins."""
    depth = np.where(np.isfinite(distances), np.log2(np.maximum(distances, 0.1)), 12.0)
    right = np.abs(depth[:, 1:] - depth[:, :-1]) > 0.25
    right |= (normals[:, 1:] * normals[:, :-1]).sum(-1) < 0.86
    right &= np.isfinite(distances[:, 1:]) | np.isfinite(distances[:, :-1])
    return float(right.mean())


def glare(camera: Camera, stage: Stage) -> float:
    """How much lamps that hang close before the lens spoil the picture: 0, or more the closer."""
    if not stage.lamps:
        return 0.0
    lamps = np.array([lamp.position for lamp in stage.lamps], np.float32)
    offset = lamps - np.asarray(camera.origin, np.float32)
    distance = np.linalg.norm(offset, axis=1)
    ahead = offset @ camera.axes()[0] > distance * math.cos(math.radians(camera.fov * 0.62))
    to_focus = np.linalg.norm(lamps - np.asarray(stage.focus, np.float32), axis=1)
    close = np.maximum(0, 1.25 - distance / (0.36 * stage.radius))
    return float((close * close)[ahead & (to_focus > 1.3)].sum())


def _floor_points(stage: Stage) -> FloatArray:
    """Points over the arena's floor, hip high."""
    index = np.arange(20)
    angle, distance = index * 2.399963, np.sqrt((index + 3.0) / 23) * stage.radius * 0.92
    points = (np.cos(angle) * distance, np.sin(angle) * distance, np.full(20, 1.0))
    return np.stack(points, axis=1).astype(np.float32)


def _subject_points(stage: Stage) -> FloatArray:
    """Points around the focus that should be seen: a ring of its height and a column through it."""
    x, y, z = stage.focus
    rise = max(0.8, 0.5 * z)
    points = [(x, y, z + rise * step) for step in (-0.6, -0.2, 0.2, 0.6)]
    for step in range(8):
        angle = step * math.pi / 4
        points.append((x + 0.9 * math.cos(angle), y + 0.9 * math.sin(angle), z))
    return np.array(points, np.float32)
