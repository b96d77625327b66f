"""How loud tracks are is a choice by their use: in the key, in the master and in the check."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.sequences import (
    LOUDNESS_LUFS,
    LOUDNESS_RANGE_LUFS,
    SequenceKind,
    sequence_by_kind,
)
from arena_assets.inspect.sound import check_track
from arena_assets.providers.elevenlabs.composer import ElevenComposer
from arena_assets.providers.elevenlabs.options import ElevenOptions
from arena_assets.providers.embedded.music import EmbeddedComposer
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.master import Target
from arena_assets.score.render import MixSheet, remix_track, render_track
from arena_assets.settings import Settings
from arena_assets.store.mixes import KeptMix
from arena_assets.workshop.makers import makers_for
from arena_assets.workshop.mixes import mix_recipe
from arena_assets_tests.outlines import METADATA, OUTLINE

HAZARD, VICTORY = SequenceKind.HAZARD, SequenceKind.VICTORY


def from_environment(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in given.items():
        monkeypatch.setenv(f"ARENA_{name}", value)
    return Settings(_env_file=None)


def test_each_use_has_its_own_setting_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = dict(from_environment(monkeypatch, LUFS_AMBIENT="-23").loudness)
    assert chosen.pop(SequenceKind.AMBIENT) == -23
    assert set(chosen.values()) == {LOUDNESS_LUFS}


@pytest.mark.parametrize("value", ["-31.1", "-10.9", "0", "nan", "16"])
def test_what_no_master_can_have_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    with pytest.raises(ValidationError, match="LUFS is out of reach: a track can have -31 to -11"):
        from_environment(monkeypatch, LUFS_MAIN=value)


@pytest.mark.parametrize(("name", "value"), [("MIX_ROUNDS", "0"), ("MIX_POPULATION", "3")])
def test_tournaments_have_bounds(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        from_environment(monkeypatch, **{name: value})


def test_the_embedded_makers_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    composer = makers_for(from_environment(monkeypatch, LUFS_HAZARD="-12")).composer
    assert isinstance(composer, EmbeddedComposer)
    assert composer.loudness[HAZARD] == -12


def test_a_loudness_changes_the_key_of_its_own_track_alone() -> None:
    key = SecretStr("x" * 32)
    for usual, other in (
        (EmbeddedComposer("draft"), EmbeddedComposer("draft", {HAZARD: -12.0})),
        (
            ElevenComposer(ElevenOptions(key)),
            ElevenComposer(ElevenOptions(key, loudness={HAZARD: -12.0})),
        ),
    ):
        for kind in (HAZARD, VICTORY):
            keys = [
                maker.recipe(OUTLINE, sequence_by_kind(kind), METADATA)(1).key(1)
                for maker in (usual, other)
            ]
            assert (keys[0] == keys[1]) is (kind is VICTORY)
    kept = KeptMix(2, {"files": {}, "metadata": ""}, {"a": 1}, "person", None)
    sequence = sequence_by_kind(HAZARD)
    usual_key = mix_recipe(kept, sequence).key(2)
    assert mix_recipe(kept, sequence, LOUDNESS_LUFS).key(2) == usual_key
    assert mix_recipe(kept, sequence, -12.0).key(2) != usual_key


def test_masters_reach_both_ends_of_the_range_and_the_check_follows(tmp_path: Path) -> None:
    brief = ScoreBrief(
        theme=Theme.FLOATING_ISLAND, mana_color=ManaColor.RADIANT, difficulty=3, seed=5
    )
    quiet, loud = LOUDNESS_RANGE_LUFS
    sequence = sequence_by_kind(HAZARD)
    made = render_track(
        brief, HAZARD, tmp_path / "quiet", quality="draft", progress=lambda *_: None,
        check_cancelled=lambda: None, target=Target(quiet),
    )  # fmt: skip
    sheet = MixSheet.model_validate_json(made.files["mix"].read_text())
    again = remix_track(
        made.files["stems"], sheet, tmp_path / "loud", progress=lambda *_: None,
        check_cancelled=lambda: None, target=Target(loud),
    )  # fmt: skip
    for files, lufs in ((made.files, quiet), (again.files, loud)):
        _, findings = check_track(files["wav"], sequence, lufs)
        assert [each.said for each in findings if not each.passed] == []
        _, findings = check_track(files["wav"], sequence)
        assert [each.check for each in findings if not each.passed] == ["loudness"]
