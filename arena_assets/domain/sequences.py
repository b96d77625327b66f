"""The five sequences, each with the track that scores it and its use in the game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

from arena_assets.domain.views import FPS

CROSSFADE_SECONDS = 0.5
CROSSFADE_FRAMES = round(FPS * CROSSFADE_SECONDS)
LOUDNESS_LUFS = -16.0
LOUDNESS_RANGE_LUFS = (-31.0, -11.0)
"""What may be asked for: above, a master within its true peak is flat; below, quiet passages would
count as silence."""
LOUDNESS_TOLERANCE_LU = 0.5
TRUE_PEAK_CEILING_DBTP = -1.0
TRACK_LENGTH_TOLERANCE_SECONDS = 0.020


class SequenceKind(StrEnum):
    MAIN = "main"
    INTRO = "intro"
    AMBIENT = "ambient"
    VICTORY = "victory"
    HAZARD = "hazard"


@dataclass(frozen=True, slots=True)
class Sequence:
    """An edit of some clips, exactly ``seconds`` long; a track has its name and length."""

    kind: SequenceKind
    clips: tuple[int, ...]
    seconds: int
    loops: bool
    clip_type: str
    """The value of ``arena_clips.clip_type`` under which the game finds it."""
    use: str

    @property
    def slot(self) -> str:
        return self.kind.value

    @property
    def frames(self) -> int:
        return self.seconds * FPS


SEQUENCES: tuple[Sequence, ...] = (
    Sequence(SequenceKind.MAIN, (1, 2, 3, 4, 5, 6), 30, False, "main", "showcase"),
    Sequence(SequenceKind.INTRO, (1, 2, 3), 15, False, "intro", "introduction"),
    Sequence(SequenceKind.AMBIENT, (4, 5, 6, 7, 8), 60, True, "ambient", "background loop"),
    Sequence(SequenceKind.VICTORY, (10, 11, 12), 10, False, "victory", "victory"),
    Sequence(SequenceKind.HAZARD, (2, 3, 4), 8, False, "hazard_trigger", "hazard trigger"),
)


Loudness = Mapping[SequenceKind, float]
"""LUFS of the tracks by their use; a use that is not named has :data:`LOUDNESS_LUFS`."""


def loudness_of(targets: Loudness, kind: SequenceKind) -> float:
    return targets.get(kind, LOUDNESS_LUFS)


def loudness_params(lufs: float) -> dict[str, JsonValue]:
    """What a recipe says of its loudness: nothing where it is the usual one, whose keys stay."""
    return {} if lufs == LOUDNESS_LUFS else {"lufs": lufs}


def sequence_by_kind(kind: SequenceKind) -> Sequence:
    return next(sequence for sequence in SEQUENCES if sequence.kind is kind)
