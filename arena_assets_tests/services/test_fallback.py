"""The embedded studio in a service's place: only by choice, labelled, unbilled, made anew later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import dagster as dg
import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from arena_assets.cli.main import app
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import IMAGES
from arena_assets.store import events, game, plans, results
from arena_assets.store.base import utc_now
from arena_assets.store.ledger_entries import totals
from arena_assets.store.money_tables import BreakerRow
from arena_assets.store.plan_states import PlanState
from arena_assets.store.projects import set_project_choices
from arena_assets.workshop.holds import held_back
from arena_assets_tests.arenas import Hall
from arena_assets_tests.services.town import Town

_SMALL = {"COMFYUI_PICTURES": "plain", "IMAGE_WIDTH": "448", "IMAGE_HEIGHT": "256"}
_VIEWS = 12


def _arena(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "400"})
    return " ".join(f"{result.stdout} {result.stderr}".split())


def _pictures(hall: Hall, arena_id: int) -> list[SlotManifest]:
    found = results.for_arena(hall.studio.db, arena_id)
    return [manifest for slot, manifest in found.items() if slot.asset == IMAGES]


def _why(run: dg.ExecuteInProcessResult) -> str:
    failed = next(event for event in run.all_events if event.is_step_failure)
    data = failed.step_failure_data.user_failure_data
    assert data is not None
    return str(data.description)


def _service_may_be_tried(hall: Hall) -> None:
    with hall.studio.db.write() as session:
        session.execute(update(BreakerRow).values(open_until=utc_now() - timedelta(seconds=1)))


def test_without_the_choice_an_arena_waits(hall_for: Callable[..., Hall], town: Town) -> None:
    hall = hall_for("PICTURES=comfyui", **_SMALL)
    (arena_id,) = hall.request()
    town.comfy.stop()
    assert "No ComfyUI server answers" in _why(hall.run(arena_id, fails=True))
    assert _pictures(hall, arena_id) == []
    town.comfy.start()


def test_a_project_that_chose_it_goes_on_and_makes_it_anew_when_the_service_is_back(
    hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("PICTURES=comfyui", **_SMALL)
    db, (arena_id,) = hall.studio.db, hall.request()
    assert "fallback on" in _arena("project", "hall", "--fallback", "on")
    town.comfy.stop()

    blocked = _why(hall.run(arena_id, fails=True))
    assert "is a fallback" in blocked
    assert "arena resume arena-000001" in blocked
    made = _pictures(hall, arena_id)
    assert len(made) == _VIEWS
    assert {each.provenance.maker for each in made} == {"stand_in, fallback for comfyui"}
    assert {each.price_usd for each in made} == {0.0}
    assert "fallback for comfyui" in _arena("show", "1")
    said = events.since(db, 0, kinds=["slot_fallback"], limit=100)
    assert {event.data["service"] for event in said} == {"comfyui"}
    assert sum((each.spent_usd for each in totals(db, arena_id=arena_id)), Decimal(0)) == 0
    assert game.publication(db, arena_id) is None
    assert not held_back(db).arenas

    town.comfy.start()
    _service_may_be_tried(hall)
    hall.run(arena_id)
    made = _pictures(hall, arena_id)
    assert {each.provenance.maker for each in made} == {"comfyui"}
    assert town.pictures == _VIEWS
    assert plans.get_plan(db, arena_id).state is PlanState.PUBLISHED


def test_what_is_published_with_fallbacks_was_allowed_to(
    hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("LORE=claude")
    (arena_id,) = hall.request()
    set_project_choices(hall.studio.db, "hall", fallback=True, publish_fallbacks=True)
    town.claude.key = "another"  # a refused key is no outage, and needs no breaker
    hall.run(arena_id)
    assert plans.get_plan(hall.studio.db, arena_id).state is PlanState.PUBLISHED
    (lore,) = [
        each
        for slot, each in results.for_arena(hall.studio.db, arena_id).items()
        if slot.asset == "arena_metadata"
    ]
    assert (lore.provenance.fallback, lore.price_usd) == (True, 0.0)


@pytest.mark.parametrize("fallback", [True, False])
def test_a_cap_of_ours_is_no_reason(
    fallback: bool, hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("LORE=claude")
    (arena_id,) = hall.request(cap_usd="0.0001")
    set_project_choices(hall.studio.db, "hall", fallback=fallback)
    assert "the cap of request" in _why(hall.run(arena_id, fails=True))
    assert town.claude.submitted == 0


def test_choices_are_a_projects_own(hall_for: Callable[..., Hall]) -> None:
    hall = hall_for("LORE=claude")
    hall.request()
    assert "fallback off" in _arena("project", "hall")
    assert "There is no project" in _arena("project", "nobody", "--fallback", "on")
