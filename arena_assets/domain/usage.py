"""What work usually takes, before anything was measured here: tokens, milliseconds, seconds.

Tokens follow from the lengths of our own prompt and example at three to five characters a token;
a test holds them to the real ones. Seconds are guesses: those of the embedded studio for two cores
at standard quality, those of services for one GPU of today and usual hours. History replaces them,
kind by kind, as soon as there is any.
"""

from __future__ import annotations

from dataclasses import dataclass

from arena_assets.domain.sequences import Sequence
from arena_assets.domain.services import CLAUDE, COMFYUI, ELEVENLABS
from arena_assets.domain.slots import (
    CLIPS,
    IMAGES,
    METADATA,
    MUSIC,
    PACK,
    ROW,
    SCENE,
    SEQUENCE_SET,
    VIDEOS,
)

_LOOP_EXTRA_MS = 6_000


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds: a short, a usual and a long time, the short one first."""

    low: float
    expected: float
    high: float


@dataclass(frozen=True, slots=True)
class LoreTokens:
    """One request of Claude's. ``system`` is cached between arenas: the prompt and the schema.

    ``answer`` includes thinking. ``repair`` is what a second turn adds to the prompt: the draft
    and what is wrong with it.
    """

    system: int
    request: int
    answer: int
    repair: int = 0


LEAST_LORE = LoreTokens(system=2_400, request=50, answer=700)
USUAL_LORE = LoreTokens(system=3_000, request=150, answer=2_000)
MOST_LORE = LoreTokens(system=4_000, request=1_000, answer=0, repair=6_000)
"""``answer`` is 0 here because the longest answer is a setting: ``max_tokens``."""

EMBEDDED_SECONDS: dict[str, Span] = {
    METADATA: Span(0.2, 1, 3),
    SCENE: Span(2, 4, 15),
    IMAGES: Span(10, 20, 60),
    CLIPS: Span(3, 6, 20),
    SEQUENCE_SET: Span(3, 6, 20),
    MUSIC: Span(10, 20, 60),
    VIDEOS: Span(6, 12, 40),
    ROW: Span(2, 5, 15),
    PACK: Span(5, 10, 30),
}
"""Seconds for one slot of an asset."""

SERVICE_SECONDS: dict[tuple[str, str], Span] = {
    (METADATA, CLAUDE): Span(8, 20, 90),
    (IMAGES, COMFYUI): Span(4, 10, 60),
    (CLIPS, COMFYUI): Span(60, 180, 600),
    (MUSIC, ELEVENLABS): Span(15, 30, 90),
}
"""Seconds for one slot at a service; ComfyUI's are those of one GPU at work on it alone."""

ECONOMY_WAIT = Span(120, 3_600, 86_400)
"""How long a batch takes to come back; it is promised within a day and usually comes in an hour."""


def usual_seconds(asset: str, provider: str) -> Span:
    """What one slot usually takes; a service nobody has timed yet takes what the studio would."""
    return SERVICE_SECONDS.get((asset, provider), EMBEDDED_SECONDS[asset])


def track_ms(sequence: Sequence) -> int:
    """The length of music that is paid for: the track, and what its loop's seam is sought in."""
    return sequence.seconds * 1000 + (_LOOP_EXTRA_MS if sequence.loops else 0)
