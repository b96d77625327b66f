"""The parameters of a mix, in the units of a mixing desk, each with its bounds."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from arena_assets.score.automation import Lane, Moving

NO_SEND_DB = -60.0
NO_HIGH_CUT_HZ = 20000.0


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Compressor(_Frozen):
    """``threshold_lu`` against the stem's own loudness; the loudness is restored afterwards."""

    threshold_lu: float = Field(0.0, ge=-24, le=24)
    ratio: float = Field(2.0, ge=1, le=20)
    attack_ms: float = Field(15.0, ge=0.5, le=200)
    release_ms: float = Field(180.0, ge=10, le=2000)


class StemMix(_Frozen):
    """How one stem sits: loudness against the others, place, tone, dynamics and distance.

    ``offset_lu`` LU from the common loudness; ``pan`` −1 left to 1 right; ``width`` 0 mono to 1.5;
    ``low_cut_hz`` and ``high_cut_hz`` (20000 none); ``warmth_db`` at 220 Hz, ``presence_db`` at
    3 kHz, ``air_db`` above 8 kHz; ``send_db`` and ``delay_db`` levels into the room and into the
    delay, −60 none; ``automation`` moves some of them over the track.
    """

    offset_lu: float = Field(0.0, ge=-30, le=12)
    pan: float = Field(0.0, ge=-1, le=1)
    width: float = Field(1.0, ge=0, le=1.5)
    low_cut_hz: float = Field(40.0, ge=20, le=600)
    high_cut_hz: float = Field(NO_HIGH_CUT_HZ, ge=500, le=NO_HIGH_CUT_HZ)
    warmth_db: float = Field(0.0, ge=-9, le=9)
    presence_db: float = Field(0.0, ge=-9, le=9)
    air_db: float = Field(0.0, ge=-9, le=9)
    compressor: Compressor | None = None
    send_db: float = Field(-12.0, ge=NO_SEND_DB, le=6)
    delay_db: float = Field(NO_SEND_DB, ge=NO_SEND_DB, le=6)
    automation: Annotated[tuple[Lane, ...], Field(max_length=5)] = ()

    @model_validator(mode="before")
    @classmethod
    def _levels_are_a_lane(cls, data: Any) -> Any:
        """Sheets that were kept earlier name the gain's lane ``levels``, in beats."""
        if not isinstance(data, dict) or "levels" not in data:
            return data
        rest = {name: value for name, value in data.items() if name != "levels"}
        if data["levels"]:
            points = [{"at": p["beat"], "value": p["gain_db"]} for p in data["levels"]]
            rest["automation"] = [{"parameter": "gain_db", "unit": "beats", "points": points}]
        return rest

    @field_validator("automation")
    @classmethod
    def _one_lane_each(cls, lanes: tuple[Lane, ...]) -> tuple[Lane, ...]:
        if len({lane.parameter for lane in lanes}) != len(lanes):
            raise ValueError("a parameter has two lanes of automation; it can have one")
        return lanes

    def lane(self, parameter: Moving) -> Lane | None:
        """The automation of a parameter, if it has one."""
        return next((lane for lane in self.automation if lane.parameter == parameter), None)


class MixParameters(_Frozen):
    """A whole mix. ``room_seconds`` to −60 dB, ``predelay_ms``, ``room_tone_db`` tilts its treble;
    ``room_offset_db`` is the room's return; ``delay_beats`` between echoes, each
    ``delay_feedback`` of the one before, ``delay_damp_hz`` takes their treble; ``glue_ratio`` and
    ``glue_threshold_db`` (against the mix's own loudness) set the bus compression."""

    stems: dict[str, StemMix]
    room_seconds: float = Field(2.5, ge=0.3, le=8)
    predelay_ms: float = Field(22.0, ge=0, le=120)
    room_tone_db: float = Field(0.0, ge=-9, le=9)
    room_offset_db: float = Field(0.0, ge=-24, le=12)
    delay_beats: float = Field(0.75, ge=0.125, le=8)
    delay_feedback: float = Field(0.35, ge=0, le=0.9)
    delay_damp_hz: float = Field(3500.0, ge=500, le=NO_HIGH_CUT_HZ)
    glue_ratio: float = Field(1.6, ge=1, le=4)
    glue_threshold_db: float = Field(0.0, ge=-12, le=12)

    @model_validator(mode="after")
    def _has_stems(self) -> Self:
        if not self.stems:
            raise ValueError("a mix needs at least one stem")
        return self
