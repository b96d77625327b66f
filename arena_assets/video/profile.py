"""How big and how good: one profile decides every encoder setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from arena_assets.domain.views import CLIP_HEIGHT, CLIP_WIDTH, FPS
from arena_assets.errors import UsageFault

Quality = Literal["draft", "standard", "master"]


@dataclass(frozen=True, slots=True)
class Profile:
    """Size in pixels, frames per second, and the encoders' settings.

    ``crf`` is x264's constant rate factor (lower is better and larger); crossfades get their own,
    and their own parameters, as they are short and start without a history: no frame of them is
    coded worse because few others refer to it. ``supersample`` is how many samples per output
    pixel a picture is enlarged to, once, before it is moved by fractions of a pixel.
    ``theora_quality`` and, of crossfades, ``theora_fade_quality`` are 0–10; ``theora_speed`` is
    0 (best) to 4 (fastest).
    """

    quality: Quality
    width: int
    height: int
    fps: int
    preset: str
    crf: int
    fade_crf: int
    x264_params: str
    fade_params: str
    supersample: int
    theora_quality: float
    theora_fade_quality: float
    theora_speed: int
    audio_bit_rate: int = 192_000


_STITCHABLE = "stitchable=1:threads=1"
_FADING = f"{_STITCHABLE}:mbtree=0"


def profile_for(
    quality: Quality, width: int = CLIP_WIDTH, height: int = CLIP_HEIGHT, fps: int = FPS
) -> Profile:
    """The profile of a quality at a size; both sides even and 64–4096 px, else a UsageFault."""
    if width % 2 or height % 2 or not (64 <= width <= 4096 and 64 <= height <= 4096):
        raise UsageFault(
            f"A video cannot be {width}×{height} pixels",
            "Use even numbers from 64 to 4096, like 1920×1080",
        )
    if quality == "draft":
        return Profile(
            quality, width, height, fps, "ultrafast", 22, 18, _STITCHABLE, _FADING, 2, 6.5, 9.0, 3
        )
    # An even pattern of B-frames, no weights, a short look ahead: a quarter less work at equal size
    # and likeness, and 36 MB less for each encoder. What moves evenly is as small without blocks
    # split for prediction. Variable-length codes instead of arithmetic ones (CABAC): an eighth more
    # bytes for a sixth of the work, in the player as well.
    plain = "rc-lookahead=5:b-adapt=0:weightp=0:weightb=0:partitions=none:cabac=0:" + _STITCHABLE
    if quality == "standard":
        return Profile(
            quality, width, height, fps, "superfast", 18, 15,
            f"mbtree=1:{plain}", f"mbtree=0:{plain}", 2, 6.5, 8.0, 3,
        )  # fmt: skip
    return Profile(
        quality, width, height, fps, "medium", 16, 15, _STITCHABLE, _FADING, 3, 8.0, 9.0, 3
    )
