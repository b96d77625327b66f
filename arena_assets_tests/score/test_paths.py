"""Every parameter of a mix has a path, a unit and bounds, and can be set by it."""

from __future__ import annotations

import pytest

from arena_assets.errors import UsageFault
from arena_assets.score.composition import Part
from arena_assets.score.mix import role_mix
from arena_assets.score.parameters import Compressor, MixParameters, StemMix
from arena_assets.score.paths import changed, differences, parameters_of

MIX = role_mix({"lead": Part.LEAD, "bass": Part.BASS})


def test_every_field_of_a_mix_is_listed_with_its_bounds() -> None:
    listed = {each.path: each for each in parameters_of(MIX)}
    whole = set(MixParameters.model_fields) - {"stems"}
    stem = set(StemMix.model_fields) - {"compressor", "automation"}
    assert whole <= listed.keys()
    for name in ("lead", "bass"):
        assert {f"stems.{name}.{field}" for field in stem} <= listed.keys()
        grip = {f"stems.{name}.compressor.{field}" for field in Compressor.model_fields}
        assert grip <= listed.keys()
    lead = listed["stems.lead.offset_lu"]
    assert (lead.value, lead.unit, lead.low, lead.high) == ("1.5", "LU", -30, 12)
    assert listed["delay_beats"].unit == "beats"
    assert listed["stems.lead.automation.high_cut_hz"].value == "none"


def test_every_listed_parameter_can_be_set_to_both_its_bounds_and_not_beyond() -> None:
    for each in parameters_of(MIX):
        lane = ".automation." in each.path
        for value in (each.low, each.high):
            given = f"beats 0:{value} 4:{value}" if lane else f"{value}"
            there = {p.path: p.value for p in parameters_of(changed(MIX, {each.path: given}))}
            assert there[each.path] == (given.replace(".0", "") if lane else f"{value:g}")
        beyond = each.high + 1
        with pytest.raises(UsageFault):
            changed(MIX, {each.path: f"0:{beyond}" if lane else f"{beyond}"})


def test_a_stem_needs_no_prefix_and_several_values_go_together() -> None:
    found = changed(MIX, {"bass.warmth_db": "-2", "stems.lead.pan": "0.5", "room_seconds": "4"})
    assert (found.stems["bass"].warmth_db, found.stems["lead"].pan) == (-2, 0.5)
    assert differences(MIX, found) == {
        "room_seconds": ("2.5", "4"),
        "stems.lead.pan": ("0.06", "0.5"),
        "stems.bass.warmth_db": ("0", "-2"),
    }


def test_compressors_and_lanes_come_and_go() -> None:
    there = changed(MIX, {"bass.compressor.ratio": "4", "lead.automation.gain_db": "0:-6 8:0"})
    assert there.stems["bass"].compressor == Compressor(ratio=4)
    (lane,) = there.stems["lead"].automation
    assert (lane.unit, [(p.at, p.value) for p in lane.points]) == ("bars", [(0, -6), (8, 0)])
    gone = changed(there, {"bass.compressor.ratio": "none", "lead.automation.gain_db": "none"})
    assert gone == MIX


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("stems.bass.warmth", "stems.bass.warmth_db"),
        ("bass.warmht_db", "stems.bass.warmth_db"),
        ("stems.base.pan", "stems.bass.pan"),
        ("room_second", "room_seconds"),
        ("bass.eq.low.warmth_db", "stems.bass.warmth_db"),
        ("lead.compressor.ration", "stems.lead.compressor.ratio"),
        ("stems", "room_seconds"),
        ("", "room_seconds"),
    ],
)
def test_a_wrong_path_is_answered_with_those_near_it(path: str, near: str) -> None:
    with pytest.raises(UsageFault, match="There is no parameter") as refused:
        changed(MIX, {path: "1"})
    if path not in ("stems", ""):
        assert near in refused.value.next_step


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("lead.pan", "2", "from -1 to 1"),
        ("lead.pan", "left", "from -1 to 1"),
        ("bass.low_cut_hz", "1e9", "from 20 to 600 Hz"),
        ("lead.automation.gain_db", "loud", "in seconds, beats or bars"),
        ("lead.automation.gain_db", "4:0 2:0", "bounds"),
        ("lead.automation.gain_db", "0:1.2.3", "bounds"),
    ],
)
def test_a_wrong_value_is_answered_with_what_may_be(path: str, value: str, words: str) -> None:
    with pytest.raises(UsageFault) as refused:
        changed(MIX, {path: value})
    assert words in refused.value.next_step
