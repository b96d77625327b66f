"""``arena remix`` and ``arena vote``: what can be set, what would happen, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from arena_assets.cli.main import app
from arena_assets.domain.slots import Slot, track_slot
from arena_assets.store.takes import current_take
from arena_assets_tests.actions.halls import finished_folder, hall
from arena_assets_tests.arenas import Hall
from arena_assets_tests.cli.conftest import Answer, Arena
from arena_assets_tests.stems import keep_track

__all__ = ["finished_folder", "hall"]


@pytest.fixture
def mixing(hall: Hall, tmp_path: Path) -> Arena:
    """The command line over a data folder whose arena 1 has a hazard track."""
    (arena_id,) = hall.request(1)
    keep_track(hall, arena_id, tmp_path)

    def run(*words: str) -> Answer:
        result = CliRunner().invoke(app, list(words))
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


def take(hall: Hall) -> int:
    return current_take(hall.studio.db, Slot(1, track_slot("hazard")))


def test_a_list_shows_every_parameter_with_its_unit_and_range(mixing: Arena, hall: Hall) -> None:
    shown = mixing("remix", "1", "hazard", "--list")
    assert shown.code == 0
    lines = {line.split()[0]: line.split()[1:] for line in shown.out.splitlines()}
    assert lines["stems.lead.offset_lu"] == ["1.5", "LU", "-30", "to", "12"]
    assert lines["stems.bass.automation.high_cut_hz"][:2] == ["none", "Hz"]
    with_changes = mixing("remix", "1", "hazard", "--list", "--set", "room_seconds=4", "--json")
    listed = {each["path"]: each["value"] for each in with_changes.data["parameters"]}
    assert listed["room_seconds"] == "4"
    assert take(hall) == 1


def test_a_dry_run_says_what_is_rebuilt_and_changes_nothing(mixing: Arena, hall: Hall) -> None:
    words = ["remix", "1", "hazard", "--set", "bass.warmth_db=-2", "--dry-run"]
    shown = mixing(*words)
    assert "stems.bass.warmth_db  0 -> -2" in shown.out
    assert "would be rebuilt: final_videos/hazard" in shown.out
    assert take(hall) == 1
    done = mixing(*words[:-1], "--json")
    assert done.data["take"] == 2
    assert take(hall) == 2


def test_a_wrong_path_is_answered_with_those_near_it(mixing: Arena, hall: Hall) -> None:
    answer = mixing("remix", "1", "hazard", "--set", "stems.bass.eq.low.warmth=-2")
    assert answer.code == 2
    assert "stems.bass.warmth_db" in answer.err
    assert mixing("remix", "1", "hazard", "--set", "room_seconds=99").code == 2
    assert mixing("remix", "1", "hazard").code == 2
    assert mixing("remix", "1", "nothing", "--list").code == 2
    assert take(hall) == 1


def test_a_tournament_and_a_vote_by_the_command_line(
    mixing: Arena, hall: Hall, tmp_path: Path
) -> None:
    held = mixing(
        "remix", "1", "hazard", "--tournament", "--rounds", "1", "--population", "6", "--json"
    ).data
    assert held["pairs"] >= 1
    heard = mixing("vote", "1", "hazard", "--to", str(tmp_path / "sides"), "--json").data
    assert Path(heard["a"]).read_bytes() != Path(heard["b"]).read_bytes()
    cast = ["vote", "1", "hazard", "--better", "a", "--as", "ada", "--json"]
    first = mixing(*cast)
    assert first.code == 0
    assert mixing(*cast).code == 3, "one person chooses once in a pair"
    assert mixing("vote", "1", "hazard", "--better", "a", "--as", "judge").code == 2
