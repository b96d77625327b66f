"""Which camera of each view's candidates is taken, tried with a grid of rays.

A good camera has room, is not blocked, sees its subject large enough and something of the place;
and it looks at the place in another way than the cameras taken before it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from arena_assets.domain.palette import Theme
from arena_assets.domain.views import VIEWS, View, ViewKind
from arena_assets.scene.camera import Camera
from arena_assets.scene.model import Stage
from arena_assets.scene.rigs import candidates
from arena_assets.scene.survey import Coverage, clutter, glare, room, survey


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a good picture of a kind looks like: bounds of the sky's share, how much may be close
    at all and in the middle, how much of the subject and the floor must show, bounds of the
    subject's share, metres free around the lens, what being framed and having relief are worth."""

    sky: tuple[float, float]
    near: float = 0.20
    blocked: float = 0.03
    subject: float = 0.6
    floor: float = 0.0
    fill: tuple[float, float] = (0.0, 0.4)
    clearance: float = 1.5
    framed: float = 0.0
    relief: float = 0.6


_K = ViewKind
_WISHES: dict[ViewKind, _Wish] = {
    _K.WIDE_AERIAL: _Wish((0.0, 0.34), 0.02, 0.0, 0.8, floor=0.95, clearance=5.0),
    _K.GROUND_LEVEL: _Wish((0.08, 0.46), 0.25, 0.12, 0.15, fill=(0.0, 0.2), relief=1.6),
    _K.LOW_ANGLE: _Wish((0.0, 0.60), 0.55, 0.45, 0.6, fill=(0.06, 0.4), clearance=1.0),
    _K.BIRDS_EYE: _Wish((0.0, 0.30), 0.03, 0.0, 0.15, floor=0.9, clearance=5.0),
    _K.CLOSE_UP: _Wish((0.0, 0.35), 1.0, 1.0, 0.4, fill=(0.16, 0.5), relief=2.0),
    _K.PANORAMIC: _Wish((0.10, 0.46), 0.08, 0.01, 0.6, floor=0.5, fill=(0.004, 0.2), clearance=2.5),
    _K.SIDE_ANGLE: _Wish((0.05, 0.50), 0.15, 0.01, 0.8, fill=(0.04, 0.3)),
    _K.ARCHWAY: _Wish((0.0, 0.45), 0.70, 0.55, 0.9, fill=(0.004, 0.3), framed=2.0),
    _K.INSIDE_OUT: _Wish((0.06, 0.48), 0.22, 0.10, 0.0, relief=1.6),
    _K.GOLDEN_HOUR: _Wish((0.25, 0.45), 0.05, 0.0, 0.8, fill=(0.012, 0.3), clearance=2.5),
    _K.DAWN_MIST: _Wish((0.25, 0.45), 0.05, 0.0, 0.8, fill=(0.02, 0.3), clearance=2.5),
    _K.STORM: _Wish((0.25, 0.45), 0.05, 0.0, 0.8, floor=0.3, fill=(0.006, 0.3), clearance=2.5),
}

_ORDER = (
    _K.ARCHWAY, _K.GOLDEN_HOUR, _K.INSIDE_OUT, _K.DAWN_MIST, _K.SIDE_ANGLE, _K.WIDE_AERIAL,
    _K.PANORAMIC, _K.STORM, _K.GROUND_LEVEL, _K.LOW_ANGLE, _K.CLOSE_UP, _K.BIRDS_EYE,
)  # fmt: skip
"""Those whose place is given, by a gate or the sun, choose first."""
_NEARLY_AS_GOOD = 0.5
_APART = 0.8
"""Radians between two directions of view from which they are no longer alike."""

_OPEN = 0.01
"""How much may stand before the lens in views that look freely over the place."""
_FINALISTS = 12

Framed = tuple[Camera, Coverage]


@dataclass(frozen=True, slots=True)
class _Direction:
    """Where a camera looks, as a unit vector, and half the metres it sees across at the subject."""

    x: float
    y: float
    z: float
    breadth: float

    @classmethod
    def of(cls, camera: Camera, stage: Stage) -> _Direction:
        away = [there - here for there, here in zip(camera.target, camera.origin, strict=True)]
        length = max(1e-9, math.hypot(*away))
        distance = max(1.0, math.dist(camera.origin, stage.focus))
        across = distance * math.tan(math.radians(camera.fov) / 2)
        return cls(away[0] / length, away[1] / length, away[2] / length, across)

    def alike(self, other: _Direction) -> float:
        """1 for two cameras that look the same way and see as much, down to 0."""
        along = self.x * other.x + self.y * other.y + self.z * other.z
        apart = math.acos(max(-1.0, min(1.0, along)))
        scale = abs(math.log2(self.breadth / other.breadth))
        return max(0.0, 1 - apart / _APART) * max(0.0, 1 - scale / 1.2)


def frame_views(handle: int, stage: Stage) -> Mapping[ViewKind, tuple[Framed, ...]]:
    """For every view its cameras, the best first, then those nearly as good; and what each sees.

    Equal stages give equal cameras.
    """
    kinds = {view.kind: view for view in VIEWS}
    framed: dict[ViewKind, tuple[Framed, ...]] = {}
    taken: list[tuple[View, _Direction]] = []
    for kind in _ORDER:
        framed[kind] = _ranked(handle, stage, kinds[kind], taken)
        taken.append((kinds[kind], _Direction.of(framed[kind][0][0], stage)))
    return framed


def _ranked(
    handle: int, stage: Stage, view: View, taken: list[tuple[View, _Direction]]
) -> tuple[Framed, ...]:
    wish = _WISHES[view.kind]
    lowest = 0.0 if stage.air.enclosed else wish.sky[0]
    if view.kind is _K.WIDE_AERIAL and stage.spec.theme is Theme.FLOATING_ISLAND:
        wish = replace(wish, floor=0.3, sky=(0.1, 0.5))
    ranked: list[tuple[float, Camera, Coverage]] = []
    for order, camera in enumerate(candidates(stage, view.kind)):
        space = room(handle, camera)
        if ranked and space < 0.4:
            continue
        found = survey(handle, camera, stage)
        # Earlier candidates are the intended framing: later ones must be clearly better.
        score = _score(found, wish, lowest, space) - 0.006 * order
        if view.kind is _K.INSIDE_OUT:
            score -= 1.5 * found.subject + 8.0 * found.fill
        score -= 1.6 * glare(camera, stage)
        seen = _Direction.of(camera, stage)
        for other, place in taken:
            weight = 1.3 if other.light is view.light else 1.0
            score -= weight * seen.alike(place)
        ranked.append((score, camera, found))
    ranked.sort(key=lambda each: -each[0])
    if wish.blocked <= _OPEN:
        ranked = [
            (score - 10.0 * max(0.0, clutter(handle, camera, stage) - _OPEN), camera, found)
            for score, camera, found in ranked[:_FINALISTS]
        ]
        ranked.sort(key=lambda each: -each[0])
    best = ranked[0][0]
    return tuple(each[1:] for each in ranked if each[0] > best - _NEARLY_AS_GOOD)


def _score(found: Coverage, wish: _Wish, lowest: float, space: float) -> float:
    """Higher is better; a blocked camera or a wall at the lens is far below everything else."""
    least, most = wish.fill
    score = 2.2 * min(1.0, found.subject / wish.subject) if wish.subject > 0 else 1.0
    if wish.floor > 0:
        score += 2.0 * min(1.0, found.floor / wish.floor)
    if found.fill < least:
        score -= 1.0 - found.fill / least
    score -= 4.0 * max(0.0, found.fill - most)
    score -= 4.0 * max(0.0, lowest - found.sky) + 4.0 * max(0.0, found.sky - wish.sky[1])
    score -= 4.0 * max(0.0, found.near - wish.near) + 5.0 * max(0.0, found.blocked - wish.blocked)
    score += 0.35 * min(1.6, found.variety) + wish.framed * found.framed
    score += wish.relief * min(0.4, found.relief)
    free = min(found.nearest, space)
    if free < wish.clearance:
        score -= 1.0 + 2.5 * (wish.clearance - free)
    if space == 0:
        score -= 8.0
    if found.sky > 0.9:
        score -= 6.0
    return score
