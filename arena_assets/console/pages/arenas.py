"""The list of arenas, filtered, leafed through by cursor."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from arena_assets.console.pages.listing import shown
from arena_assets.console.pages.shared import (
    Here,
    Reader,
    color_of,
    link,
    show,
    theme_of,
    visible,
    whole,
)
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.store import catalogue
from arena_assets.store.catalogue import Choice
from arena_assets.store.plan_states import PlanState

router = APIRouter(include_in_schema=False)
_PAGE = 24


@router.get("/arenas")
def arenas(
    request: Request,
    here: Here,
    who: Reader,
    project: str | None = None,
    state: str | None = None,
    theme: str | None = None,
    color: str | None = None,
    q: str = "",
    before: str | None = None,
) -> Response:
    """Newest first; filters that are not known are left out."""
    states = [PlanState(state)] if state in set(PlanState) else None
    projects = visible(here, who, project)
    choice = Choice(
        projects=projects,
        states=states,
        theme=theme_of(theme),
        mana_color=color_of(color),
        text=q.strip()[:100],
        before=whole(before),
    )
    found = catalogue.leaf(here.db, choice, _PAGE + 1)
    page, rest = found[:_PAGE], found[_PAGE:]
    query = {"project": project, "state": state, "theme": theme, "color": color, "q": q}
    part = request.headers.get("HX-Target") == "arena-list"
    return show(
        request,
        here,
        who,
        "parts/arena_list.html" if part else "arenas.html",
        place="arenas",
        project=project,
        switch="/arenas",
        cards=shown(here, page),
        more_url=link("/arenas", **query, before=page[-1].arena_id) if rest else None,
        chosen={**query, "before": before},
        states=catalogue.states_of(here.db, projects),
        themes=list(Theme),
        colors=list(ManaColor),
    )
