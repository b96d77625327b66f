"""What the five tracks of an arena share: key, mode, tempo, motif, harmony and cast.

Another take of a track keeps all of it and differs in its lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.composition import Motif
from arena_assets.score.motif import invent_motif
from arena_assets.score.patterns import FIGURES, GROOVES, KIN
from arena_assets.score.styles import MANA, MOOD_DRIVE, MOOD_TEXTURE, STYLES, ThemeStyle
from arena_assets.score.theory import PROGRESSIONS

_LOWEST_TONIC = 57


@dataclass(frozen=True, slots=True)
class Lines:
    """What one take of a track plays otherwise than another.

    ``figures`` and ``grooves`` name ostinatos and drum patterns that stand in for others, ``rests``
    the beats of a bar at which the ostinato is silent, ``counter`` the scale degree near which the
    counter line begins.
    """

    figures: Mapping[str, str] = field(default_factory=dict)
    grooves: Mapping[str, str] = field(default_factory=dict)
    rests: frozenset[float] = frozenset()
    counter: int = 2


@dataclass(frozen=True, slots=True)
class Suite:
    """``tonic`` is a MIDI pitch 57–68; ``drive`` 0–1 from colour, difficulty and mood."""

    style: ThemeStyle
    tonic: int
    mode: str
    tempo: float
    drive: float
    motif: Motif
    phrase: tuple[int, ...]
    answer: tuple[int, ...]
    lead: str
    soft_lead: str
    counter: str
    pad: str
    ostinato: str
    figure: str
    textures: tuple[str, ...]
    lines: Lines

    @property
    def meter(self) -> int:
        return self.style.meter


@lru_cache(maxsize=64)
def suite_for(brief: ScoreBrief) -> Suite:
    """The material of a brief, the same for each of its five tracks; all but its lines is for all
    their takes."""
    place = [list(Theme).index(brief.theme), list(ManaColor).index(brief.mana_color)]
    seed = brief.seed if brief.suite_seed is None else brief.suite_seed
    rng = np.random.default_rng([seed, 0x5C03E, *place])
    style, mana = STYLES[brief.theme], MANA[brief.mana_color]
    drive = mana.drive + 0.12 * (brief.difficulty - 3)
    drive = float(np.clip(drive + sum(MOOD_DRIVE.get(mood, 0.0) for mood in brief.moods), 0, 1))
    dark, bright = style.modes
    mode = dark if rng.random() < mana.darkness + 0.05 * (brief.difficulty - 3) else bright
    tonic_class = mana.tonics[rng.integers(len(mana.tonics))]
    openings, answers = PROGRESSIONS[mode]
    phrase = openings[rng.integers(len(openings))]
    extra = [MOOD_TEXTURE[mood] for mood in brief.moods if mood in MOOD_TEXTURE]
    return Suite(
        style=style,
        tonic=_LOWEST_TONIC + (tonic_class - _LOWEST_TONIC) % 12,
        mode=mode,
        tempo=style.tempo * (0.94 + 0.12 * drive) * float(rng.uniform(0.97, 1.03)),
        drive=drive,
        motif=invent_motif(rng, style.meter, mode, phrase[:2]),
        phrase=phrase,
        answer=answers[rng.integers(len(answers))],
        lead=_pick(rng, style.lead),
        soft_lead=_pick(rng, style.soft_lead),
        counter=_pick(rng, style.counter),
        pad=_pick(rng, style.pad),
        ostinato=_pick(rng, style.ostinato),
        figure=_pick(rng, style.figure),
        textures=tuple(dict.fromkeys((*style.textures, *extra)))[:3],
        lines=_lines(brief, style.meter),
    )


def _lines(brief: ScoreBrief, meter: int) -> Lines:
    """Those of the first take are as its form has them."""
    if brief.suite_seed in (None, brief.seed):
        return Lines()
    rng = np.random.default_rng([brief.seed, 0x11E5])
    metric = [name for name in GROOVES if meter in GROOVES[name]]
    return Lines(
        {name: _pick(rng, tuple(each for each in FIGURES if each != name)) for name in FIGURES},
        {name: _pick(rng, tuple(each for each in KIN[name] if each in metric)) for name in metric},
        frozenset(rng.choice(np.arange(meter) + 0.5, 2, replace=False).tolist()),
        int(rng.choice([0, 4])),
    )


def _pick(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[rng.integers(len(choices))]
