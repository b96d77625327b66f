"""A service that is down in a batch of three: what is said, and what the rest then costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import dagster as dg
from sqlalchemy import update
from typer.testing import CliRunner

from arena_assets.cli.main import app
from arena_assets.store import plans, results
from arena_assets.store.base import utc_now
from arena_assets.store.ledger_entries import totals
from arena_assets.store.money_tables import BreakerRow
from arena_assets.store.plan_states import PlanState
from arena_assets.workshop.holds import held_back, resume_waiting
from arena_assets_tests.arenas import Hall
from arena_assets_tests.doubles.loopback import Fault
from arena_assets_tests.services.canaries import found_below, found_in
from arena_assets_tests.services.town import Town

_SMALL = {"COMFYUI_PICTURES": "plain", "IMAGE_WIDTH": "448", "IMAGE_HEIGHT": "256"}
_VIEWS = 12


def _arena(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "400"})
    return " ".join(f"{result.stdout} {result.stderr}".split())


def _said(run: dg.ExecuteInProcessResult) -> str:
    """What the run page shows of the step that failed."""
    failed = next(event for event in run.all_events if event.is_step_failure)
    data = failed.step_failure_data.user_failure_data
    assert data is not None, failed.step_failure_data.error
    return str(data.description)


def _adds_up(hall: Hall, arena_id: int) -> Decimal:
    """What an arena cost, the same by its ledger and by its manifests."""
    spent = sum((each.spent_usd for each in totals(hall.studio.db, arena_id=arena_id)), Decimal(0))
    manifests = results.for_arena(hall.studio.db, arena_id).values()
    assert sum(Decimal(str(each.price_usd)) for each in manifests) == spent
    return spent


def test_a_batch_pays_once_what_a_service_that_was_down_left_open(
    hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("LORE=claude", "PICTURES=comfyui", **_SMALL)
    db, arenas = hall.studio.db, hall.request(3)
    first, second, third = arenas

    hall.run(first)
    town.claude.next(Fault("drop"))
    lost = hall.run(second, fails=True)
    town.comfy.stop()
    down = hall.run(third, fails=True)

    assert "its outcome is unknown" in _said(lost)
    assert "arena settle" in _said(lost)
    assert "No ComfyUI server answers" in _said(down)
    assert _adds_up(hall, first) > _adds_up(hall, third) > 0 == _adds_up(hall, second)
    kept = {str(slot) for slot in results.for_arena(db, third)}
    assert {"arena_metadata", "arena_scene", "music_tracks/main"} <= kept

    shown = _arena("calls", "--parked")
    assert "arena-000002" in shown
    assert "arena-000003" not in shown
    assert "reserved" in _arena("ledger", "2")
    doctor = _arena("doctor", "--json")
    assert "comfyui has been failing since" in doctor
    assert "arena calls --parked" in doctor
    resume_waiting(db)
    assert plans.get_plan(db, third).state is not PlanState.PUBLISHED

    town.comfy.start()
    (parked,) = [word for word in shown.split() if len(word) == 16 and word.isalnum()]
    assert "arena resume" in _arena("settle", parked, "--not-charged")
    with db.write() as session:
        session.execute(update(BreakerRow).values(open_until=utc_now() - timedelta(seconds=1)))
    assert not held_back(db).arenas
    for arena_id in (second, third):
        hall.run(arena_id)
    assert {plans.get_plan(db, each).state for each in arenas} == {PlanState.PUBLISHED}
    assert town.claude.submitted == len(arenas) + 1  # the one that was dropped, not charged
    assert town.pictures == len(arenas) * _VIEWS
    assert min(_adds_up(hall, each) for each in arenas) > 0
    assert {t.reserved_usd for each in arenas for t in totals(db, arena_id=each)} == {Decimal(0)}


def test_keys_are_in_nothing_that_is_kept(hall_for: Callable[..., Hall], town: Town) -> None:
    hall = hall_for("LORE=claude", "PICTURES=comfyui", **_SMALL)
    (arena_id,) = hall.request()
    town.claude.key = "another"  # the double quotes the key that it does not know
    refused = hall.run(arena_id, fails=True)
    assert "ARENA_CLAUDE_API_KEY" in _said(refused)
    town.claude.key = hall.settings.claude_api_key.get_secret_value()  # type: ignore[union-attr]
    town.comfy.token = "Bearer another"  # noqa: S105
    assert "ARENA_COMFYUI_AUTH" in _said(hall.run(arena_id, fails=True))
    town.comfy.token = f"Bearer {hall.settings.comfyui_auth.get_secret_value()}"  # type: ignore[union-attr]
    hall.run(arena_id)
    said = [repr(entry) for run in hall.instance.get_runs() for entry in _logs(hall, run.run_id)]
    assert len(said) > 100
    assert list(found_in("\n".join(said).encode(), "Dagster's events")) == []
    assert list(found_in(repr(hall.settings).encode(), "settings")) == []
    for words in (["doctor"], ["ledger", "--json"], ["calls", "--json"], ["show", "1", "--json"]):
        assert list(found_in(_arena(*words).encode(), words[0])) == []
    searched, found = found_below(hall.settings.data_dir)
    assert searched > 100
    assert found == []


def _logs(hall: Hall, run_id: str) -> list[dg.EventLogEntry]:
    return list(hall.instance.all_logs(run_id))
