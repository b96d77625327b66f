"""Real workers that are killed, cancelled or cut off, on a real server."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import dagster as dg
import psutil
import pytest

from arena_assets.actions.handover import hand_over, stop_runs
from arena_assets.defs.launcher import PID_TAG
from arena_assets.domain.slots import MADE, Slot, image_slot, pack_slot
from arena_assets.store import game, launches, plans, takes
from arena_assets.store.plan_states import PlanState
from arena_assets_tests.live import LiveServer, live_server, wait_for

pytestmark = [pytest.mark.heavy, pytest.mark.xdist_group("live")]

ALL = set(map(str, (*MADE, pack_slot())))


def run_id(live: LiveServer, arena_id: int) -> str:
    return wait_for(lambda: plans.get_plan(live.studio.db, arena_id).run_id or "", "a run")


def worker_of(live: LiveServer, arena_id: int, instance: dg.DagsterInstance) -> psutil.Process:
    run = instance.get_run_by_id(run_id(live, arena_id))
    assert run is not None
    return psutil.Process(int(run.tags[PID_TAG]))


def leftovers(live: LiveServer) -> list[Path]:
    work = live.settings.work_dir
    return [*(work.iterdir() if work.is_dir() else ()), *live.studio.blobs.temp_files()]


def test_a_worker_killed_in_the_middle_of_clips_loses_only_what_it_was_at(tmp_path: Path) -> None:
    mark = tmp_path / "reached"
    with (
        live_server(tmp_path / "data", STAND_IN=f"clips/clip_05=hang:{mark}") as live,
        dg.DagsterInstance.get() as instance,
    ):
        (arena_id,) = live.request()
        wait_for(mark.exists, "clip 5 being made")
        killed = worker_of(live, arena_id, instance)
        assert "clips/clip_05" not in live.made_since(0)
        killed.send_signal(signal.SIGKILL)
        seq = live.last_event()
        wait_for(lambda: leftovers(live), "what the killed worker left")
        # The next attempt would hang as well, so it is sent to another place by a new server.
    with live_server(tmp_path / "data") as live:
        live.await_published([arena_id])
        assert leftovers(live) == []
        again = live.made_since(seq)
        # Until the kill was noted another clip may have been finished beside the one that hung.
        before = set(Counter(live.made_since(0)) - Counter(again))
        assert before
        assert set(again) == ALL - before
        assert len(live.made_since(0)) == len(ALL)


def test_a_cancelled_run_stops_its_work_cleans_up_and_stays_cancelled(tmp_path: Path) -> None:
    mark = tmp_path / "reached"
    with (
        live_server(tmp_path / "data", STAND_IN=f"image_set/view_02=hang:{mark}") as live,
        dg.DagsterInstance.get() as instance,
    ):
        (arena_id,) = live.request()
        wait_for(mark.exists, "picture 2 being made")
        worker = worker_of(live, arena_id, instance)
        plans.mark_cancelled(live.studio.db, arena_id)
        run = run_id(live, arena_id)
        assert stop_runs(live.settings, [run]) == 1
        wait_for(lambda: not worker.is_running() or worker.status() == "zombie", "its end")

        def ended() -> bool:
            found = instance.get_run_by_id(run)
            return found is not None and found.status is dg.DagsterRunStatus.CANCELED

        wait_for(ended, "the run to count as cancelled")
        assert leftovers(live) == []
        assert live.state(arena_id) is PlanState.CANCELLED
        assert game.publication(live.studio.db, arena_id) is None


def test_redo_through_the_server_publishes_the_new_picture(tmp_path: Path) -> None:
    with live_server(tmp_path / "data") as live:
        ids = live.request(3)
        live.await_published(ids)
        assert len(game.publications(live.studio.db)) == 3
        rows = [clip for each in ids for clip in game.game_clips(live.studio.db, each)]
        assert len(rows) >= 15
        assert all((live.settings.published_dir / clip.file_path).is_file() for clip in rows)
        seq = live.last_event()
        takes.next_take(live.studio.db, Slot(ids[0], image_slot(3)))
        launches.want_launch(live.studio.db, ids[0], "redo")
        hand_over(live.settings, live.studio.db)
        wait_for(lambda: "engine_pack" in live.made_since(seq), "the new pack")
        live.await_published(ids[:1])
        publication = game.publication(live.studio.db, ids[0])
        assert publication is not None
        assert publication.revision == 2


def test_the_end_of_the_server_leaves_no_process(tmp_path: Path) -> None:
    mark = tmp_path / "reached"
    with live_server(tmp_path / "data", STAND_IN=f"arena_scene=hang:{mark}") as live:
        live.request()
        wait_for(mark.exists, "the scene being made")
        pids = [process.pid for process in live.record.processes.values()]
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert not [
        process.pid
        for process in psutil.process_iter(["environ"])
        if (process.info["environ"] or {}).get("ARENA_DATA_DIR") == str(tmp_path / "data")
        and process.pid != os.getpid()
    ]
