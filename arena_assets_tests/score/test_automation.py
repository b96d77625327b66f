"""Parameters that move: where they are when, what they do to the sound, and no seam in a loop."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.sequences import SEQUENCES, SequenceKind
from arena_assets.score.automation import Clock, Lane, curve, sweep
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.composer import compose
from arena_assets.score.mix import mix_stems, starting_mix
from arena_assets.score.parameters import NO_SEND_DB, MixParameters, StemMix
from arena_assets.score.synth.jit import RATE, FloatArray

WALTZ = Clock(seconds_per_beat=0.5, beats_per_bar=3)
SECONDS = 6


def lane(parameter: str, unit: str, *points: tuple[float, float]) -> Lane:
    placed = [{"at": at, "value": value} for at, value in points]
    return Lane.model_validate({"parameter": parameter, "unit": unit, "points": placed})


def noise(seed: int = 1) -> FloatArray:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((2, SECONDS * RATE), dtype=np.float32) * np.float32(0.1)


def mixed(*lanes: Lane, send_db: float = NO_SEND_DB, loops: bool = False) -> FloatArray:
    place = StemMix(low_cut_hz=20, send_db=send_db, automation=lanes)
    mix = MixParameters(stems={"pad": place}, glue_ratio=1.0)
    return mix_stems([("pad", noise())], SECONDS * RATE, mix, 1, loops, WALTZ)


def level(sound: FloatArray, begin: float, end: float) -> float:
    part = sound[:, int(begin * RATE) : int(end * RATE)]
    return float(10 * np.log10(np.square(part).mean()))


def test_bars_beats_and_seconds_name_the_same_time() -> None:
    samples = SECONDS * RATE
    found = [
        curve(lane("gain_db", unit, (0, 0), (end, -12)), samples, WALTZ, loops=False)
        for unit, end in (("bars", 2), ("beats", 6), ("seconds", 3))
    ]
    assert found[0][RATE * 3 // 2] == pytest.approx(-6)
    assert found[0][-1] == -12
    for other in found[1:]:
        assert np.allclose(found[0], other)


def test_a_gain_is_heard_where_it_stands() -> None:
    still, moving = mixed(), mixed(lane("gain_db", "bars", (1, 0), (2, -20)))
    assert level(moving, 0, 1.4) == pytest.approx(level(still, 0, 1.4), abs=0.01)
    assert level(moving, 4, 6) == pytest.approx(level(still, 4, 6) - 20, abs=0.05)


def test_a_filter_opens() -> None:
    open_, opening = mixed(), mixed(lane("high_cut_hz", "seconds", (0, 500), (4, 20_000)))
    assert level(opening, 0, 0.5) < level(open_, 0, 0.5) - 12
    assert level(opening, 4.5, 6) == pytest.approx(level(open_, 4.5, 6), abs=1)
    rising = mixed(lane("low_cut_hz", "seconds", (2, 20), (4, 8000)))
    assert level(rising, 0, 1) == pytest.approx(level(open_, 0, 1), abs=0.1)
    assert level(rising, 5, 6) < level(open_, 5, 6) - 1


@pytest.mark.parametrize("high", [True, False])
def test_a_resting_sweep_is_a_butterworth_filter(high: bool) -> None:
    time = np.arange(2 * RATE) / RATE
    for hz, expected in ((1000, -3.0), (4000, -24.1 if high else 0.0)):
        tone = np.sin(2 * np.pi * hz * time).astype(np.float32)
        sound = np.stack([tone, tone])
        sweep(sound, np.full(2 * RATE, 1000.0), high, loops=False)
        assert level(sound, 1, 2) + 3.01 == pytest.approx(expected, abs=0.5)


def test_a_send_swells_and_one_that_is_off_stays_off() -> None:
    dry, wet = mixed(), mixed(send_db=-6)
    swelling = mixed(lane("send_db", "seconds", (2, -40), (3, 0)), send_db=-6)
    late = level(swelling - dry, 5, 6)
    assert late == pytest.approx(level(wet - dry, 5, 6), abs=0.5)
    assert level(swelling - dry, 0.5, 2) < late - 15
    assert np.array_equal(dry, mixed(lane("send_db", "bars", (0, 12))))


@pytest.mark.parametrize("parameter", ["gain_db", "high_cut_hz"])
def test_a_loop_moves_on_over_its_wrap(parameter: str) -> None:
    low, high = (-12, 0) if parameter == "gain_db" else (500, 8000)
    moving = lane(parameter, "seconds", (1, low), (4, high))
    found = curve(moving, SECONDS * RATE, WALTZ, loops=True)
    assert abs(found[0] - found[-1]) < 2 * np.abs(np.diff(found)).max()
    middle = (low + high) / 2 if parameter == "gain_db" else float(np.sqrt(low * high))
    assert found[int(5.5 * RATE)] == pytest.approx(middle, rel=0.01)
    twice = np.concatenate([noise(), noise()], axis=1)
    once = noise()
    if parameter == "high_cut_hz":
        sweep(once, found, True, loops=True)
        sweep(twice, np.tile(found, 2), True, loops=False)
        assert np.allclose(once, twice[:, SECONDS * RATE :], atol=1e-5)


@pytest.mark.parametrize(
    ("parameter", "points", "words"),
    [
        ("gain_db", [(2, 0), (1, 0)], "must rise"),
        ("gain_db", [(0, 13)], "between -60 and 12"),
        ("high_cut_hz", [(0, 100)], "between 200 and 20000"),
        ("pan", [(0, 0)], "parameter"),
        ("gain_db", [], "points"),
    ],
)
def test_a_lane_that_cannot_be_is_refused(
    parameter: str, points: list[tuple[float, float]], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        lane(parameter, "bars", *points)


def test_a_parameter_has_one_lane() -> None:
    one = lane("gain_db", "bars", (0, 0))
    with pytest.raises(ValidationError, match="two lanes"):
        StemMix(automation=(one, one))


def test_a_sheet_with_levels_is_still_read() -> None:
    old = StemMix.model_validate({"levels": [{"beat": 4, "gain_db": -3}], "pan": 0.5})
    assert old.automation == (lane("gain_db", "beats", (4, -3)),)
    assert StemMix.model_validate({"levels": []}) == StemMix()


@pytest.mark.parametrize("theme", Theme)
def test_every_theme_moves_within_its_form_and_keeps_its_levels(theme: Theme) -> None:
    seen = set()
    for number, sequence in enumerate(SEQUENCES):
        color = list(ManaColor)[number]
        score = compose(
            ScoreBrief(theme=theme, mana_color=color, difficulty=3, seed=number), sequence.kind
        )
        clock = Clock(seconds_per_beat=score.seconds_per_beat, beats_per_bar=score.beats_per_bar)
        samples = sequence.seconds * RATE
        for place in starting_mix(score, theme).stems.values():
            for each in place.automation:
                seen.add((sequence.kind, each.parameter))
                found = curve(each, samples, clock, sequence.loops)
                assert np.ptp(found) > 0
                assert each.points[-1].at <= score.bars + 1
                if each.parameter == "gain_db":
                    assert np.abs(found).max() <= 4
                    assert abs(float(found.mean())) < 0.6
    assert {kind for kind, parameter in seen if parameter == "gain_db"} == set(SequenceKind)


def test_a_swell_rises_into_the_climax() -> None:
    brief = ScoreBrief(
        theme=Theme.VOLCANIC_CRATER, mana_color=ManaColor.RADIANT, difficulty=4, seed=7
    )
    score = compose(brief, SequenceKind.MAIN)
    moving = starting_mix(score, brief.theme)
    assert not any(place.automation for place in starting_mix(score).stems.values())
    pad = moving.stems["pad"].lane("gain_db")
    assert pad is not None
    clock = Clock(seconds_per_beat=score.seconds_per_beat, beats_per_bar=score.beats_per_bar)
    found = curve(pad, 30 * RATE, clock, loops=False)
    bar = int(clock.samples("bars"))
    verse, lift, climax = (score.sections[name] * bar for name in ("verse", "lift", "climax"))
    assert found[climax] > found[climax - 2 * bar] + 2
    assert found[verse + bar] < found[lift] - 1
