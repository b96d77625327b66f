"""Who is best of N by comparisons in pairs: openskill's ratings, and Elo beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from openskill.models import PlackettLuce

_MODEL = PlackettLuce()
ELO_START, _ELO_STEP, _ELO_SCALE = 1500.0, 32.0, 400.0


@dataclass(frozen=True, slots=True)
class Duel:
    """``better`` and ``worse`` are candidates' numbers; ``by`` the judge or a person."""

    better: int
    worse: int
    by: str = "judge"


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate after all duels: openskill's mean and deviation, and Elo."""

    candidate: int
    mu: float
    sigma: float
    elo: float
    duels: int
    lost: int


def standings(candidates: int, duels: Iterable[Duel]) -> list[Standing]:
    """The best first. A person's duel counts after the judge's, and three times."""
    ratings = [_MODEL.rating() for _ in range(candidates)]
    elos = [ELO_START] * candidates
    played, lost = [0] * candidates, [0] * candidates
    ordered = sorted(duels, key=lambda duel: duel.by != "judge")
    for duel in ordered:
        for _ in range(1 if duel.by == "judge" else 3):
            pair = [[ratings[duel.better]], [ratings[duel.worse]]]
            (winner,), (loser,) = _MODEL.rate(pair)
            ratings[duel.better], ratings[duel.worse] = winner, loser
            elos[duel.better], elos[duel.worse] = elo(elos[duel.better], elos[duel.worse])
        for each in (duel.better, duel.worse):
            played[each] += 1
        lost[duel.worse] += 1
    found = [
        Standing(each, ratings[each].mu, ratings[each].sigma, elos[each], played[each], lost[each])
        for each in range(candidates)
    ]
    return sorted(found, key=lambda each: (-each.mu, each.candidate))


def expected(own: float, other: float) -> float:
    """The chance of winning, 0–1 (Elo 1978)."""
    return float(1.0 / (1.0 + 10.0 ** ((other - own) / _ELO_SCALE)))


def elo(winner: float, loser: float) -> tuple[float, float]:
    """Both ratings after a duel; their sum stays."""
    change = _ELO_STEP * (1.0 - expected(winner, loser))
    return winner + change, loser - change


@dataclass(slots=True)
class Contest:
    """Duels until the best of N has met enough of the others.

    The leader meets whoever it has not met, the strongest first; whoever beats it leads. So with a
    judge that never contradicts itself N − 1 duels find the best; ``extra`` more, the closest pairs
    by rating, make up for one that does.
    """

    candidates: int
    prefers: Callable[[int, int], bool]
    extra: int = 0
    duels: list[Duel] = field(default_factory=list)

    def run(self) -> list[Standing]:
        """Hold the duels; the standings, best first."""
        leader = 0
        for other in range(1, self.candidates):
            self._hold(leader, other)
            leader = self.duels[-1].better
        for _ in range(self.extra):
            pair = self._closest()
            if pair is None:
                break
            self._hold(*pair)
        table = standings(self.candidates, self.duels)
        unbeaten = [each for each in table if not each.lost]
        if len(unbeaten) == 1:  # it has beaten, if not met, all others
            table = [unbeaten[0], *(each for each in table if each is not unbeaten[0])]
        return table

    def _hold(self, first: int, second: int) -> None:
        wins = self.prefers(first, second)
        self.duels.append(Duel(first, second) if wins else Duel(second, first))

    def _closest(self) -> tuple[int, int] | None:
        met = {frozenset((duel.better, duel.worse)) for duel in self.duels}
        table = standings(self.candidates, self.duels)
        pairs = [
            (abs(a.mu - b.mu) + table.index(a), a.candidate, b.candidate)
            for at, a in enumerate(table)
            for b in table[at + 1 :]
            if frozenset((a.candidate, b.candidate)) not in met
        ]
        return min(pairs)[1:] if pairs else None
