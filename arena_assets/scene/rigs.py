"""Where the camera of each of the twelve views stands: candidates, tried with a grid of rays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from arena_assets.domain.views import Light, View, ViewKind
from arena_assets.scene.camera import Camera, Point
from arena_assets.scene.lighting import sun_azimuth
from arena_assets.scene.model import Stage
from arena_assets.scene.survey import Coverage, glare, room, survey


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a good picture of a kind looks like: bounds of the sky's share, how much may be close,
    how much of the subject must show, metres free around the lens, and whether to be framed."""

    sky: tuple[float, float]
    near: float = 0.20
    subject: float = 0.6
    clearance: float = 1.3
    framed: float = 0.0


_WISHES: dict[ViewKind, _Wish] = {
    ViewKind.WIDE_AERIAL: _Wish((0.05, 0.38), near=0.02, subject=0.8, clearance=5.0),
    ViewKind.GROUND_LEVEL: _Wish((0.08, 0.55), near=0.30, subject=0.3),
    ViewKind.LOW_ANGLE: _Wish((0.0, 0.62), near=0.6, clearance=0.8),
    ViewKind.BIRDS_EYE: _Wish((0.0, 0.30), near=0.03, subject=0.15, clearance=5.0),
    ViewKind.CLOSE_UP: _Wish((0.0, 0.40), near=0.9, clearance=1.25),
    ViewKind.PANORAMIC: _Wish((0.10, 0.50), near=0.10),
    ViewKind.SIDE_ANGLE: _Wish((0.05, 0.50), near=0.15, subject=0.8),
    ViewKind.ARCHWAY: _Wish((0.0, 0.45), near=0.7, subject=0.5, framed=2.0),
    ViewKind.INSIDE_OUT: _Wish((0.08, 0.55), near=0.22, subject=0.0),
    ViewKind.GOLDEN_HOUR: _Wish((0.20, 0.50), near=0.07, subject=0.8),
    ViewKind.DAWN_MIST: _Wish((0.12, 0.50), near=0.10, subject=0.8),
    ViewKind.STORM: _Wish((0.10, 0.50), near=0.07, subject=0.8),
}

_NEARLY_AS_GOOD = 0.5


def choose(handle: int, stage: Stage, view: View, variation: int = 0) -> tuple[Camera, Coverage]:
    """The best camera for a view, and what it sees. Equal stages give equal cameras.

    ``variation`` 1, 2, … gives the next best ones, in turn among those that are nearly as good.
    """
    wish = _WISHES[view.kind]
    if stage.air.enclosed:
        wish = _Wish((0.0, wish.sky[1]), wish.near, wish.subject, wish.clearance, wish.framed)
    ranked: list[tuple[float, Camera, Coverage]] = []
    for order, camera in enumerate(_candidates(stage, view.kind)):
        space = room(handle, camera)
        if ranked and space < 0.4:
            continue
        found = survey(handle, camera, stage)
        # Earlier candidates are the intended framing: later ones must be clearly better.
        score = _score(found, wish, space) - 0.008 * order
        if view.kind is not ViewKind.CLOSE_UP:
            score -= 0.5 * glare(camera, stage)
        ranked.append((score, camera, found))
    ranked.sort(key=lambda each: -each[0])
    good = [each for each in ranked if each[0] > ranked[0][0] - _NEARLY_AS_GOOD]
    _, camera, found = good[variation % len(good)]
    return camera, found


def _score(found: Coverage, wish: _Wish, space: float) -> float:
    """Higher is better; a blocked camera or a wall at the lens is far below everything else."""
    low, high = wish.sky
    score = 2.2 * min(1.0, found.subject / wish.subject) if wish.subject > 0 else 1.0
    score -= 4.0 * max(0.0, low - found.sky) + 4.0 * max(0.0, found.sky - high)
    score -= 4.0 * max(0.0, found.near - wish.near)
    score += 0.35 * min(1.6, found.variety) + wish.framed * found.framed
    free = min(found.nearest, space)
    if free < wish.clearance:
        score -= 1.0 + 2.5 * (wish.clearance - free)
    if space == 0:
        score -= 8.0
    if found.sky > 0.9:
        score -= 6.0
    return score


def _ring(start: float, count: int) -> list[float]:
    """Azimuths all round, those nearest to ``start`` first."""
    offsets = [0.0]
    for step in range(1, count // 2 + 1):
        offsets += [step * 2 * math.pi / count, -step * 2 * math.pi / count]
    return [start + offset for offset in offsets[:count]]


def _on(radius: float, azimuth: float, z: float) -> Point:
    return (radius * math.cos(azimuth), radius * math.sin(azimuth), z)


def _candidates(stage: Stage, kind: ViewKind) -> Iterator[Camera]:
    """Framings of a kind, the intended one first; all within the modelled place."""
    base = float(np.random.default_rng((stage.spec.seed, 0xCA)).uniform(0, 2 * math.pi))
    for camera in _RIGS[kind](stage, base):
        x, y, z = camera.origin
        distance = math.hypot(x, y)
        limit = stage.reach * 0.95
        if distance > limit:
            x, y = x * limit / distance, y * limit / distance
        yield Camera((x, y, z), camera.target, camera.fov, camera.up)


def _orbit(
    azimuths: Iterable[float],
    distances: tuple[float, ...],
    heights: tuple[float, ...],
    fov: float,
    target: Point,
) -> Iterator[Camera]:
    for azimuth in azimuths:
        for distance in distances:
            for height in heights:
                yield Camera(_on(distance, azimuth, height), target, fov)


def _at_focus(stage: Stage, height: float, lift: float = 0.0) -> Point:
    """A point above the key feature's foot, ``height`` in parts of the focus' height."""
    x, y, z = stage.focus
    return (x, y, z * height + lift)


def _wide_aerial(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    ring = _ring(base + 0.6, 10)
    if stage.air.enclosed:
        return _orbit(
            ring, (size * 1.4, size * 1.1), (size * 0.95, size * 0.7, size * 0.5), 76.0,
            (0.0, 0.0, size * 0.06),
        )  # fmt: skip
    return _orbit(
        ring, (size * 2.5, size * 2.0), (size * 1.05, size * 0.8, size * 1.3), 56.0,
        (0.0, 0.0, size * 0.22),
    )  # fmt: skip


def _ground_level(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    target = _at_focus(stage, 1.0, size * 0.16)
    return _orbit(
        _ring(base + 2.1, 14), (size * 0.84, size * 0.66, size * 0.95), (1.65,), 72.0, target
    )


def _low_angle(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    return _orbit(
        _ring(base + 4.0, 14), (size * 0.42, size * 0.34, size * 0.52), (0.5, 0.95), 70.0,
        _at_focus(stage, 1.1, 0.3),
    )  # fmt: skip


def _birds_eye(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    shares = (1.5, 1.2, 0.95, 0.75) if stage.air.enclosed else (2.7, 3.1, 2.2, 1.6, 1.2)
    for azimuth in _ring(base, 4):
        for share in shares:
            wide = math.degrees(2 * math.atan(1.12 * 16 / 9 / share))
            yield Camera(
                _on(size * 0.08 * share, azimuth, size * share), (0.0, 0.0, 0.0), min(96.0, wide)
            )


def _close_up(stage: Stage, base: float) -> Iterator[Camera]:
    near = max(3.6, stage.focus[2] * 1.35)
    high = stage.focus[2]
    return _orbit(
        _ring(base + 1.2, 16), (near * 1.2, near, near * 1.6), (high * 1.12, high * 0.78), 42.0,
        _at_focus(stage, 0.9),
    )  # fmt: skip


def _panoramic(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    for azimuth in _ring(base + 3.3, 14):
        for share, height in ((1.12, 0.34), (0.94, 0.26), (1.3, 0.45)):
            yield Camera(_on(size * share, azimuth, size * height), (0.0, 0.0, size * 0.12), 92.0)


def _side_angle(stage: Stage, base: float) -> Iterator[Camera]:
    x, y, z = stage.focus
    aside = max(2.5, z) * 0.8
    for azimuth in _ring(base + 5.2, 14):
        turn = azimuth + math.pi / 2
        target = (x + aside * math.cos(turn), y + aside * math.sin(turn), z * 0.85)
        for share in (0.80, 0.66, 0.94):
            yield Camera(_on(stage.radius * share, azimuth, z * 0.5 + 1.2), target, 46.0)


def _archway(stage: Stage, base: float) -> Iterator[Camera]:
    if not stage.gates:
        yield from _orbit(
            _ring(base, 12), (stage.radius * 1.2, stage.radius), (2.2, 3.2), 56.0,
            _at_focus(stage, 0.75),
        )  # fmt: skip
        return
    out = stage.gate_distance or stage.radius * 1.1
    for azimuth in stage.gates:
        for behind in (9.0, 11.5, 7.0, 14.0, 5.0):
            for aside in (0.0, 0.8, -0.8):
                for height in (1.9, 3.0):
                    target = _at_focus(stage, 0.9, 1.0)
                    x, y, z = _on(out + behind, azimuth, height)
                    yield Camera(
                        (x - aside * math.sin(azimuth), y + aside * math.cos(azimuth), z),
                        target, 66.0,
                    )  # fmt: skip


def _inside_out(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    for start in [*stage.gates, *_ring(base + 0.4, 8)]:
        for share in (0.34, 0.46, 0.24):
            for turn in (0.34, -0.34, 0.0):
                for lift in (0.14, 0.20):
                    yield Camera(
                        _on(size * share, start + math.pi + turn, 2.1),
                        _on(size * 1.2, start - turn * 0.4, size * lift), 76.0,
                    )  # fmt: skip


def _golden_hour(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    start = base + 2.8
    if not stage.air.enclosed:
        # Half against the light: long shadows come towards us, and edges glow.
        start = math.radians(sun_azimuth(stage.spec, Light.GOLDEN)) + math.pi - 0.45
    return _orbit(
        _ring(start, 14), (size * 1.25, size * 1.0, size * 1.6), (size * 0.15, size * 0.24), 58.0,
        _at_focus(stage, 1.0, size * 0.10),
    )  # fmt: skip


def _dawn_mist(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    start = base + 0.9
    if not stage.air.enclosed:
        start = math.radians(sun_azimuth(stage.spec, Light.DAWN)) + math.pi + 1.0
    return _orbit(
        _ring(start, 14), (size * 0.98, size * 1.25, size * 1.5), (size * 0.15, size * 0.24), 54.0,
        _at_focus(stage, 0.9, 0.6),
    )  # fmt: skip


def _storm(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    return _orbit(
        _ring(base + 4.6, 14), (size * 1.5, size * 1.2, size * 0.95), (size * 0.42, size * 0.55),
        62.0, _at_focus(stage, 0.8, 1.0),
    )  # fmt: skip


_RIGS = {
    ViewKind.WIDE_AERIAL: _wide_aerial,
    ViewKind.GROUND_LEVEL: _ground_level,
    ViewKind.LOW_ANGLE: _low_angle,
    ViewKind.BIRDS_EYE: _birds_eye,
    ViewKind.CLOSE_UP: _close_up,
    ViewKind.PANORAMIC: _panoramic,
    ViewKind.SIDE_ANGLE: _side_angle,
    ViewKind.ARCHWAY: _archway,
    ViewKind.INSIDE_OUT: _inside_out,
    ViewKind.GOLDEN_HOUR: _golden_hour,
    ViewKind.DAWN_MIST: _dawn_mist,
    ViewKind.STORM: _storm,
}
