"""One arena through the real job, with makers that stand in for the work."""

import hashlib
import json
import zipfile
from pathlib import Path

import dagster as dg
import pytest

from arena_assets.actions import arenas
from arena_assets.definitions import defs
from arena_assets.defs.naming import asset_key
from arena_assets.domain.identity import partition_key
from arena_assets.domain.slots import (
    CLIPS,
    MADE,
    MUSIC,
    ROW,
    SEQUENCE_SET,
    UPSTREAM,
    VIDEOS,
    Slot,
    clip_slot,
    downstream,
    image_slot,
    metadata_slot,
    pack_slot,
    row_slot,
    scene_slot,
    sequence_slot,
    track_slot,
    video_slot,
)
from arena_assets.errors import Refused
from arena_assets.store import game, plans, results, takes
from arena_assets.store.plan_states import PlanState
from arena_assets_tests import stand_in
from arena_assets_tests.arenas import Hall

ALL_MADE = sorted(map(str, (*MADE, pack_slot())))


def hashes(hall: Hall, arena_id: int) -> dict[str, str]:
    found = results.for_arena(hall.studio.db, arena_id)
    return {str(slot): manifest.content_hash for slot, manifest in found.items()}


def test_a_run_makes_all_publishes_and_packs(hall: Hall) -> None:
    (arena_id,) = hall.request()
    run = hall.run(arena_id)
    assert hall.made_since(0) == ALL_MADE
    assert set(hashes(hall, arena_id)) == set(map(str, UPSTREAM))
    plan = plans.get_plan(hall.studio.db, arena_id)
    assert (plan.state, plan.run_id) == (PlanState.PUBLISHED, run.run_id)

    published = hall.settings.published_dir
    clips = game.game_clips(hall.studio.db, arena_id)
    assert {clip.clip_type for clip in clips} >= {
        "main",
        "intro",
        "ambient",
        "victory",
        "hazard_trigger",
    }
    assert all((published / clip.file_path).is_file() for clip in clips)
    publication = game.publication(hall.studio.db, arena_id)
    assert publication is not None
    folder = published / publication.root
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    assert {Path(file["path"]).parts[0] for file in listed} == {
        "images",
        "clips",
        "sequences",
        "music",
        "videos",
    }
    for file in listed:
        content = (folder / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]


def test_each_materialization_carries_its_data_version_and_what_a_person_wants(hall: Hall) -> None:
    (arena_id,) = hall.request()
    run = hall.run(arena_id)
    manifests = results.for_arena(hall.studio.db, arena_id)
    events = [
        event.materialization
        for event in run.all_events
        if event.is_step_materialization and event.materialization is not None
    ]
    assert len(events) == len(UPSTREAM)
    for event in events:
        slot = next(slot for slot in UPSTREAM if slot.key_path == list(event.asset_key.path))
        assert (event.tags or {})["dagster/data_version"] == manifests[slot].content_hash
        assert {"take", "seconds", "size_mb", "price_usd", "provider"} <= set(event.metadata)
        assert not any(
            type(value).__name__ == "MarkdownMetadataValue" for value in event.metadata.values()
        )


def test_running_again_makes_nothing_and_changes_nothing(hall: Hall) -> None:
    (arena_id,) = hall.request()
    hall.run(arena_id)
    before, seq = hashes(hall, arena_id), hall.last_event()
    publication = game.publication(hall.studio.db, arena_id)
    hall.run(arena_id)
    assert hall.made_since(seq) == []
    assert hashes(hall, arena_id) == before
    assert game.publication(hall.studio.db, arena_id) == publication


def test_redo_of_one_picture_changes_exactly_what_is_made_from_it(hall: Hall) -> None:
    (arena_id,) = hall.request()
    hall.run(arena_id)
    before, seq = hashes(hall, arena_id), hall.last_event()
    old = game.publication(hall.studio.db, arena_id)
    redone = image_slot(3)
    takes.next_take(hall.studio.db, Slot(arena_id, redone))
    hall.run(arena_id)
    after = hashes(hall, arena_id)
    expected = {
        redone,
        clip_slot(3),
        *(sequence_slot(kind) for kind in ("main", "intro", "hazard")),
        *(video_slot(kind) for kind in ("main", "intro", "hazard")),
        row_slot(),
        pack_slot(),
    }
    assert expected == {redone, *downstream(redone)}
    assert {name for name in after if after[name] != before[name]} == set(map(str, expected))
    assert hall.made_since(seq) == sorted(map(str, expected - {row_slot()}))
    new = game.publication(hall.studio.db, arena_id)
    assert old is not None
    assert new is not None
    assert new.revision == old.revision + 1
    assert not (hall.settings.published_dir / old.root).exists()


def test_going_back_to_an_earlier_take_is_free(hall: Hall) -> None:
    (arena_id,) = hall.request()
    hall.run(arena_id)
    before = hashes(hall, arena_id)
    slot = Slot(arena_id, track_slot("main"))
    takes.next_take(hall.studio.db, slot)
    hall.run(arena_id)
    takes.set_take(hall.studio.db, slot, 1)
    seq = hall.last_event()
    hall.run(arena_id)
    assert hall.made_since(seq) == []
    assert hashes(hall, arena_id) == before


def test_a_failed_slot_stops_the_arena_and_keeps_what_was_made(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = hall.request()
    monkeypatch.setenv("ARENA_STAND_IN", "clips/clip_05=fail")
    hall.run(arena_id, fails=True)
    made = set(hall.made_since(0))
    assert "clips/clip_05" not in made
    assert not any(name.startswith(("sequences", "final_videos")) for name in made)
    assert game.game_arena(hall.studio.db, arena_id) is None
    assert not list(hall.settings.published_dir.glob("*/*/*"))
    monkeypatch.delenv("ARENA_STAND_IN")
    seq = hall.last_event()
    hall.run(arena_id)
    assert set(hall.made_since(seq)) == set(ALL_MADE) - made


def test_a_failed_check_blocks_publishing(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    (arena_id,) = hall.request()
    monkeypatch.setenv("ARENA_STAND_IN", "final_videos/intro=bad")
    run = hall.run(arena_id, fails=True)
    failed = [check for check in run.get_asset_check_evaluations() if not check.passed]
    assert [check.asset_key.path for check in failed] == [["final_videos", "intro"]]
    assert game.publication(hall.studio.db, arena_id) is None


def test_two_pictures_that_look_the_same_are_not_published_whichever_assets_are_run(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = hall.request()
    twins, real = ("image_set/view_03", "image_set/view_05"), stand_in._fingerprint
    with monkeypatch.context() as patched:
        patched.setattr(
            stand_in,
            "_fingerprint",
            lambda text: real("twin" if any(twin in text for twin in twins) else text),
        )
        run = hall.run(arena_id, fails=True)
    checks = run.get_asset_check_evaluations()
    failed = {"/".join(each.asset_key.path) for each in checks if not each.passed}
    assert failed == set(twins)

    # A run of only what comes after the pictures has no checks of pictures.
    after = [slot for slot in UPSTREAM if slot.asset in (CLIPS, SEQUENCE_SET, MUSIC, VIDEOS, ROW)]
    run = hall.run(arena_id, only=after, fails=True)
    failure = run.failure_data_for_node(ROW)
    assert failure is not None
    assert failure.user_failure_data is not None
    assert "view_03 and view_05 look the same" in (failure.user_failure_data.description or "")
    assert game.publication(hall.studio.db, arena_id) is None

    takes.next_take(hall.studio.db, Slot(arena_id, image_slot(3)))
    hall.run(arena_id)
    assert game.publication(hall.studio.db, arena_id) is not None


def test_an_outage_is_retried_and_passes(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (arena_id,) = hall.request()
    (tmp_path / "back").touch()
    monkeypatch.setenv("ARENA_STAND_IN", f"music_tracks/main=outage:{tmp_path / 'back'}")
    hall.run(arena_id)
    assert plans.get_plan(hall.studio.db, arena_id).state is PlanState.PUBLISHED


def test_damaged_bytes_are_noticed_and_made_again(hall: Hall) -> None:
    (arena_id,) = hall.request()
    hall.run(arena_id)
    manifest = results.latest(hall.studio.db, Slot(arena_id, clip_slot(2)))
    assert manifest is not None
    damaged = hall.studio.blobs.path(manifest.file("mp4"))
    damaged.chmod(0o644)
    damaged.write_bytes(b"changed")
    seq = hall.last_event()
    hall.run(arena_id)
    assert hall.made_since(seq) == ["clips/clip_02"]
    assert hashlib.sha256(damaged.read_bytes()).hexdigest() == manifest.file("mp4").sha256


def test_unpublish_takes_the_arena_back_until_someone_publishes_it(hall: Hall) -> None:
    (arena_id,) = hall.request()
    hall.run(arena_id)
    gone = arenas.unpublish(hall.settings, hall.studio.db, arena_id)
    assert not (hall.settings.published_dir / gone.root).exists()
    assert game.game_arena(hall.studio.db, arena_id) is None
    hall.run(arena_id)
    assert game.game_arena(hall.studio.db, arena_id) is None
    assert plans.get_plan(hall.studio.db, arena_id).state is PlanState.MADE
    with pytest.raises(Refused, match="not published"):
        arenas.unpublish(hall.settings, hall.studio.db, arena_id)
    arenas.publish(hall.studio.db, arena_id)
    hall.run(arena_id)
    assert game.game_arena(hall.studio.db, arena_id) is not None


def test_the_pack_holds_both_layouts_and_is_equal_byte_for_byte(hall: Hall) -> None:
    (arena_id,) = hall.request()
    hall.run(arena_id)
    manifest = results.latest(hall.studio.db, Slot(arena_id, pack_slot()))
    assert manifest is not None
    with zipfile.ZipFile(hall.studio.blobs.path(manifest.file("zip"))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {"godot", "web", "manifest.json"} <= tops
    assert any(name.endswith("arena_background.ogv") for name in names)
    assert len(names) == len(set(names))


def test_a_partition_without_a_plan_says_what_to_do(hall: Hall) -> None:
    hall.instance.add_dynamic_partitions("arena", ["arena-000777"])
    run = hall.run(777, fails=True)
    failure = run.failure_data_for_node("arena_metadata")
    assert failure is not None
    assert failure.user_failure_data is not None
    assert "arena-000777" in (failure.user_failure_data.description or "")


def test_one_picture_and_its_clip_alone_as_the_ui_launches_them(hall: Hall) -> None:
    (arena_id,) = hall.request()
    hall.run(arena_id)
    takes.next_take(hall.studio.db, Slot(arena_id, image_slot(7)))
    seq = hall.last_event()
    hall.run(arena_id, only=[image_slot(7), clip_slot(7)])
    assert hall.made_since(seq) == ["clips/clip_07", "image_set/view_07"]


def test_a_checks_result_is_its_arenas_own(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = hall.request(2)
    with monkeypatch.context() as patched:
        patched.setenv("ARENA_STAND_IN", "arena_scene=bad")
        hall.run(bad, only=[metadata_slot(), scene_slot()], fails=True)
    hall.run(good, only=[metadata_slot(), scene_slot()])
    key = dg.AssetCheckKey(asset_key(scene_slot()), "sound")
    history = hall.instance.event_log_storage.get_asset_check_execution_history(key, limit=9)
    assert {each.partition: each.status.value for each in history} == {
        partition_key(good): "SUCCEEDED",
        partition_key(bad): "FAILED",
    }


def test_a_check_without_an_arena_says_what_to_do(hall: Hall) -> None:
    key = dg.AssetCheckKey(asset_key(metadata_slot()), "sound")
    job = defs.resolve_implicit_global_asset_job_def().get_subset(
        asset_selection=set(), asset_check_selection={key}
    )
    run = job.execute_in_process(instance=hall.instance, raise_on_error=False)
    failure = run.failure_data_for_node("arena_metadata_checks")
    assert failure is not None
    assert failure.user_failure_data is not None
    assert "Materialize arena_metadata" in (failure.user_failure_data.description or "")
