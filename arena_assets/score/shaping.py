"""What a form asks of its mix: room for the first verse, a swell into the climax, a slow breath.

A preset says how far; the form says where. The gain's lanes are centred, so that a stem is as loud
on the whole as it would be unmoved, and the equal loudness all mixes start from stays.
"""

from __future__ import annotations

import numpy as np

from arena_assets.domain.sequences import SequenceKind
from arena_assets.score.automation import Lane, Point
from arena_assets.score.composition import Composition, Part
from arena_assets.score.parameters import MixParameters
from arena_assets.score.presets import Preset

_BEDS = (Part.PAD, Part.CHOIR, Part.OSTINATO)
_SWELLING = (Part.PAD, Part.CHOIR, Part.BRASS)
_BREATHING = (Part.PAD, Part.CHOIR, Part.TEXTURE)
_SEND_SHARE = 1.5
_OPEN_HZ = 16_000.0
Bars = dict[float, float]


def shaped(mix: MixParameters, score: Composition, chosen: Preset) -> MixParameters:
    """A starting mix with the automation its form asks for."""
    stems = {
        name: place.model_copy(update={"automation": _lanes(Part(name), score, chosen)})
        for name, place in mix.stems.items()
    }
    return mix.model_copy(update={"stems": stems})


def _lanes(part: Part, score: Composition, chosen: Preset) -> tuple[Lane, ...]:
    if score.kind is SequenceKind.AMBIENT:
        return _breath(part, score, chosen) if part in _BREATHING else ()
    lanes = []
    gain: Bars = {}
    climax = score.sections.get("climax")
    if part in _BEDS and {"verse", "lift"} <= score.sections.keys():
        gain |= _dip(score.sections["verse"], score.sections["lift"], chosen.dip_db)
    if part in _SWELLING and climax:
        gain |= _swell(climax, chosen.swell_db, after=max(gain, default=0.0))
        lanes.append(_lane("send_db", _swell(climax, _SEND_SHARE * chosen.swell_db)))
    if gain:
        lanes.insert(0, _lane("gain_db", _centred(gain, score.bars)))
    begin = score.sections.get("verse", climax)
    if part is Part.PAD and begin and chosen.veil_hz < _OPEN_HZ:
        lanes.append(_lane("high_cut_hz", {0.0: chosen.veil_hz, float(begin): _OPEN_HZ}))
    return tuple(lanes)


def _dip(verse: int, lift: int, decibels: float) -> Bars:
    """Lower under the first verse, for the melody, and back where it is lifted."""
    return {
        max(0.0, verse - 0.5): 0.0, verse + 0.25: -decibels, lift - 1.0: -decibels, float(lift): 0.0
    }  # fmt: skip


def _swell(climax: int, decibels: float, after: float = 0.0) -> Bars:
    """Held back for the last bars before the climax, full on it, and let go in the bar after."""
    begin = max(after + 0.5, climax - 2.0)
    if begin >= climax - 0.25:
        return {}
    return {begin: -0.5 * decibels, float(climax): 0.5 * decibels, climax + 1.0: 0.0}


def _breath(part: Part, score: Composition, chosen: Preset) -> tuple[Lane, ...]:
    """One slow wave over the loop: it opens and comes nearer in the middle, and its end is its
    beginning."""
    crest = score.bars / 2
    wave: Bars = {0.0: -0.5 * chosen.swell_db, crest: 0.5 * chosen.swell_db}
    lanes = [_lane("gain_db", _centred(wave, score.bars, loops=True))]
    if part is not Part.TEXTURE:
        away: Bars = {0.0: 0.5 * chosen.swell_db, crest: -0.5 * chosen.swell_db}
        lanes.append(_lane("send_db", away))
    if part is Part.PAD and chosen.veil_hz < _OPEN_HZ:
        lanes.append(_lane("high_cut_hz", {0.0: 2 * chosen.veil_hz, crest: _OPEN_HZ}))
    return tuple(lanes)


def _centred(points: Bars, bars: int, loops: bool = False) -> Bars:
    """The same movement about 0 dB over the whole track."""
    at, values = np.array(list(points)), np.array(list(points.values()))
    period = float(bars) if loops else None
    mean = float(
        np.interp(np.linspace(0, bars, 512, endpoint=False), at, values, period=period).mean()
    )
    return {bar: value - mean for bar, value in points.items()}


def _lane(parameter: str, points: Bars) -> Lane:
    return Lane.model_validate(
        {
            "parameter": parameter,
            "points": [
                Point(at=round(bar, 3), value=round(value, 2)) for bar, value in points.items()
            ],
        }
    )
