"""Comparisons in pairs find the best; Elo's arithmetic."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena_assets.score.ratings import Contest, Duel, elo, expected, standings

RATING = st.floats(min_value=0, max_value=4000)


@pytest.mark.parametrize("size", [2, 5, 8, 12])
def test_a_consistent_judge_finds_the_planted_best(size: int) -> None:
    found = 0
    for run in range(200):
        rng = random.Random(run)  # noqa: S311
        quality = rng.sample(range(1000), size)
        best = quality.index(max(quality))
        contest = Contest(size, lambda a, b, q=quality: q[a] > q[b], extra=3)  # type: ignore[misc]
        found += contest.run()[0].candidate == best
    assert found >= 190


def test_a_judge_that_errs_one_time_in_ten_mostly_finds_it() -> None:
    found = 0
    for run in range(200):
        rng = random.Random(run)  # noqa: S311
        quality = rng.sample(range(1000), 6)

        def prefers(a: int, b: int, q: list[int] = quality, dice: random.Random = rng) -> bool:
            return (q[a] > q[b]) is (dice.random() > 0.1)

        found += Contest(6, prefers, extra=9).run()[0].candidate == quality.index(max(quality))
    assert found >= 120


@given(RATING, RATING)
def test_elo_gives_what_it_takes(winner: float, loser: float) -> None:
    after = elo(winner, loser)
    assert sum(after) == pytest.approx(winner + loser)
    assert after[0] >= winner
    assert after[1] <= loser
    assert expected(winner, loser) + expected(loser, winner) == pytest.approx(1)


@given(RATING, st.floats(min_value=1, max_value=1000))
def test_beating_the_stronger_earns_more(own: float, gap: float) -> None:
    assert elo(own, own + gap)[0] >= elo(own, own - gap)[0]


def test_a_persons_vote_outweighs_the_judge() -> None:
    judged = [Duel(0, 1), Duel(0, 2), Duel(1, 2)]
    assert standings(3, judged)[0].candidate == 0
    voted = [*judged, Duel(1, 0, "ada"), Duel(1, 2, "ada")]
    assert standings(3, voted)[0].candidate == 1
