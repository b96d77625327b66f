"""Mixing: stems in, processed stems and their sum out, by parameters in musical units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from arena_assets.domain.sequences import SequenceKind
from arena_assets.score.composition import Composition, Part
from arena_assets.score.filters import Section, bell, equalise, low_cut, shelf
from arena_assets.score.loudness import SILENCE_LUFS, loudness
from arena_assets.score.perform import Stem
from arena_assets.score.space import reverberate, room
from arena_assets.score.synth.jit import FloatArray

STEM_LUFS = -22.0
"""The loudness every stem is brought to before its role's offset."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StemMix(_Frozen):
    """How one stem sits: loudness against the others, place, tone and distance.

    ``offset_lu`` LU from the common loudness; ``pan`` −1 left to 1 right; ``width`` 0 mono to 1.5;
    ``low_cut_hz``; ``warmth_db`` at 220 Hz, ``presence_db`` at 3 kHz, ``air_db`` above 8 kHz;
    ``send_db`` level into the room, −60 none.
    """

    offset_lu: float = Field(0.0, ge=-30, le=12)
    pan: float = Field(0.0, ge=-1, le=1)
    width: float = Field(1.0, ge=0, le=1.5)
    low_cut_hz: float = Field(40.0, ge=20, le=600)
    warmth_db: float = Field(0.0, ge=-9, le=9)
    presence_db: float = Field(0.0, ge=-9, le=9)
    air_db: float = Field(0.0, ge=-9, le=9)
    send_db: float = Field(-12.0, ge=-60, le=6)


class MixParameters(_Frozen):
    """A whole mix. ``room_seconds`` to −60 dB, ``predelay_ms``, ``room_tone_db`` tilts its treble;
    ``room_offset_db`` is the room's return; ``glue_ratio`` and ``glue_threshold_db`` (against the
    mix's own loudness) set the bus compression."""

    stems: dict[Part, StemMix]
    room_seconds: float = Field(2.5, ge=0.3, le=8)
    predelay_ms: float = Field(22.0, ge=0, le=120)
    room_tone_db: float = Field(0.0, ge=-9, le=9)
    room_offset_db: float = Field(0.0, ge=-24, le=12)
    glue_ratio: float = Field(1.6, ge=1, le=4)
    glue_threshold_db: float = Field(0.0, ge=-12, le=12)

    @model_validator(mode="after")
    def _has_stems(self) -> Self:
        if not self.stems:
            raise ValueError("a mix needs at least one stem")
        return self


_ROLES: dict[Part, StemMix] = {
    Part.LEAD: StemMix(
        offset_lu=1.5, pan=0.06, low_cut_hz=150, presence_db=1.5, air_db=1.5, send_db=-9
    ),
    Part.COUNTER: StemMix(offset_lu=-5, pan=-0.35, low_cut_hz=110, send_db=-8),
    Part.OSTINATO: StemMix(
        offset_lu=-4.5, pan=0.22, low_cut_hz=140, presence_db=1.5, air_db=2, send_db=-10
    ),
    Part.SPARKLE: StemMix(offset_lu=-7, pan=-0.3, low_cut_hz=250, air_db=2, send_db=-5),
    Part.PAD: StemMix(
        offset_lu=-4.5, width=1.2, low_cut_hz=90, warmth_db=-1.5, air_db=3, send_db=-9
    ),
    Part.CHOIR: StemMix(
        offset_lu=-6, width=1.2, low_cut_hz=160, presence_db=1, air_db=3, send_db=-6
    ),
    Part.BRASS: StemMix(offset_lu=-3.5, pan=0.12, low_cut_hz=90, presence_db=1, send_db=-8),
    Part.BASS: StemMix(offset_lu=-4, width=0.4, low_cut_hz=30, presence_db=1.5, send_db=-24),
    Part.TIMPANI: StemMix(offset_lu=-6, pan=-0.15, low_cut_hz=40, presence_db=2, send_db=-8),
    Part.DRUMS: StemMix(offset_lu=-2.5, low_cut_hz=32, presence_db=2.5, send_db=-11),
    Part.METALS: StemMix(offset_lu=-10, low_cut_hz=320, air_db=1, send_db=-12),
    Part.EFFECTS: StemMix(offset_lu=-8, low_cut_hz=30, send_db=-8),
    Part.TEXTURE: StemMix(offset_lu=-15, width=1.2, low_cut_hz=45, send_db=-60),
}  # fmt: skip
_SHIFTS: dict[SequenceKind, dict[Part, float]] = {
    SequenceKind.MAIN: {},
    SequenceKind.INTRO: {Part.TEXTURE: 2.0, Part.PAD: 0.5},
    SequenceKind.AMBIENT: {
        Part.LEAD: -3.0, Part.PAD: 2.0, Part.TEXTURE: 6.5, Part.SPARKLE: 1.0, Part.DRUMS: -10.0,
        Part.METALS: -6.0, Part.BASS: -1.0,
    },
    SequenceKind.VICTORY: {Part.BRASS: 1.5, Part.DRUMS: -1.0},
    SequenceKind.HAZARD: {Part.DRUMS: 1.5, Part.LEAD: -0.5, Part.OSTINATO: 1.5, Part.EFFECTS: 2.0},
}  # fmt: skip


def starting_mix(score: Composition) -> MixParameters:
    """Equal loudness per stem plus the offset of each role: where every mix begins."""
    shifts = _SHIFTS[score.kind]
    parts = [part for part in Part if part in score.parts or part is Part.TEXTURE]
    return MixParameters(
        stems={
            part: _ROLES[part].model_copy(
                update={"offset_lu": _ROLES[part].offset_lu + shifts.get(part, 0.0)}
            )
            for part in parts
        },
        room_seconds=score.reverb_seconds,
    )


def mix_stems(
    stems: Iterable[Stem],
    samples: int,
    mix: MixParameters,
    seed: int,
    loops: bool,
    keep: Callable[[str, FloatArray], None],
) -> FloatArray:
    """The mix (2, samples) of some stems (2, samples), which are processed in place.

    ``keep`` is given each processed stem, and the room as a last one; together they are the mix. A
    stem that the parameters don't name is placed by its role.
    """
    bus = np.zeros((2, samples), np.float32)
    send = np.zeros((2, samples), np.float32)
    for part, stem in stems:
        place = mix.stems.get(part, _ROLES[part])
        equalise(stem, _tone(place), loops)
        level = loudness(stem)
        if level <= SILENCE_LUFS:
            continue
        _place(stem, place, 10 ** ((STEM_LUFS + place.offset_lu - level) / 20))
        bus += stem
        if place.send_db > -60:
            send += np.float32(10 ** (place.send_db / 20)) * stem
        keep(part.value, stem)
    rng = np.random.default_rng([seed, 0x4003])
    response = room(mix.room_seconds, mix.predelay_ms / 1000, mix.room_tone_db, rng)
    equalise(send, [low_cut(170)], loops)
    wet = reverberate(send, response, loops)
    wet *= np.float32(10 ** ((mix.room_offset_db + 3.0) / 20))
    keep("room", wet)
    bus += wet
    return bus


def _tone(place: StemMix) -> list[Section]:
    sections = [low_cut(place.low_cut_hz)]
    if place.warmth_db:
        sections.append(bell(220, place.warmth_db, 0.9))
    if place.presence_db:
        sections.append(bell(3000, place.presence_db, 0.7))
    if place.air_db:
        sections.append(shelf(8000, place.air_db, high=True))
    return sections


def _place(stem: FloatArray, place: StemMix, gain: float) -> None:
    """Gain, width and equal-power balance in place."""
    middle = 0.5 * (stem[0] + stem[1])
    side = 0.5 * np.float32(place.width) * (stem[0] - stem[1])
    angle = (place.pan + 1) * np.pi / 4
    stem[0] = np.float32(gain * np.sqrt(2) * np.cos(angle)) * (middle + side)
    stem[1] = np.float32(gain * np.sqrt(2) * np.sin(angle)) * (middle - side)
