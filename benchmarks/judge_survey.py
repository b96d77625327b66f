"""Does the judge know good mixes of fresh arenas from the same mixes damaged in named ways?

``python -m benchmarks.judge_survey --arenas 12``; prints a table and one JSON object last. Ends
with 1 when fewer than 95 % of the pairs are told right, or when evolution leaves any mix worse than
it began. Damages to a stem are made on the hazard track, whose mixes cost least. What is listed
under "beyond the judge" has no term of its own; it is shown, not counted.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from pathlib import Path

import numpy as np
import scipy.signal

from arena_assets.domain.sequences import SEQUENCES, SequenceKind
from arena_assets.score import judge
from arena_assets.score.balance import Levels, band_energies
from arena_assets.score.composer import compose
from arena_assets.score.deliver import StemArchive, read_stems
from arena_assets.score.hearing import Heard, hear
from arena_assets.score.loudness import loudness
from arena_assets.score.mix import mix_stems
from arena_assets.score.parameters import MixParameters
from arena_assets.score.perform import play
from arena_assets.score.render import MixSheet, sheet_for
from arena_assets.score.synth.jit import RATE, FloatArray
from arena_assets.score.tournament import Rules, hold
from arena_assets_tests.score.damages import DAMAGES, misaligned
from benchmarks.soundtrack_survey import random_brief

ENOUGH = 0.95
_TOO_FAR_LU = 9.0
_EVOLVED = (SequenceKind.HAZARD, SequenceKind.VICTORY, SequenceKind.INTRO)
Change = Callable[[str, FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One arena: points lost by each damage, by name; what evolution and automation gained."""

    lost: list[tuple[str, float]] = field(default_factory=list)
    beyond: list[tuple[str, float]] = field(default_factory=list)
    evolved: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Good:
    """Stems and their good mix."""

    stems: Path
    sheet: MixSheet

    def heard(self, mix: MixParameters, change: Change | None = None) -> tuple[FloatArray, Heard]:
        energies: dict[str, Levels] = {}
        lufs: dict[str, float] = {}

        def listen(name: str, stem: FloatArray) -> None:
            energies[name], lufs[name] = band_energies(stem), loudness(stem)

        bus = mix_stems(
            self._played(change), self.sheet.seconds * RATE, mix, self.sheet.seed,
            self.sheet.loops, self.sheet.clock, listen=listen,
        )  # fmt: skip
        return bus, hear(bus, self.sheet.loops, energies, lufs)

    def _played(self, change: Change | None) -> Iterator[tuple[str, FloatArray]]:
        for name, stem in read_stems(self.stems):
            yield name, stem if change is None else change(name, stem)

    def points(self, heard: Heard) -> float:
        stems = self.sheet.parameters.stems
        return judge.score(heard, {name: place.offset_lu for name, place in stems.items()})


def compare(arena: int, seed: int, folder: Path) -> Verdicts:
    """One arena's five tracks, good and damaged."""
    brief = random_brief(arena, seed)
    found = Verdicts()
    for sequence in SEQUENCES:
        score = compose(brief, sequence.kind)
        path = folder / f"{arena}_{sequence.slot}.zip"
        with StemArchive(path) as archive:
            for part, stem in play(score, brief.seed, "draft", lambda: None):
                archive.add(part.value, stem)
        good = Good(path, sheet_for(score, brief))
        start = good.sheet.parameters
        bus, heard = good.heard(start)
        points = good.points(heard)
        found.moved.append(points - good.points(good.heard(_still(start))[1]))
        stems = heard.stem_energies, heard.stem_lufs
        for name, damage in DAMAGES.items():
            spoilt = hear(damage(bus.copy()), sequence.loops, *stems)
            found.lost.append((name, points - good.points(spoilt)))
        if sequence.loops:
            spoilt = hear(misaligned(bus.copy()), True, *stems)
            found.lost.append(("misaligned loop", points - good.points(spoilt)))
        if sequence.kind is SequenceKind.HAZARD:
            for name in heard.stem_lufs:
                for word, gain in (("too loud", _TOO_FAR_LU), ("buried", -_TOO_FAR_LU)):
                    _, spoilt = good.heard(_louder(start, name, gain))
                    found.lost.append((f"a stem {word}", points - good.points(spoilt)))
            drowned = start.model_copy(update={"room_offset_db": 12.0, "room_seconds": 8.0})
            found.beyond.append(
                ("drowned in the room", points - good.points(good.heard(drowned)[1]))
            )
            for word, change in (("out of tune", detuned), ("out of time", late)):
                _, spoilt = good.heard(start, partial(change, max(heard.stem_lufs)))
                found.beyond.append((f"a stem {word}", points - good.points(spoilt)))
        if sequence.kind in _EVOLVED:
            held = hold(
                lambda path=path: read_stems(path), sequence.seconds * RATE, start,
                Rules(rounds=2, population=8, finalists=2), seed=brief.seed,
                loops=sequence.loops, clock=good.sheet.clock, check_cancelled=lambda: None,
            )  # fmt: skip
            best = held.candidates[held.winner()].parameters
            again = good.points(good.heard(best)[1])
            found.evolved.append(again - points)
        path.unlink()
    return found


def detuned(which: str, name: str, stem: FloatArray) -> FloatArray:
    """One stem half a semitone flat."""
    if name != which:
        return stem
    drawn = scipy.signal.resample_poly(stem, 103, 100, axis=1)[:, : stem.shape[1]]
    return np.ascontiguousarray(drawn, dtype=np.float32)


def late(which: str, name: str, stem: FloatArray) -> FloatArray:
    """One stem a tenth of a second behind the others."""
    return np.roll(stem, RATE // 10, axis=1) if name == which else stem


def _still(mix: MixParameters) -> MixParameters:
    stems = {n: place.model_copy(update={"automation": ()}) for n, place in mix.stems.items()}
    return mix.model_copy(update={"stems": stems})


def _louder(mix: MixParameters, name: str, gain: float) -> MixParameters:
    place = mix.stems[name]
    moved = place.model_copy(update={"offset_lu": place.offset_lu + gain})
    return mix.model_copy(update={"stems": {**mix.stems, name: moved}})


def agreement(pairs: list[tuple[str, float]]) -> dict[str, dict[str, float]]:
    """By damage: pairs, the share told right, points lost in the middle and at the least."""
    by_name: defaultdict[str, list[float]] = defaultdict(list)
    for name, lost in pairs:
        by_name[name].append(lost)
    return {
        name: {
            "pairs": len(lost),
            "right": float(np.mean([each > 0 for each in lost])),
            "points_median": float(np.median(lost)),
            "points_least": min(lost),
        }
        for name, lost in by_name.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arenas", type=int, default=12)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(options.processes) as pool:
        arenas = range(options.arenas)
        told = list(pool.map(compare, arenas, repeat(options.seed), repeat(Path(folder))))
    pairs = [pair for each in told for pair in each.lost]
    counted = agreement(pairs)
    beyond = agreement([pair for each in told for pair in each.beyond])
    print(f"{'damage':24}{'pairs':>7}{'right':>9}{'median':>9}{'least':>9}   points lost")
    for title, rows in (("", counted), ("beyond the judge:", beyond)):
        if title:
            print(title)
        for name, row in rows.items():
            print(
                f"{name:24}{row['pairs']:7.0f}{row['right']:9.1%}"
                f"{row['points_median']:9.2f}{row['points_least']:9.2f}"
            )
    right = sum(lost > 0 for _, lost in pairs) / len(pairs)
    evolved = [gain for each in told for gain in each.evolved]
    moved = [gain for each in told for gain in each.moved]
    worse = sum(gain < 0 for gain in evolved)
    print(f"{right:.2%} of {len(pairs)} pairs told right; at least {ENOUGH:.0%} are asked for")
    print(
        f"evolution: {worse} of {len(evolved)} mixes left worse; gained {np.median(evolved):.2f} "
        f"points in the middle, {min(evolved):.2f} at the least"
    )
    print(
        f"automation of the start: {np.median(moved):+.2f} points in the middle, "
        f"{min(moved):+.2f} at the least"
    )
    result = {
        "arenas": options.arenas, "pairs": len(pairs), "right": right, "damages": counted,
        "beyond": beyond, "evolved": len(evolved), "left_worse": worse,
        "evolution_gain_median": float(np.median(evolved)),
        "automation_median": float(np.median(moved)), "automation_least": min(moved),
    }  # fmt: skip
    print(json.dumps(result))
    return 1 if right < ENOUGH or worse else 0


if __name__ == "__main__":
    raise SystemExit(main())
