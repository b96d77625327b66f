"""A service that is down in a batch of three, on a real server: what command and Dagster UI say.

Both name what was spent, made and parked, and the next step; once the service is back the batch
completes and pays only for what was missing.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from arena_assets.cli.main import app
from arena_assets.defs.sensors import REQUEST_SENSOR
from arena_assets.domain.slots import IMAGES
from arena_assets.domain.views import VIEWS
from arena_assets.store import plans, results
from arena_assets.store.base import utc_now
from arena_assets.store.ledger_entries import totals, unbalanced
from arena_assets.store.money_tables import BreakerRow
from arena_assets.store.plan_states import PlanState
from arena_assets_tests.doubles.loopback import Fault
from arena_assets_tests.live import LiveServer, live_server, wait_for
from arena_assets_tests.services.dagster_pages import DagsterPages
from arena_assets_tests.services.town import open_town

_SMALL = {
    "COMFYUI_PICTURES": "plain",
    "IMAGE_WIDTH": "448",
    "IMAGE_HEIGHT": "256",
    "COMFYUI_ABSENCE_SECONDS": "0.5",
}


def _arena(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "400"})
    assert result.exit_code == 0, result.output
    return " ".join(f"{result.stdout} {result.stderr}".split())


def _spent(live: LiveServer, arena_id: int) -> Decimal:
    sums = totals(live.studio.db, arena_id=arena_id)
    return sum((each.spent_usd for each in sums), Decimal(0))


def _pictures(live: LiveServer, arena_id: int) -> int:
    return sum(slot.asset == IMAGES for slot in results.for_arena(live.studio.db, arena_id))


def _await_state(live: LiveServer, arena_id: int, state: PlanState) -> None:
    wait_for(lambda: live.state(arena_id) is state, f"arena {arena_id} {state}", 600)


def _probe_in(live: LiveServer, wait: timedelta) -> None:
    """When the service that is down may be asked again."""
    with live.studio.db.write() as session:
        comfyui = update(BreakerRow).where(BreakerRow.service == "comfyui")
        session.execute(comfyui.values(open_until=utc_now() + wait))


@pytest.mark.heavy
@pytest.mark.xdist_group("live")
def test_an_outage_reads_the_same_by_command_and_in_dagster(tmp_path: Path) -> None:
    with open_town(tmp_path / "town") as town:
        given = town.settings("LORE=claude", "PICTURES=comfyui", **_SMALL)
        with live_server(tmp_path / "data", **given) as live:
            db, pages = live.studio.db, DagsterPages(live)
            town.claude.next(None, Fault("drop"))
            first, second, third = arenas = live.request(3)
            wait_for(lambda: _pictures(live, first) == len(VIEWS), "the first pictures", 600)
            town.comfy.stop()
            _await_state(live, first, PlanState.PUBLISHED)
            _await_state(live, second, PlanState.FAILED)
            _await_state(live, third, PlanState.FAILED)
            # Nothing is tried again by itself while this looks, however slow the machine.
            _probe_in(live, timedelta(hours=1))

            # Spent and made, parked, and why, as the command tells it.
            assert _spent(live, first) > _spent(live, third) > 0 == _spent(live, second)
            made = {str(slot) for slot in results.for_arena(db, third)}
            assert {"arena_metadata", "arena_scene", "music_tracks/main"} <= made
            assert _pictures(live, third) == 0
            parked = _arena("calls", "--parked")
            assert "arena-000002" in parked
            assert "arena-000003" not in parked
            assert "No ComfyUI server answers" in _arena("show", "3")
            assert "arena settle" in _arena("show", "2")

            # The same on the runs' own pages.
            for arena_id, words in (
                (second, ("its outcome is unknown", "arena settle")),
                (third, ("No ComfyUI server answers",)),
            ):
                run_id, status, tags = pages.runs(arena_id)[0]
                assert status == "FAILURE"
                assert tags["arena/project"] == "live"
                said = " ".join(pages.failures(run_id).values())
                assert all(each in said for each in words), said
                reason = plans.get_plan(db, arena_id).reason or ""
                assert all(each in reason for each in words), reason
            for arena_id, ended in ((first, "SUCCESS"), (third, "FAILURE")):
                run_id, status, _ = pages.runs(arena_id)[-1]
                assert status == ended
                shown = pages.made(run_id)
                assert shown.keys() == {str(slot) for slot in results.for_arena(db, arena_id)}
                assert sum(shown.values()) == _spent(live, arena_id)

            # A person settles the parked call; while the service is away its arena waits.
            (key,) = [word for word in parked.split() if len(word) == 16 and word.isalnum()]
            assert "arena resume" in _arena("settle", key, "--not-charged")
            _arena("resume", str(second))
            sentence = "1 arena waits: comfyui has been failing since"
            wait_for(
                lambda: any(sentence in why for why in pages.skipped(REQUEST_SENSOR)),
                "the sensor's reason",
                120,
            )
            assert len(pages.runs(second)) == 1
            assert "comfyui has been failing since" in _doctor()

            town.comfy.start()
            _probe_in(live, timedelta(seconds=-1))
            for arena_id in arenas:
                _await_state(live, arena_id, PlanState.PUBLISHED)
            live.await_published(arenas, seconds=600)
            assert town.claude.submitted == len(arenas) + 1  # the one that was dropped
            assert town.pictures == len(arenas) * len(VIEWS)
            assert unbalanced(db) == []
            reserved = {t.reserved_usd for each in arenas for t in totals(db, arena_id=each)}
            assert reserved == {Decimal(0)}
            for arena_id in arenas:
                manifests = results.for_arena(db, arena_id).values()
                told = sum(Decimal(str(each.price_usd)) for each in manifests)
                assert told == _spent(live, arena_id) > 0


def _doctor() -> str:
    """It ends with an error code here, as a service is down."""
    return " ".join(CliRunner().invoke(app, ["doctor", "--json"]).stdout.split())
