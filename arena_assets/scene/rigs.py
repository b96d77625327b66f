"""Where the camera of each of the twelve views may stand: candidates, the intended one first.

Which of them is taken is decided in :mod:`arena_assets.scene.framing`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from arena_assets.domain.palette import Theme
from arena_assets.domain.views import Light, ViewKind
from arena_assets.scene.camera import Camera, Point
from arena_assets.scene.lighting import sun_azimuth
from arena_assets.scene.model import Stage

THIRD = 0.36
"""How far off the middle the subject of an off-centre picture stands, in half widths."""


def _ring(start: float, count: int) -> list[float]:
    """Azimuths all round, those nearest to ``start`` first."""
    offsets = [0.0]
    for step in range(1, count // 2 + 1):
        offsets += [step * 2 * math.pi / count, -step * 2 * math.pi / count]
    return [start + offset for offset in offsets[:count]]


def _on(radius: float, azimuth: float, z: float) -> Point:
    return (radius * math.cos(azimuth), radius * math.sin(azimuth), z)


def candidates(stage: Stage, kind: ViewKind) -> Iterator[Camera]:
    """Framings of a kind, the intended one first; all within the modelled place."""
    base = float(np.random.default_rng((stage.spec.seed, 0xCA)).uniform(0, 2 * math.pi))
    for camera in _RIGS[kind](stage, base):
        x, y, z = camera.origin
        distance = math.hypot(x, y)
        limit = stage.reach * (1.6 if _hangs_in_the_sky(stage, kind) else 0.95)
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


def _aside(cameras: Iterable[Camera], share: float) -> Iterator[Camera]:
    """The cameras turned so that their target stands ``share`` half widths right of the middle."""
    for camera in cameras:
        (x, y, z), (tx, ty, tz) = camera.origin, camera.target
        swing = share * math.tan(math.radians(camera.fov) / 2)
        target = (tx - swing * (ty - y), ty + swing * (tx - x), tz)
        yield Camera((x, y, z), target, camera.fov)


def _lean(stage: Stage) -> float:
    """``THIRD`` to the right or to the left, by the seed."""
    return THIRD if stage.spec.seed & 4 else -THIRD


def _at_focus(stage: Stage, height: float, lift: float = 0.0) -> Point:
    """A point above the key feature's foot, ``height`` in parts of the focus' height."""
    x, y, z = stage.focus
    return (x, y, z * height + lift)


def _hangs_in_the_sky(stage: Stage, kind: ViewKind) -> bool:
    """Whether a view is of an island from beyond its edge, where there is only air."""
    return kind is ViewKind.WIDE_AERIAL and stage.spec.theme is Theme.FLOATING_ISLAND


def _wide_aerial(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    ring = _ring(base + 0.6, 10)
    if stage.air.enclosed:
        yield from _orbit(
            ring, (size * 1.4, size * 1.1), (size * 0.95, size * 0.7, size * 0.5), 76.0,
            (0.0, 0.0, size * 0.06),
        )  # fmt: skip
        return
    if _hangs_in_the_sky(stage, ViewKind.WIDE_AERIAL):
        # From beyond its edge, so that cliffs and the drop show what it is, and from high enough
        # that its floor shows what it is for.
        yield from _orbit(
            ring, (size * 4.4, size * 3.8), (size * 2.7, size * 2.2), 48.0, (0.0, 0.0, -3.0)
        )
    # Over a gate the ring of structures is lowest.
    yield from _orbit(
        [*stage.gates, *ring], (size * 2.3, size * 1.9), (size * 1.5, size * 1.25, size * 1.9),
        58.0, (0.0, 0.0, size * 0.10),
    )  # fmt: skip


def _ground_level(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    start = base + 2.1
    across = _at_focus(stage, 1.0, size * 0.08)
    for side in (_lean(stage), -_lean(stage)):
        yield from _aside(
            _orbit(_ring(start, 10), (size * 0.84, size * 0.66), (1.5,), 68.0, across), side
        )
    # Or past the middle, up at what stands on the rim.
    out = stage.gate_distance or size * 1.1
    for azimuth in _ring(start, 8):
        for turn in (0.8, -0.8, 1.3):
            yield Camera(_on(size * 0.7, azimuth, 1.5), _on(out, azimuth + turn, size * 0.2), 68.0)


def _low_angle(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    target = _at_focus(stage, 0.95)
    orbit = _orbit(
        _ring(base + 4.0, 12), (size * 0.42, size * 0.34, size * 0.52), (0.6, 1.0), 64.0, target
    )
    return _aside(orbit, 0.14)


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
    high = stage.focus[2]
    near = max(6.0, high * 2.3)
    target = _at_focus(stage, 1.06)
    for side in (0.2, -0.2):
        yield from _aside(
            _orbit(
                _ring(base + 1.2, 10), (near, near * 0.8, near * 1.25), (high * 1.2, high * 0.7),
                40.0, target,
            ),
            side,
        )  # fmt: skip
    for azimuth in stage.gates:
        for side in (2.6, -2.6):
            for back, height in ((5.5, 1.8), (7.0, 3.2)):
                x, y, z = _on(stage.gate_distance, azimuth, 3.4)
                pier = (x - side * math.sin(azimuth), y + side * math.cos(azimuth), z)
                stand = _on(stage.gate_distance - back, azimuth - math.copysign(0.1, side), height)
                yield Camera(stand, pier, 44.0)


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
    """From beside the key feature, with one's back to it, out through a gate where there is one."""
    size = stage.radius
    for start in [*stage.gates, *_ring(base + 0.4, 8)]:
        for share in (0.32, 0.48, 0.20):
            for turn in (0.7, -0.7, 0.25):
                for lift in (0.15, 0.22):
                    yield Camera(
                        _on(size * share, start + turn, 2.0),
                        _on(size * 1.3, start - turn * 0.12, size * lift), 74.0,
                    )  # fmt: skip


def _golden_hour(stage: Stage, base: float) -> Iterator[Camera]:
    size = stage.radius
    start = base + 2.8
    if not stage.air.enclosed:
        # Half against the light: long shadows come towards us, and edges glow.
        start = math.radians(sun_azimuth(stage.spec, Light.GOLDEN)) + math.pi - 0.45
    orbit = _orbit(
        _ring(start, 14), (size * 1.2, size * 0.95, size * 1.5), (size * 0.13, size * 0.22), 54.0,
        _at_focus(stage, 1.0, size * 0.10),
    )  # fmt: skip
    return _aside(orbit, _lean(stage))


def _dawn_mist(stage: Stage, base: float) -> Iterator[Camera]:
    """From afar with a long lens, so that the mist lies in layers."""
    size = stage.radius
    start = base + 0.9
    if not stage.air.enclosed:
        start = math.radians(sun_azimuth(stage.spec, Light.DAWN)) + math.pi + 1.0
    orbit = _orbit(
        _ring(start, 14), (size * 1.45, size * 1.75, size * 1.1), (size * 0.16, size * 0.28), 42.0,
        _at_focus(stage, 0.9, 0.8),
    )  # fmt: skip
    return _aside(orbit, -_lean(stage))


def _storm(stage: Stage, base: float) -> Iterator[Camera]:
    """Half of the picture is the sky's: the storm is up there."""
    size = stage.radius
    return _orbit(
        _ring(base + 4.6, 14), (size * 1.4, size * 1.1, size * 0.9), (size * 0.24, size * 0.36),
        66.0, _at_focus(stage, 1.0, size * 0.14),
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
