"""What the five tracks of an arena share: key, mode, tempo, motif and harmony, and a cast.

Another take of a track keeps the music and is told by others of the theme's orchestra, in other
lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    counter line begins. ``first`` is whether they are those of the first take.
    """

    first: bool = True

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
    """The material of a brief, the same for each of its five tracks; all but its cast and its lines
    is for all their takes."""
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
    suite = Suite(
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
        lines=Lines(),
    )
    return suite if seed == brief.seed else _told_otherwise(suite, brief.seed)


def _told_otherwise(suite: Suite, seed: int) -> Suite:
    """Another take: the same music in other lines, by others of the orchestra where it has any."""
    rng = np.random.default_rng([seed, 0x11E5])
    style, meter = suite.style, suite.meter
    metric = [name for name in GROOVES if meter in GROOVES[name]]
    lines = Lines(
        False,
        {name: _other(rng, tuple(FIGURES), name) for name in FIGURES},
        {name: _pick(rng, tuple(each for each in KIN[name] if each in metric)) for name in metric},
        frozenset(rng.choice(np.arange(meter) + 0.5, 2, replace=False).tolist()),
        int(rng.choice([0, 4])),
    )
    return replace(
        suite,
        lead=_other(rng, style.lead, suite.lead),
        soft_lead=_other(rng, style.soft_lead, suite.soft_lead),
        counter=_other(rng, style.counter, suite.counter),
        pad=_other(rng, style.pad, suite.pad),
        ostinato=_other(rng, style.ostinato, suite.ostinato),
        lines=lines,
    )


def _other(rng: np.random.Generator, choices: tuple[str, ...], one: str) -> str:
    """One of the choices that is not this one, unless there is no other."""
    return _pick(rng, tuple(each for each in choices if each != one) or choices)


def _pick(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[rng.integers(len(choices))]
