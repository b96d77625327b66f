"""The twelve views of one place and the camera motion that each becomes as a clip."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MASTER_WIDTH = 1792
MASTER_HEIGHT = 1008
CLIP_WIDTH = 1920
CLIP_HEIGHT = 1080
FPS = 30
CLIP_SECONDS = 5
CLIP_FRAMES = FPS * CLIP_SECONDS


class ViewKind(StrEnum):
    WIDE_AERIAL = "wide_aerial"
    GROUND_LEVEL = "ground_level"
    LOW_ANGLE = "low_angle"
    BIRDS_EYE = "birds_eye"
    CLOSE_UP = "close_up"
    PANORAMIC = "panoramic"
    SIDE_ANGLE = "side_angle"
    ARCHWAY = "archway"
    INSIDE_OUT = "inside_out"
    GOLDEN_HOUR = "golden_hour"
    DAWN_MIST = "dawn_mist"
    STORM = "storm"


class Light(StrEnum):
    """The weather and hour a view is shot in."""

    DAY = "day"
    GOLDEN = "golden"
    DAWN = "dawn"
    STORM = "storm"


class Motion(StrEnum):
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    PARALLAX = "parallax"
    ORBIT = "orbit"
    DOLLY_IN = "dolly_in"
    TILT_UP = "tilt_up"
    ATMOSPHERIC = "atmospheric"
    CINEMATIC = "cinematic"


MOTION_STRENGTH: dict[Motion, float] = {
    Motion.ZOOM_IN: 0.3,
    Motion.ZOOM_OUT: 0.2,
    Motion.PAN_LEFT: 0.4,
    Motion.PAN_RIGHT: 0.4,
    Motion.PARALLAX: 0.25,
    Motion.ORBIT: 0.3,
    Motion.DOLLY_IN: 0.35,
    Motion.TILT_UP: 0.2,
    Motion.ATMOSPHERIC: 0.15,
    Motion.CINEMATIC: 0.4,
}


@dataclass(frozen=True, slots=True)
class View:
    """One of the twelve: its number, what it shows, the light it stands in, how it moves."""

    number: int
    kind: ViewKind
    light: Light
    phrase: str
    motion: Motion

    @property
    def slot(self) -> str:
        return f"view_{self.number:02d}"

    @property
    def clip_slot(self) -> str:
        return f"clip_{self.number:02d}"

    @property
    def title(self) -> str:
        return _TITLES.get(self.kind, self.kind.value.replace("_", " ").capitalize())


_PHRASES: dict[ViewKind, str] = {
    ViewKind.WIDE_AERIAL: "wide aerial establishing shot of the whole arena",
    ViewKind.GROUND_LEVEL: "ground level view looking up at the surrounding structures",
    ViewKind.LOW_ANGLE: "dramatic low angle from the arena floor",
    ViewKind.BIRDS_EYE: "bird's-eye view of the arena layout from straight above",
    ViewKind.CLOSE_UP: "close-up of the architecture and its surface detail",
    ViewKind.PANORAMIC: "panoramic view that takes in the boundaries of the arena",
    ViewKind.SIDE_ANGLE: "side angle on the arena's key feature",
    ViewKind.ARCHWAY: "view through an archway or entrance into the arena",
    ViewKind.INSIDE_OUT: "view from inside the arena looking out",
    ViewKind.GOLDEN_HOUR: "the arena at golden hour, low warm sunset light",
    ViewKind.DAWN_MIST: "the arena at dawn, low mist over the ground",
    ViewKind.STORM: "the arena in a storm, dark sky, rain and wind",
}
_TITLES = {
    ViewKind.BIRDS_EYE: "Bird's eye",
    ViewKind.CLOSE_UP: "Close-up",
    ViewKind.INSIDE_OUT: "From inside out",
}
_LIGHTS = {
    ViewKind.GOLDEN_HOUR: Light.GOLDEN,
    ViewKind.DAWN_MIST: Light.DAWN,
    ViewKind.STORM: Light.STORM,
}
_MOTIONS: tuple[Motion, ...] = tuple(Motion)

VIEWS: tuple[View, ...] = tuple(
    View(
        number=number,
        kind=kind,
        light=_LIGHTS.get(kind, Light.DAY),
        phrase=_PHRASES[kind],
        motion=_MOTIONS[(number - 1) % len(_MOTIONS)],
    )
    for number, kind in enumerate(ViewKind, start=1)
)


def view_by_number(number: int) -> View:
    """The view 1–12."""
    return VIEWS[number - 1]
