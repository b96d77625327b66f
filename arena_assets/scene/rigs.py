"""Where the camera of each of the twelve views stands: candidates, tried with a grid of rays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from arena_assets.domain.views import View, ViewKind
from arena_assets.scene.camera import Camera, Point
from arena_assets.scene.compiled import compiled
from arena_assets.scene.embree import blocked, cast, new_ray
from arena_assets.scene.model import FloatArray, Stage

GRID = (48, 27)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a coarse look through a camera finds. Fractions 0–1; ``nearest`` in metres.

    ``near`` is the fraction of the picture closer than a fifth of the way to the subject,
    ``variety`` the spread of depths in octaves.
    """

    sky: float
    subject: float
    nearest: float
    near: float
    variety: float
    median: float


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a good picture of a kind looks like."""

    sky: tuple[float, float]
    near: float = 0.18
    subject: float = 0.5
    clearance: float = 1.3


_WISHES: dict[ViewKind, _Wish] = {
    ViewKind.WIDE_AERIAL: _Wish((0.0, 0.45), near=0.06, clearance=5.0),
    ViewKind.GROUND_LEVEL: _Wish((0.08, 0.60), near=0.25, subject=0.3),
    ViewKind.LOW_ANGLE: _Wish((0.0, 0.62), near=0.35, clearance=0.9),
    ViewKind.BIRDS_EYE: _Wish((0.0, 0.25), near=0.03, clearance=6.0),
    ViewKind.CLOSE_UP: _Wish((0.0, 0.40), near=0.9, clearance=1.0),
    ViewKind.PANORAMIC: _Wish((0.10, 0.55), near=0.10),
    ViewKind.SIDE_ANGLE: _Wish((0.05, 0.50), near=0.08),
    ViewKind.ARCHWAY: _Wish((0.0, 0.45), near=0.55, subject=0.6),
    ViewKind.INSIDE_OUT: _Wish((0.05, 0.60), near=0.25, subject=0.0),
    ViewKind.GOLDEN_HOUR: _Wish((0.12, 0.50), near=0.10),
    ViewKind.DAWN_MIST: _Wish((0.10, 0.50), near=0.12),
    ViewKind.STORM: _Wish((0.10, 0.50), near=0.10),
}


@compiled
def _survey(handle, view, distances):  # type: ignore[no-untyped-def]
    rows, columns = distances.shape
    ray = new_ray()
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
            distances[row, column] = ray[8] if hit >= 0 else np.inf


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
def _room(handle, origin):  # type: ignore[no-untyped-def]
    """Distance to the nearest surface in 26 directions: no corner of the lens may touch a wall."""
    ray = new_ray()
    nearest = 1e9
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
                if hit >= 0 and ray[8] < nearest:
                    nearest = ray[8]
    return nearest


def survey(handle: int, camera: Camera, stage: Stage) -> Coverage:
    """A coarse look through a camera at the stage's focus."""
    columns, rows = GRID
    distances = np.empty((rows, columns), np.float32)
    _survey(handle, camera.rows(columns, rows), distances)
    origin = np.asarray(camera.origin, np.float32)
    points = _subject_points(stage)
    visible = float(_reached(handle, origin, points, 1.8))
    inside = np.mean(
        [
            0.02 < x < 0.98 and 0.02 < y < 0.98 and depth > 0
            for x, y, depth in (
                camera.project((float(p[0]), float(p[1]), float(p[2])), columns, rows)
                for p in points
            )
        ]
    )
    hit = np.isfinite(distances)
    solid = distances[hit]
    span = float(np.linalg.norm(np.subtract(stage.focus, camera.origin)))
    return Coverage(
        sky=float(1 - hit.mean()),
        subject=visible * float(inside),
        nearest=float(solid.min()) if len(solid) else math.inf,
        near=float((distances < span * 0.2).mean()),
        variety=float(np.log2(np.maximum(solid, 0.1)).std()) if len(solid) else 0.0,
        median=float(np.median(solid)) if len(solid) else math.inf,
    )


def _subject_points(stage: Stage) -> FloatArray:
    """Points around the focus that should be seen: a ring of its height and a column through it."""
    x, y, z = stage.focus
    rise = max(0.8, 0.5 * z)
    points = [(x, y, z + rise * step) for step in (-0.6, -0.2, 0.2, 0.6)]
    for step in range(8):
        angle = step * math.pi / 4
        points.append((x + 0.9 * math.cos(angle), y + 0.9 * math.sin(angle), z))
    return np.array(points, np.float32)


def _score(found: Coverage, wish: _Wish, room: float) -> float:
    """Higher is better; a blocked camera or a wall at the lens is far below everything else."""
    low, high = wish.sky
    score = 2.2 * min(1.0, found.subject / max(wish.subject, 0.05)) if wish.subject > 0 else 1.0
    score -= 4.0 * max(0.0, low - found.sky) + 4.0 * max(0.0, found.sky - high)
    score -= 3.0 * max(0.0, found.near - wish.near)
    score += 0.35 * min(1.6, found.variety)
    if min(found.nearest, room) < wish.clearance:
        score -= 3.0 + 2.0 * (wish.clearance - min(found.nearest, room))
    if found.sky > 0.9:
        score -= 6.0
    return score


def choose(handle: int, stage: Stage, view: View) -> tuple[Camera, Coverage]:
    """The best camera for a view, and what it sees. Equal stages give equal cameras."""
    wish = _WISHES[view.kind]
    if stage.air.enclosed:
        wish = _Wish((0.0, wish.sky[1]), wish.near, wish.subject, wish.clearance)
    best: tuple[float, Camera, Coverage] | None = None
    for order, camera in enumerate(_candidates(stage, view.kind)):
        found = survey(handle, camera, stage)
        room = float(_room(handle, np.asarray(camera.origin, np.float32)))
        # Earlier candidates are the intended framing: later ones must be clearly better.
        score = _score(found, wish, room) - 0.012 * order
        if best is None or score > best[0]:
            best = (score, camera, found)
    assert best is not None  # noqa: S101 - every rig has candidates
    return best[1], best[2]


def _ring(start: float, count: int, span: float = 2 * math.pi) -> list[float]:
    """Azimuths around ``start``, nearest first."""
    offsets = [0.0]
    for step in range(1, count // 2 + 1):
        offsets += [step * span / count, -step * span / count]
    return [start + offset for offset in offsets[:count]]


def _on(radius: float, azimuth: float, z: float) -> Point:
    return (radius * math.cos(azimuth), radius * math.sin(azimuth), z)


def _candidates(stage: Stage, kind: ViewKind) -> Iterator[Camera]:
    """Framings of a kind, the intended one first."""
    rng = np.random.default_rng((stage.spec.seed, 0xCA, list(ViewKind).index(kind)))
    base = float(np.random.default_rng((stage.spec.seed, 0xCA)).uniform(0, 2 * math.pi))
    radius, reach, focus = stage.radius, stage.reach, stage.focus
    closed = stage.air.enclosed
    gate = stage.gates[int(rng.integers(len(stage.gates)))] if stage.gates else base
    tall = max(2.5, focus[2])
    low_focus = (focus[0], focus[1], focus[2] * 0.75)

    def within(distance: float) -> float:
        return min(distance, reach * 0.92)

    def orbit(
        start: float, distances: tuple[float, ...], heights: tuple[float, ...], fov: float,
        target: Point, count: int = 10,
    ) -> Iterator[Camera]:  # fmt: skip
        for azimuth in _ring(start, count):
            for distance in distances:
                for height in heights:
                    yield Camera(_on(within(distance), azimuth, height), target, fov)

    if kind is ViewKind.WIDE_AERIAL:
        far, high = (radius * 1.35, radius * 0.95) if closed else (radius * 2.9, radius * 1.55)
        wide = 74.0 if closed else 50.0
        yield from orbit(
            base + 0.6, (far, far * 0.75), (high, high * 0.7), wide, (focus[0], focus[1], 1.0)
        )
    elif kind is ViewKind.GROUND_LEVEL:
        for azimuth in _ring(base + 2.1, 12):
            for share in (0.80, 0.62, 0.9):
                lift = focus[2] + radius * 0.24
                yield Camera(_on(radius * share, azimuth, 1.65), (0.0, 0.0, lift), 74.0)
    elif kind is ViewKind.LOW_ANGLE:
        yield from orbit(
            base + 4.0, (radius * 0.42, radius * 0.34, radius * 0.52), (0.45, 0.9), 72.0,
            (focus[0], focus[1], focus[2] * 1.12 + 0.4), 12,
        )  # fmt: skip
    elif kind is ViewKind.BIRDS_EYE:
        for azimuth in _ring(base, 4):
            for share in (3.1, 2.6, 2.0, 1.5, 1.1, 0.8):
                if closed and share > 1.5:
                    continue
                yield Camera(
                    _on(radius * 0.10, azimuth, radius * share), (0.0, 0.0, 0.0),
                    50.0 if share > 2 else 78.0,
                )  # fmt: skip
    elif kind is ViewKind.CLOSE_UP:
        near = max(3.6, focus[2] * 1.15)
        yield from orbit(
            base + 1.2, (near, near * 1.3, near * 1.6), (focus[2] * 0.62, focus[2] * 0.9), 42.0,
            (focus[0], focus[1], focus[2] * 0.86), 12,
        )  # fmt: skip
    elif kind is ViewKind.PANORAMIC:
        for azimuth in _ring(base + 3.3, 12):
            for share, height in ((1.12, 0.36), (0.92, 0.30), (1.3, 0.5)):
                yield Camera(
                    _on(within(radius * share), azimuth, radius * height),
                    (0.0, 0.0, radius * 0.13), 94.0,
                )  # fmt: skip
    elif kind is ViewKind.SIDE_ANGLE:
        for azimuth in _ring(base + 5.2, 12):
            for share in (0.92, 0.75, 1.25):
                aside = azimuth + math.pi / 2
                target = (
                    focus[0] + tall * 0.7 * math.cos(aside),
                    focus[1] + tall * 0.7 * math.sin(aside),
                    focus[2] * 0.85,
                )
                yield Camera(
                    _on(within(radius * share), azimuth, focus[2] * 0.55 + 1.2), target, 46.0
                )
    elif kind is ViewKind.ARCHWAY:
        if stage.gates:
            out = stage.gate_distance or radius * 1.1
            first = int(rng.integers(len(stage.gates)))
            for step in range(len(stage.gates)):
                azimuth = stage.gates[(first + step) % len(stage.gates)]
                for behind in (7.0, 5.5, 9.0, 4.0):
                    for aside in (0.0, 0.02, -0.02):
                        yield Camera(_on(out + behind, azimuth + aside, 2.2), low_focus, 56.0)
        else:
            yield from orbit(base, (radius * 1.2, radius), (2.2, 3.2), 56.0, low_focus, 12)
    elif kind is ViewKind.INSIDE_OUT:
        starts = [gate] if stage.gates else _ring(base, 8)
        for start in starts + _ring(base + 0.4, 8):
            for share in (0.30, 0.42, 0.2):
                for lift in (0.16, 0.24):
                    yield Camera(
                        _on(radius * share, start + math.pi, 2.1),
                        _on(radius * 1.2, start + 0.08, radius * lift), 76.0,
                    )  # fmt: skip
    elif kind is ViewKind.GOLDEN_HOUR:
        yield from orbit(
            base + 2.8, (radius * 1.5, radius * 1.9, radius * 1.15), (radius * 0.30, radius * 0.45),
            58.0, (0.0, 0.0, tall * 0.85), 12,
        )  # fmt: skip
    elif kind is ViewKind.DAWN_MIST:
        yield from orbit(
            base + 0.9, (radius * 1.2, radius * 1.6, radius), (radius * 0.20, radius * 0.30), 56.0,
            (0.0, 0.0, tall * 0.9), 12,
        )  # fmt: skip
    else:
        yield from orbit(
            base + 4.6, (radius * 1.65, radius * 1.3, radius * 0.98), (radius * 0.42, radius * 0.6),
            62.0, (0.0, 0.0, tall * 0.7), 12,
        )  # fmt: skip
