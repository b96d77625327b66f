"""The overview: what is being made, what waits for a person, what came last."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fastapi import APIRouter, Request, Response

from arena_assets.console.pages.listing import shown
from arena_assets.console.pages.shared import Here, Reader, show, visible
from arena_assets.store import catalogue
from arena_assets.store.catalogue import Choice
from arena_assets.store.plan_states import PlanState
from arena_assets.workshop.holds import held_back

router = APIRouter(include_in_schema=False)
_BUSY = (PlanState.RUNNING, PlanState.QUEUED, PlanState.PLANNED)


@router.get("/")
def home(request: Request, here: Here, who: Reader, project: str | None = None) -> Response:
    """The page after sign-in."""
    projects = visible(here, who, project)
    part = _part(here, projects)
    return show(request, here, who, "home.html", place="home", project=project, switch="/", **part)


@router.get("/overview")
def overview(request: Request, here: Here, who: Reader, project: str | None = None) -> Response:
    """The part of it that changes by itself."""
    part = _part(here, visible(here, who, project))
    return show(request, here, who, "parts/overview.html", place="home", project=project, **part)


def _part(here: Here, projects: Collection[str] | None) -> dict[str, Any]:
    busy = catalogue.leaf(here.db, Choice(projects=projects, states=_BUSY), 8)
    newest = catalogue.leaf(
        here.db,
        Choice(projects=projects, states=[PlanState.PUBLISHED, PlanState.MADE]),
        8,
    )
    return {
        "states": catalogue.states_of(here.db, projects),
        "busy": shown(here, busy),
        "newest": shown(here, newest),
        "held": held_back(here.db).sentence,
    }
