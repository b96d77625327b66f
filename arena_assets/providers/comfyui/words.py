"""Words for an image-to-video model: how the camera moves, and what must not."""

from __future__ import annotations

from arena_assets.domain.palette import Theme
from arena_assets.domain.prompts import NEGATIVE_PROMPT
from arena_assets.domain.views import Light, Motion, View

_MOTIONS: dict[Motion, str] = {
    Motion.ZOOM_IN: "the camera slowly zooms in",
    Motion.ZOOM_OUT: "the camera slowly zooms out",
    Motion.PAN_LEFT: "the camera pans slowly to the left",
    Motion.PAN_RIGHT: "the camera pans slowly to the right",
    Motion.PARALLAX: "the camera glides sideways, near things pass faster than far ones",
    Motion.ORBIT: "the camera orbits slowly around the centre",
    Motion.DOLLY_IN: "the camera moves slowly forward",
    Motion.TILT_UP: "the camera tilts slowly upward",
    Motion.ATMOSPHERIC: "the camera almost rests, only light and air move",
    Motion.CINEMATIC: "the camera makes one slow cinematic move",
}
_AIR: dict[Light, str] = {
    Light.DAY: "drifting dust, light flickers",
    Light.GOLDEN: "warm dust drifts through low sunlight",
    Light.DAWN: "mist rolls over the ground",
    Light.STORM: "rain falls, clouds race, lightning far away",
}
CLIP_NEGATIVE = (
    f"{NEGATIVE_PROMPT}, cut, scene change, shaking camera, morphing walls, warped geometry, "
    "flicker, blurry, static frame, subtitles"
)


def clip_prompt(theme: Theme, view: View) -> str:
    """One continuous shot of an empty place."""
    return (
        f"One continuous shot of an empty {theme.words} battle arena, {view.phrase}. "
        f"{_MOTIONS[view.motion].capitalize()}, steady and smooth; {_AIR[view.light]}. "
        "Nothing else moves, the architecture stays rigid."
    )
