"""A finished piece on paper: notes by part, and the facts around them. Pure data."""

from __future__ import annotations

import itertools
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from arena_assets.domain.sequences import SequenceKind
from arena_assets.score.theory import key_name


class Part(StrEnum):
    """A line of the score; each is played into its own stem."""

    LEAD = "lead"
    COUNTER = "counter"
    OSTINATO = "ostinato"
    SPARKLE = "sparkle"
    PAD = "pad"
    CHOIR = "choir"
    BRASS = "brass"
    BASS = "bass"
    TIMPANI = "timpani"
    DRUMS = "drums"
    METALS = "metals"
    EFFECTS = "effects"
    TEXTURE = "texture"


UNPITCHED = frozenset({Part.DRUMS, Part.METALS, Part.EFFECTS})
"""Parts whose note numbers name a piece of percussion or an effect, not a pitch."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Note(_Frozen):
    """``start`` and ``beats`` in beats, ``pitch`` a MIDI number, ``velocity`` 1–127."""

    start: float = Field(ge=0)
    beats: float = Field(gt=0)
    pitch: int = Field(ge=0, le=127)
    velocity: int = Field(ge=1, le=127)


class Motif(_Frozen):
    """A musical idea: durations in beats, and scale degrees relative to the tonic.

    The first ``signature`` notes are what a listener recognises; every track states them.
    """

    beats: tuple[float, ...]
    degrees: tuple[int, ...]
    signature: int

    @property
    def steps(self) -> tuple[int, ...]:
        """The signature as intervals in scale steps, free of transposition."""
        head = self.degrees[: self.signature]
        return tuple(after - before for before, after in itertools.pairwise(head))


class Composition(_Frozen):
    """One track on paper. ``tonic`` is the MIDI pitch of degree 0; ``chords`` one root a bar.

    ``textures`` names the sound beds under the music. ``instruments`` maps each part to a patch.
    ``sections`` tells at which bar the form's ``verse``, ``lift`` and ``climax`` begin.
    """

    kind: SequenceKind
    seconds: int
    loops: bool
    tempo_bpm: float
    beats_per_bar: int
    bars: int
    tonic: int
    mode: str
    chords: tuple[int, ...]
    motif: Motif
    parts: dict[Part, tuple[Note, ...]]
    instruments: dict[Part, str]
    textures: tuple[str, ...]
    reverb_seconds: float
    sections: dict[str, int] = {}

    @property
    def key(self) -> str:
        """``D dorian``."""
        return f"{key_name(self.tonic)} {self.mode.replace('_', ' ')}"

    @property
    def seconds_per_beat(self) -> float:
        return 60.0 / self.tempo_bpm

    def to_midi(self) -> bytes:
        """The score as a standard MIDI file (format 1)."""
        from arena_assets.score.midi import write_midi

        return write_midi(self)
