"""Looking at arenas, redoing, stopping and letting go on."""

from __future__ import annotations

from pathlib import Path

from arena_assets.cli.output import plain
from arena_assets.store.database import Database
from arena_assets.store.events import append
from arena_assets.store.launches import claim_launches, confirm_launch
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import get_plan, mark_failed, mark_running
from arena_assets_tests.cli.conftest import Arena


def test_list_filters_by_project_and_state(arena: Arena, db: Database) -> None:
    arena("request", "--project", "one", "--count", "2")
    arena("request", "--project", "two")
    mark_failed(db, 2, "the disk was full")
    assert [each["arena_id"] for each in arena("list", "--json").data["arenas"]] == [1, 2, 3]
    only = arena("list", "--project", "one", "--state", "failed", "--json").data
    assert [(each["arena_id"], each["reason"]) for each in only["arenas"]] == [
        (2, "the disk was full")
    ]
    assert "arena-000003" in arena("list").out


def test_list_of_an_unknown_state_names_the_states(arena: Arena) -> None:
    answer = arena("list", "--state", "lost")
    assert answer.code == 2
    assert "planned, queued, running" in answer.err


def test_show_has_the_plan_and_what_is_missing(arena: Arena) -> None:
    arena("request", "--theme", "shadow_realm", "--brief", "salt and iron")
    shown = arena("show", "1", "--json").data
    assert shown["arena"] == "arena-000001"
    assert shown["theme"] == "shadow_realm"
    assert len(shown["missing"]) == 43
    assert shown["published"] is None
    assert "brief: salt and iron" in arena("show", "1").out


def test_no_text_of_a_stranger_reaches_the_terminal_as_a_command(arena: Arena) -> None:
    answer = arena("request", "--brief", "salt\x1b[31m and iron")
    assert answer.code == 2
    assert "\x1b" not in answer.err
    assert plain("a\x1b]0;title\x07b\u202ec\nd") == "a]0;titlebc\nd"


def test_what_does_not_exist_exits_with_2(arena: Arena) -> None:
    for words in (("show", "7"), ("redo", "7", "arena_scene"), ("cancel", "7"), ("watch", "7")):
        answer = arena(*words)
        assert answer.code == 2, words
        assert "There is no arena-000007" in answer.err
    assert arena("show", "temple").code == 2


def test_redo_names_exactly_what_is_made_from_the_slot(arena: Arena) -> None:
    arena("request")
    answer = arena("redo", "arena-000001", "image_set/view-12", "--json").data
    assert answer["takes"] == {"image_set/view_12": 2}
    assert set(answer["rebuilt"]) == {
        "image_set/view_12",
        "clips/clip_12",
        "sequences/victory",
        "final_videos/victory",
        "arena_row",
        "engine_pack",
    }


def test_redo_again_is_the_next_take_of_the_same_launch(arena: Arena) -> None:
    arena("request")
    first = arena("redo", "1", "music_tracks/main", "--json").data
    second = arena("redo", "1", "music_tracks/main", "--json").data
    assert (first["takes"], second["takes"]) == ({"music_tracks/main": 2}, {"music_tracks/main": 3})
    assert first["launch"] == second["launch"]


def test_only_slots_that_are_made_can_be_redone(arena: Arena, db: Database) -> None:
    arena("request")
    assert arena("redo", "1", "clips/clip_1", "engine_pack").code == 3
    assert arena("redo", "1", "clips/clip_13").code == 2
    assert get_plan(db, 1).launch == 1


def test_a_cancelled_arena_goes_on_only_when_asked(arena: Arena, db: Database) -> None:
    arena("request")
    assert arena("cancel", "1", "--json").data == {
        "arenas": [{"arena": "arena-000001", "state": "cancelled"}],
        "runs_stopped": 0,
    }
    assert claim_launches(db, 5, 60.0) == []
    assert arena("resume", "1", "--json").data["launches"] == {"arena-000001": 1}
    assert get_plan(db, 1).state is PlanState.PLANNED
    assert len(claim_launches(db, 5, 60.0)) == 1


def test_an_arena_at_work_is_not_resumed(arena: Arena, db: Database) -> None:
    arena("request")
    confirm_launch(db, 1, 1, "run-1")
    mark_running(db, 1, "run-1")
    answer = arena("resume", "1")
    assert answer.code == 3
    assert "arena watch arena-000001" in answer.err
    assert get_plan(db, 1).launch == 1


def test_unpublishing_what_is_not_published_is_refused(arena: Arena) -> None:
    arena("request")
    assert arena("unpublish", "1").code == 3


def test_history_counts_what_was_made_by_stage(arena: Arena, db: Database, tmp_path: Path) -> None:
    assert arena("history", "--json").data["stages"] == []
    arena("request")
    for number, seconds in enumerate((2.0, 4.0, 9.0), start=1):
        append(
            db,
            "slot_done",
            arena_id=1,
            slot=f"clips/clip_{number:02d}",
            data={"provider": "embedded", "take": 1, "seconds": seconds},
        )
    target = tmp_path / "work.csv"
    (stage,) = arena("history", "--csv", str(target), "--json").data["stages"]
    assert (stage["asset"], stage["made"], stage["median"]) == ("clips", 3, 4.0)
    assert stage["total"] == 15.0
    assert len(target.read_text().splitlines()) == 4
