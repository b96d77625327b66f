"""The judge prefers what was not damaged, and evolution never leaves a mix worse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from arena_assets.domain.sequences import SequenceKind
from arena_assets.score import judge
from arena_assets.score.balance import Levels, band_energies
from arena_assets.score.deliver import read_stems
from arena_assets.score.hearing import Heard, hear, loudness_range
from arena_assets.score.loudness import loudness
from arena_assets.score.mix import mix_stems
from arena_assets.score.parameters import MixParameters
from arena_assets.score.render import MixSheet, TrackFiles
from arena_assets.score.synth.jit import RATE, FloatArray
from arena_assets.score.tournament import Rules, difference_db, hold
from arena_assets_tests.score.damages import DAMAGES, misaligned

Tracks = dict[SequenceKind, TrackFiles]
SHORT = (SequenceKind.HAZARD, SequenceKind.VICTORY, SequenceKind.INTRO)


@dataclass(frozen=True, slots=True)
class Desk:
    """The stems of a track and its good mix."""

    made: TrackFiles
    sheet: MixSheet

    @property
    def offsets(self) -> dict[str, float]:
        return {name: stem.offset_lu for name, stem in self.sheet.parameters.stems.items()}

    def stems(self) -> Iterator[tuple[str, FloatArray]]:
        return read_stems(self.made.files["stems"])

    def mix(self, parameters: MixParameters | None = None) -> tuple[FloatArray, Heard]:
        energies: dict[str, Levels] = {}
        lufs: dict[str, float] = {}

        def listen(name: str, stem: FloatArray) -> None:
            energies[name], lufs[name] = band_energies(stem), loudness(stem)

        bus = mix_stems(
            self.stems(), self.sheet.seconds * RATE, parameters or self.sheet.parameters,
            self.sheet.seed, self.sheet.loops, self.sheet.clock, listen=listen,
        )  # fmt: skip
        return bus, hear(bus, self.sheet.loops, energies, lufs)

    def score(self, heard: Heard) -> float:
        return judge.score(heard, self.offsets)


def desk(tracks: Tracks, kind: SequenceKind) -> Desk:
    made = tracks[kind]
    return Desk(made, MixSheet.model_validate_json(made.files["mix"].read_text()))


def test_the_judge_prefers_the_undamaged(tracks: Tracks) -> None:
    """Whole-mix damages on four tracks, every stem 9 dB up and down on one, a misaligned loop."""
    pairs: dict[str, bool] = {}
    for kind in (*SHORT, SequenceKind.AMBIENT):
        good = desk(tracks, kind)
        bus, heard = good.mix()
        whole = good.score(heard)
        stems = (heard.stem_energies, heard.stem_lufs)
        for name, damage in DAMAGES.items():
            spoilt = hear(damage(bus.copy()), good.sheet.loops, *stems)
            pairs[f"{kind} {name}"] = whole > good.score(spoilt)
        if good.sheet.loops:
            spoilt = hear(misaligned(bus.copy()), True, *stems)
            pairs[f"{kind} misaligned"] = whole > good.score(spoilt)
        if kind is SequenceKind.HAZARD:
            for name in heard.stem_lufs:
                for gain in (9.0, -9.0):
                    _, spoilt = good.mix(moved(good.sheet.parameters, name, gain))
                    pairs[f"{kind} {name} {gain:+}"] = whole > good.score(spoilt)
    assert len(pairs) >= 45
    wrong = [name for name, right in pairs.items() if not right]
    assert len(wrong) <= 0.05 * len(pairs), wrong


def moved(mix: MixParameters, name: str, gain: float) -> MixParameters:
    stems = dict(mix.stems)
    stems[name] = stems[name].model_copy(update={"offset_lu": stems[name].offset_lu + gain})
    return mix.model_copy(update={"stems": stems})


def test_evolution_never_makes_the_start_worse_and_keeps_its_lineage(tracks: Tracks) -> None:
    for kind in SHORT:
        at = desk(tracks, kind)
        held = hold(
            at.stems, at.sheet.seconds * RATE, at.sheet.parameters,
            Rules(rounds=2, population=6, finalists=2), seed=3, loops=False,
            clock=at.sheet.clock, check_cancelled=lambda: None,
        )  # fmt: skip
        winner = held.candidates[held.winner()]
        assert winner.points >= held.candidates[0].points
        _, again = at.mix(winner.parameters)
        assert at.score(again) == pytest.approx(winner.points, abs=1.5)
        assert held.candidates[0].parent is None
        for each in held.candidates[1:]:
            assert each.parent is not None
            assert held.candidates[each.parent].round < each.round
        sounds = {candidate.number: candidate.sound for candidate in held.candidates}
        assert len(set(sounds.values())) == len(sounds)
        assert held.pairs
        for pair in held.pairs:
            assert sounds[pair.a] != sounds[pair.b]
            assert pair.difference_db > -45


def test_the_difference_of_a_sound_to_itself_is_nothing() -> None:
    sound = np.random.default_rng(1).standard_normal((2, RATE), dtype=np.float32)
    assert difference_db(sound, sound) < -100
    assert difference_db(sound, -sound) == pytest.approx(6.0, abs=0.1)


def test_loudness_range_reads_the_reference() -> None:
    """EBU Tech 3342, case 1: 20 s of a tone at −20 dBFS, 20 s at −30: 10 LU."""
    time = np.arange(20 * RATE) / RATE
    tone = np.sin(2 * np.pi * 1000 * time)
    mono = np.concatenate([10 ** (-20 / 20) * tone, 10 ** (-30 / 20) * tone]).astype(np.float32)
    assert loudness_range(np.stack([mono, mono])) == pytest.approx(10, abs=1)


def test_every_term_names_its_source() -> None:
    assert set(judge.TERMS) == set(judge.faults(hear(noise(), loops=False)))


def noise() -> FloatArray:
    return np.random.default_rng(2).standard_normal((2, 2 * RATE), dtype=np.float32) * np.float32(
        0.1
    )
