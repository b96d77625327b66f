"""A tournament of mixes: evolved on paper, the finalists rendered and compared in blind pairs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from arena_assets.score.automation import Clock
from arena_assets.score.balance import Levels, band_energies
from arena_assets.score.evolve import Estimate, applied, evolve
from arena_assets.score.hearing import hear
from arena_assets.score.judge import faults
from arena_assets.score.loudness import loudness
from arena_assets.score.mix import mix_stems
from arena_assets.score.parameters import MixParameters
from arena_assets.score.ratings import Contest, Duel, standings
from arena_assets.score.synth.jit import RATE, FloatArray

ALIKE_DB = -45.0
"""Two mixes whose difference lies this far below them are the same to a listener."""
_GENERATIONS = 25
_FARTHEST = 4.0


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rules(_Frozen):
    """``rounds`` of evolution, each from the best so far; ``population`` of a generation;
    ``finalists`` rendered in each round."""

    rounds: Annotated[int, Field(ge=1, le=20)] = 2
    population: Annotated[int, Field(ge=4, le=200)] = 16
    finalists: Annotated[int, Field(ge=1, le=12)] = 3


class Candidate(_Frozen):
    """One mix: its round and parent (None for the start), what the judge found, the hash of it."""

    number: int
    round: int
    parent: int | None
    parameters: MixParameters
    points: float
    faults: dict[str, float]
    sound: str


class Vote(_Frozen):
    """``better`` and ``worse`` by number; ``by`` the judge or a person's name."""

    better: int
    worse: int
    by: str


class Pair(_Frozen):
    """Two candidates in an order that tells nothing; ``difference_db`` of their difference."""

    a: int
    b: int
    difference_db: float


class Tournament(_Frozen):
    """All that happened, the start as candidate 0."""

    rules: Rules
    candidates: tuple[Candidate, ...]
    pairs: tuple[Pair, ...]
    votes: tuple[Vote, ...]

    def winner(self, more: Iterable[Vote] = ()) -> int:
        """The best by the votes. With the judge's alone it is whom the judge finds best, the start
        when nobody beats it; people's votes count after the judge's, and three times."""
        people = [*more, *(vote for vote in self.votes if vote.by != "judge")]
        if not people:
            return max(self.candidates, key=lambda c: (c.points, -c.number)).number
        duels = [Duel(v.better, v.worse, v.by) for v in (*self.votes, *people)]
        return standings(len(self.candidates), duels)[0].candidate


Stems = Callable[[], Iterable[tuple[str, FloatArray]]]


def hold(
    stems: Stems, samples: int, start: MixParameters, rules: Rules, *, seed: int, loops: bool,
    clock: Clock, check_cancelled: Callable[[], None], at_once: int = 1,
) -> Tournament:  # fmt: skip
    """Evolve mixes of some stems and find the best by the judge.

    ``stems`` is called anew for every mix that is rendered. The offsets of the start are
    the judge's idea of levels. Candidates that sound like one before them are left out.
    """
    offsets = {name: place.offset_lu for name, place in start.stems.items()}
    found: list[Candidate] = []
    sounds: list[FloatArray] = []
    estimates: list[Estimate] = []
    gaps: dict[tuple[int, int], float] = {}

    def render(mix: MixParameters, turn: int, parent: int | None) -> None:
        check_cancelled()
        energies: dict[str, Levels] = {}
        lufs: dict[str, float] = {}

        def listen(name: str, stem: FloatArray) -> None:
            energies[name], lufs[name] = band_energies(stem), loudness(stem)

        bus = mix_stems(
            stems(), samples, mix, seed, loops, clock, at_once, listen
        )  # fmt: skip
        bus *= np.float32(10 ** ((-20.0 - loudness(bus)) / 20))
        short = _excerpt(bus)
        apart = {other: difference_db(short, sound) for other, sound in enumerate(sounds)}
        if any(gap < ALIKE_DB for gap in apart.values()):
            return
        against = faults(hear(bus, loops, energies, lufs), offsets)
        number = len(found)
        found.append(
            Candidate(
                number=number,
                round=turn,
                parent=parent,
                parameters=mix,
                points=round(100 - sum(against.values()), 3),
                faults={term: round(points, 3) for term, points in against.items()},
                sound=hashlib.sha256(bus.tobytes()).hexdigest(),
            )
        )
        gaps.update({(other, number): round(gap, 1) for other, gap in apart.items()})
        sounds.append(short)
        estimates.append(Estimate.of(energies))

    render(start, 0, None)
    for turn in range(1, rules.rounds + 1):
        best = max(found, key=lambda each: (each.points, -each.number))
        estimate = estimates[best.number]
        moves = evolve(
            estimate, np.zeros(estimate.size), rules.population, _GENERATIONS, seed % 2**31 + turn
        )  # fmt: skip
        for each in moves[: rules.finalists]:
            mix = _within(applied(best.parameters, estimate, each), start)
            render(mix, turn, best.number)
    contest = Contest(len(found), lambda a, b: found[a].points >= found[b].points, extra=len(found))
    contest.run()
    votes = tuple(Vote(better=d.better, worse=d.worse, by=d.by) for d in contest.duels)
    return Tournament(
        rules=rules, candidates=tuple(found), pairs=_pairs(found, gaps), votes=votes
    )  # fmt: skip


def difference_db(first: FloatArray, second: FloatArray) -> float:
    """The level of what two sounds of equal loudness don't share, against the first."""
    apart = float(np.square(first - second).mean())
    return float(10 * np.log10(apart / (float(np.square(first).mean()) + 1e-12) + 1e-12))


def _excerpt(bus: FloatArray) -> FloatArray:
    """Every fourth second, to compare by."""
    seconds = bus.shape[1] // RATE
    return np.concatenate(
        [bus[:, at * RATE : (at + 1) * RATE] for at in range(0, max(1, seconds), 4)], axis=1
    )


def _within(mix: MixParameters, start: MixParameters) -> MixParameters:
    """A mix whose moves over all rounds together stay small: 4 LU and 4 dB from the start."""
    stems = {}
    for name, place in mix.stems.items():
        first = start.stems[name]
        changes = {}
        for field in ("offset_lu", "warmth_db", "presence_db", "air_db"):
            middle = getattr(first, field)
            changes[field] = min(max(getattr(place, field), middle - _FARTHEST), middle + _FARTHEST)
        stems[name] = place.model_copy(update=changes)
    return mix.model_copy(update={"stems": stems})


def _pairs(
    found: list[Candidate], gaps: Mapping[tuple[int, int], float]
) -> tuple[Pair, ...]:  # fmt: skip
    """The best candidates against each other; who is ``a`` is told by their sounds' hashes."""
    best = sorted(found, key=lambda each: -each.points)[:4]
    made = []
    for one, two in combinations(best, 2):
        first, second = sorted((one, two), key=lambda each: each.sound)
        apart = gaps[min(one.number, two.number), max(one.number, two.number)]
        made.append(Pair(a=first.number, b=second.number, difference_db=apart))
    return tuple(made)
