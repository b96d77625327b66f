"""Small bounded moves from a mix, searched on band energies: a candidate costs microseconds.

The search is CMA-ES (Hansen and Ostermeier 2001) by the ``cma`` package. Fitness is the part of the
judge that band energies tell, balance and masking, and a price on every move: equal loudness plus
offsets by role is a better guess than any spectral target, so a move must earn its place.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena_assets.score.balance import CENTRES, Levels, distance_to_target
from arena_assets.score.judge import masked_share
from arena_assets.score.loudness import k_weight_db
from arena_assets.score.parameters import MixParameters

Moves = npt.NDArray[np.float64]
MOST_LU, MOST_TONE_DB = 2.5, 3.0
"""How far a stem's level, and its warmth, presence and air, may be moved in all."""
_PER_STEM = 4
_PRICE = 0.6
_SPREAD = 0.35


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of a mix's stems before any is rendered again: energies (stems, 27) as they
    stand in the starting mix."""

    names: tuple[str, ...]
    energies: Levels

    @classmethod
    def of(cls, energies: Mapping[str, Levels]) -> Estimate:
        return cls(tuple(energies), np.stack(list(energies.values())))

    @property
    def size(self) -> int:
        return _PER_STEM * len(self.names)

    def fitness(self, moves: Moves) -> float:
        """Points against the mix that some moves (each −1 to 1) would make; lower is better."""
        energies = self.moved(moves)
        price = _PRICE * float(np.square(moves).sum()) / len(self.names)
        found = 2.0 * distance_to_target(energies.sum(axis=0)) + 12.0 * masked_share(energies)
        return found + price

    def moved(self, moves: Moves) -> Levels:
        """Energies (stems, 27) after moves; tone changes no stem's K-weighted loudness."""
        table = np.clip(moves, -1, 1).reshape(len(self.names), _PER_STEM)
        gain = table[:, :1] * MOST_LU
        tone = MOST_TONE_DB * table[:, 1:] @ _SHAPES
        shaped = self.energies * 10 ** (tone / 10)
        before = (self.energies * _WEIGHT).sum(axis=1, keepdims=True)
        after = (shaped * _WEIGHT).sum(axis=1, keepdims=True)
        return np.asarray(shaped * before / np.maximum(after, 1e-20) * 10 ** (gain / 10))


def _shapes() -> Levels:
    """How far each band is moved by a decibel of warmth, presence and air: (3, 27)."""
    octaves = np.log2(CENTRES)
    warmth = np.exp(-0.5 * ((octaves - np.log2(220)) / 0.75) ** 2)
    presence = np.exp(-0.5 * ((octaves - np.log2(3000)) / 0.95) ** 2)
    air = 1 / (1 + (8000 / CENTRES) ** 3)
    return np.stack([warmth, presence, air])


_SHAPES = _shapes()
_WEIGHT = 10 ** (k_weight_db(CENTRES) / 10)


def evolve(
    estimate: Estimate, start: Moves, population: int, rounds: int, seed: int
) -> list[Moves]:
    """``population`` different moves, the most promising first, after ``rounds`` generations from
    ``start``. Equal arguments give equal moves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of plots, which nobody wants here
        import cma
    rng = np.random.default_rng(seed)
    search = cma.CMAEvolutionStrategy(
        start,
        _SPREAD,
        {
            "bounds": [-1, 1], "popsize": max(4, population), "verbose": -9, "seed": np.nan,
            "randn": lambda *shape: rng.standard_normal(shape),
        },
    )  # fmt: skip
    seen: list[tuple[float, Moves]] = []
    for _ in range(rounds):
        asked = [np.asarray(each) for each in search.ask()]
        found = [estimate.fitness(each) for each in asked]
        search.tell(asked, found)
        seen.extend(zip(found, asked, strict=True))
    seen.sort(key=lambda item: item[0])
    return _different([moves for _, moves in seen], population)


def _different(moves: list[Moves], wanted: int) -> list[Moves]:
    """The first ``wanted`` that differ from all before them by more than a tenth of a move."""
    chosen: list[Moves] = []
    for each in moves:
        if all(float(np.abs(each - other).max()) > 0.1 for other in chosen):
            chosen.append(each)
        if len(chosen) == wanted:
            break
    return chosen


def applied(mix: MixParameters, estimate: Estimate, moves: Moves) -> MixParameters:
    """A mix with moves made on it, within the bounds of its parameters."""
    table = np.clip(moves, -1, 1).reshape(len(estimate.names), _PER_STEM)
    stems = dict(mix.stems)
    for name, (gain, *tones) in zip(estimate.names, table.tolist(), strict=True):
        place = stems[name]
        changes = {"offset_lu": max(-30.0, min(12.0, place.offset_lu + MOST_LU * gain))}
        for field, tone in zip(("warmth_db", "presence_db", "air_db"), tones, strict=True):
            moved = getattr(place, field) + MOST_TONE_DB * tone
            changes[field] = max(-9.0, min(9.0, moved))
        rounded = {field: round(value, 3) for field, value in changes.items()}
        stems[name] = place.model_copy(update=rounded)
    return mix.model_copy(update={"stems": stems})
