"""The ten camera motions: where the camera is at every frame of a move.

Positions are fractions of the output's width, so a path is the same at every size. Paths are smooth
in time and sampled at real-valued positions; rounding to whole pixels would be seen as jitter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from arena_assets.domain.views import Motion
from arena_assets.video.timeline import MASTER_FRAMES


@dataclass(frozen=True, slots=True)
class Pose:
    """The camera at one instant.

    ``zoom`` ≥ 1, where 1 shows the whole picture. ``x`` and ``y`` move the middle of the view
    (right and down), ``roll`` turns it (radians). ``side_x`` and ``side_y`` move the camera itself:
    what is nearest shifts by that much against what is infinitely far. ``push`` moves it forward,
    as a fraction of the distance to what is nearest. ``breath`` 0–1 is how thick the mist is,
    ``drift`` how far it has moved.
    """

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    roll: float = 0.0
    side_x: float = 0.0
    side_y: float = 0.0
    push: float = 0.0
    breath: float = 0.0
    drift: float = 0.0


RELIEF: frozenset[Motion] = frozenset({Motion.PARALLAX, Motion.ORBIT, Motion.DOLLY_IN})
"""Motions in which near and far move differently."""

_SAFETY = 1.004
"""A little zoom over what a path needs, so that filters at the rim never reach outside."""


def ease(progress: float) -> float:
    """0–1 to 0–1, slow at both ends but never still: a cut may start or end there."""
    smooth = progress * progress * (3 - 2 * progress)
    return 0.4 * progress + 0.6 * smooth


def pose_at(motion: Motion, strength: float, frame: int, aspect: float) -> Pose:
    """The camera at ``frame`` of a move of ``MASTER_FRAMES``.

    ``aspect`` is the output's width by its height. Every pose keeps the view within the picture.
    """
    progress = frame / (MASTER_FRAMES - 1)
    return _PATHS[motion](strength, progress, aspect)


def _room(width_share: float, aspect: float = 1.0, height_share: float = 0.0) -> float:
    """The zoom that leaves room to move ± half these shares of the width (``height_share`` too)."""
    needed = max(1 / (1 - width_share), 1 / (1 - height_share * aspect))
    return needed * _SAFETY


def _zoom_in(strength: float, progress: float, _aspect: float) -> Pose:
    return Pose(zoom=_SAFETY * (1 + 0.6 * strength) ** ease(progress))


def _zoom_out(strength: float, progress: float, _aspect: float) -> Pose:
    return Pose(zoom=_SAFETY * (1 + 0.6 * strength) ** (1 - ease(progress)))


def _pan(strength: float, progress: float, direction: int) -> Pose:
    travel = 0.3 * strength
    return Pose(zoom=_room(travel), x=direction * travel * (ease(progress) - 0.5))


def _pan_left(strength: float, progress: float, _aspect: float) -> Pose:
    return _pan(strength, progress, -1)


def _pan_right(strength: float, progress: float, _aspect: float) -> Pose:
    return _pan(strength, progress, 1)


def _tilt_up(strength: float, progress: float, aspect: float) -> Pose:
    travel = 0.6 * strength / aspect
    zoom = _room(0.0, aspect, travel) * (1 + 0.1 * strength * ease(progress))
    return Pose(zoom=zoom, y=-travel * (ease(progress) - 0.5))


def _parallax(strength: float, progress: float, aspect: float) -> Pose:
    reach = 0.09 * strength
    side = reach * (2 * ease(progress) - 1)
    return Pose(zoom=_room(2 * reach, aspect), side_x=side)


def _orbit(strength: float, progress: float, aspect: float) -> Pose:
    reach = 0.09 * strength
    angle = math.radians(65) * (2 * ease(progress) - 1)
    lift = reach * 0.35 * math.cos(angle)
    return Pose(
        zoom=_room(2 * reach, aspect, reach * 0.7) * (1 + 0.04 * (1 - math.cos(angle))),
        side_x=reach * math.sin(angle) / math.sin(math.radians(65)),
        side_y=lift,
        roll=math.radians(0.35) * math.sin(angle),
    )


def _dolly_in(strength: float, progress: float, _aspect: float) -> Pose:
    # From a little behind where the picture was taken to a little before: what a near thing hides
    # stays small on both sides. Behind it, near things leave the rim, which takes zoom.
    eased = ease(progress)
    push = strength * (0.5 * eased - 0.2)
    return Pose(zoom=_SAFETY * (1 + 0.2 * strength) * (1 + 0.12 * strength) ** eased, push=push)


def _atmospheric(strength: float, progress: float, aspect: float) -> Pose:
    turn = 2 * math.pi * progress
    sway = 0.06 * strength
    return Pose(
        zoom=_room(2 * sway, aspect, sway) * (1 + 0.2 * strength * ease(progress)),
        x=sway * math.sin(turn),
        y=0.5 * sway * math.cos(turn),
        breath=strength * (0.75 - 0.25 * math.cos(turn)),
        drift=progress,
    )


def _cinematic(strength: float, progress: float, aspect: float) -> Pose:
    eased = ease(progress)
    travel = 0.12 * strength
    # Roll needs room as well: half a diagonal turned by it, about 0.6 of the width times the angle.
    roll = math.radians(0.5)
    room = _room(travel + 1.2 * roll / aspect, aspect, 0.5 * travel + 1.2 * roll)
    return Pose(
        zoom=room * (1 + 0.3 * strength) ** eased,
        x=travel * (eased - 0.5),
        y=-0.5 * travel * (eased - 0.5),
        roll=roll * (eased - 0.5),
    )


_PATHS: dict[Motion, Callable[[float, float, float], Pose]] = {
    Motion.ZOOM_IN: _zoom_in,
    Motion.ZOOM_OUT: _zoom_out,
    Motion.PAN_LEFT: _pan_left,
    Motion.PAN_RIGHT: _pan_right,
    Motion.PARALLAX: _parallax,
    Motion.ORBIT: _orbit,
    Motion.DOLLY_IN: _dolly_in,
    Motion.TILT_UP: _tilt_up,
    Motion.ATMOSPHERIC: _atmospheric,
    Motion.CINEMATIC: _cinematic,
}
