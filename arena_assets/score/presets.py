"""Presets: what a theme's place does to the mix of its music."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from arena_assets.domain.palette import Theme
from arena_assets.score.composition import Part
from arena_assets.score.parameters import Compressor, MixParameters, StemMix

_LEADS = (Part.LEAD, Part.COUNTER, Part.OSTINATO, Part.SPARKLE)
_DRUM_GLUE = Compressor(threshold_lu=2, ratio=3, attack_ms=18, release_ms=140)
_BASS_GRIP = Compressor(threshold_lu=0, ratio=2.5, attack_ms=25, release_ms=220)


@dataclass(frozen=True, slots=True)
class Preset:
    """Changes to a starting mix. Decibels are added; ``room`` multiplies the reverberation time.

    ``air_db`` and ``presence_db`` go to every pitched stem, ``delay_db`` is the leads' send into
    the delay, ``width`` multiplies that of beds; ``drums`` and ``bass`` are their compressors.
    Of the automation: ``dip_db`` is how far beds go down under the first verse, ``swell_db`` how
    far they rise into the climax, ``veil_hz`` where pads begin and open from.
    """

    air_db: float = 0.0
    presence_db: float = 0.0
    warmth_db: float = 0.0
    room: float = 1.0
    room_offset_db: float = 0.0
    room_tone_db: float = 0.0
    predelay_ms: float = 22.0
    delay_db: float = -60.0
    delay_beats: float = 0.75
    delay_feedback: float = 0.3
    width: float = 1.0
    glue_ratio: float = 1.6
    drums: Compressor | None = _DRUM_GLUE
    bass: Compressor | None = _BASS_GRIP
    dip_db: float = 1.0
    swell_db: float = 2.0
    veil_hz: float = 20_000.0
    offsets: Mapping[Part, float] = field(default_factory=dict)


PRESETS: dict[str, Preset] = {
    "plain": Preset(drums=None, bass=None),
    "cathedral": Preset(
        air_db=1.5, room=1.1, room_offset_db=1.0, predelay_ms=34, width=1.1,
        swell_db=2.5, offsets={Part.CHOIR: 1.0},
    ),
    "crystal": Preset(
        air_db=2.0, presence_db=0.5, room_offset_db=1.5, room_tone_db=2.0, predelay_ms=28,
        delay_db=-13, delay_feedback=0.4, width=1.15, veil_hz=4000,
    ),
    "open": Preset(air_db=2.0, presence_db=1.0, room=0.9, room_offset_db=-1.0, width=1.1),
    "deep": Preset(
        warmth_db=0.5, air_db=1.0, room_offset_db=1.5, room_tone_db=-2.0, delay_db=-14,
        delay_beats=1.5, delay_feedback=0.45, width=1.2, swell_db=2.5, veil_hz=1800,
    ),
    "war": Preset(
        presence_db=1.5, air_db=1.0, room=0.85, room_offset_db=-1.5, glue_ratio=2.0,
        drums=Compressor(threshold_lu=0, ratio=4, attack_ms=22, release_ms=110),
        dip_db=1.5, swell_db=2.5, offsets={Part.DRUMS: 1.0, Part.BRASS: 0.5},
    ),
    "frost": Preset(
        air_db=2.5, room_tone_db=2.5, predelay_ms=40, delay_db=-16, width=1.15, veil_hz=3500,
    ),
    "intimate": Preset(
        warmth_db=0.5, presence_db=1.0, air_db=1.5, room=0.8, room_offset_db=-2.0, dip_db=1.5,
        swell_db=1.5,
    ),
    "machine": Preset(
        presence_db=1.5, air_db=1.0, room=0.7, room_offset_db=-2.0, glue_ratio=2.0,
        delay_db=-15, delay_beats=0.5, drums=Compressor(threshold_lu=0, ratio=4, attack_ms=10),
        offsets={Part.OSTINATO: 0.5, Part.METALS: 1.5},
    ),
    "void": Preset(
        air_db=1.0, room=1.15, room_offset_db=2.0, room_tone_db=-1.0, predelay_ms=48,
        delay_db=-12, delay_beats=1.0, delay_feedback=0.5, width=1.25, swell_db=3.0, veil_hz=2200,
    ),
}  # fmt: skip
THEME_PRESETS: dict[Theme, str] = {
    Theme.ANCIENT_TEMPLE: "cathedral",
    Theme.CRYSTAL_CAVERN: "crystal",
    Theme.FLOATING_ISLAND: "open",
    Theme.UNDERWATER_RUINS: "deep",
    Theme.VOLCANIC_CRATER: "war",
    Theme.FROZEN_TUNDRA: "frost",
    Theme.MYSTICAL_FOREST: "intimate",
    Theme.DESERT_OASIS: "intimate",
    Theme.CELESTIAL_OBSERVATORY: "cathedral",
    Theme.SHADOW_REALM: "void",
    Theme.STEAMPUNK_FACTORY: "machine",
    Theme.ETHEREAL_VOID: "void",
}


def preset(mix: MixParameters, name: str, roles: Mapping[str, Part]) -> MixParameters:
    """A starting mix as a preset shapes it; ``roles`` of its stems. KeyError for no such preset."""
    chosen = PRESETS[name]
    stems = {stem: _shaped(place, roles[stem], chosen) for stem, place in mix.stems.items()}
    return mix.model_copy(
        update={
            "stems": stems,
            "room_seconds": min(8.0, max(0.3, mix.room_seconds * chosen.room)),
            "room_offset_db": mix.room_offset_db + chosen.room_offset_db,
            "room_tone_db": mix.room_tone_db + chosen.room_tone_db,
            "predelay_ms": chosen.predelay_ms,
            "delay_beats": chosen.delay_beats,
            "delay_feedback": chosen.delay_feedback,
            "glue_ratio": chosen.glue_ratio,
        }
    )


def _shaped(place: StemMix, part: Part, chosen: Preset) -> StemMix:
    changes: dict[str, object] = {"offset_lu": place.offset_lu + chosen.offsets.get(part, 0.0)}
    if part is Part.DRUMS:
        changes["compressor"] = chosen.drums
    elif part is Part.BASS:
        changes["compressor"] = chosen.bass
    elif part is not Part.TEXTURE:
        changes["air_db"] = _within(place.air_db + chosen.air_db)
        changes["presence_db"] = _within(place.presence_db + chosen.presence_db)
        changes["warmth_db"] = _within(place.warmth_db + chosen.warmth_db)
    if part in _LEADS:
        changes["delay_db"] = chosen.delay_db
    if part in (Part.PAD, Part.CHOIR, Part.TEXTURE):
        changes["width"] = min(1.5, place.width * chosen.width)
    return place.model_copy(update=changes)


def _within(decibels: float) -> float:
    return max(-9.0, min(9.0, decibels))
