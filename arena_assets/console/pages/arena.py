"""The page of one arena, its live strip, and the page of each of its slots."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from arena_assets.actions.blind import COMPARED
from arena_assets.actions.review import takes_made
from arena_assets.console.pages.arena_view import (
    arena_view,
    lore_of,
    progress_of,
    slot_views,
    sources_and_results,
)
from arena_assets.console.pages.shared import Here, Reader, plan_for, show, slot_named
from arena_assets.console.pages.slot_view import ASSET_WORDS, SlotView
from arena_assets.domain.identity import partition_key
from arena_assets.domain.slots import MADE, MUSIC, SINGLE, Slot
from arena_assets.domain.style import WISH_MAX
from arena_assets.store.decisions import decisions_of, wishes_of
from arena_assets.store.mixes import latest_tournament

router = APIRouter(include_in_schema=False)


@router.get("/arenas/{arena}")
def one(request: Request, here: Here, who: Reader, arena: str) -> Response:
    """Everything about one arena."""
    view = arena_view(here, plan_for(here, who, arena))
    return show(
        request, here, who, "arena.html", place="arenas", project=view.plan.project, arena=view
    )


@router.get("/arenas/{arena}/live")
def live(
    request: Request,
    here: Here,
    who: Reader,
    arena: str,
    state: str = "",
    made: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """How far it is now; asked for again whenever something happened.

    ``state`` and ``made`` are what the page around it shows: it is loaded anew when the arena has
    come to an end since.
    """
    plan = plan_for(here, who, arena)
    progress = progress_of(here, plan)
    found = show(
        request,
        here,
        who,
        "parts/arena_live.html",
        place="arenas",
        plan=plan,
        progress=progress,
        made=made,
    )
    if plan.state.value != state and progress.at.finished:
        found.headers["HX-Refresh"] = "true"
    return found


@router.get("/arenas/{arena}/slots/{asset}")
@router.get("/arenas/{arena}/slots/{asset}/{name}")
def slot(
    request: Request, here: Here, who: Reader, arena: str, asset: str, name: str = SINGLE
) -> Response:
    """One slot: what it holds, its takes side by side, how it came to be, what depends on it."""
    plan = plan_for(here, who, arena)
    where = slot_named(asset, name)
    views = slot_views(here, plan)
    view = views[where]
    made = takes_made(here.db, Slot(plan.arena_id, where)) if where in MADE else {}
    takes = [
        SlotView(plan.arena_id, partition_key(plan.arena_id), where, manifest, view.decision)
        for manifest in made.values()
    ]
    sources, depends = sources_and_results(where)
    order = list(views)
    at = order.index(where)
    return show(
        request,
        here,
        who,
        "slot.html",
        place="arenas",
        project=plan.project,
        plan=plan,
        view=view,
        views=views,
        stages=[
            (asset, words, [views[each] for each in order if each.asset == asset])
            for asset, words in ASSET_WORDS.items()
        ],
        sources=sources,
        depends=depends,
        takes=takes,
        wishes={
            take: wish
            for (each, take), wish in wishes_of(here.db, plan.arena_id).items()
            if each == where
        },
        decisions=[each for each in decisions_of(here.db, plan.arena_id) if each.slot == where],
        lore=lore_of(here, view.manifest) if view.kind == "lore" else None,
        decidable=where in MADE,
        blind=where.asset in COMPARED and len({each.content_hash for each in made.values()}) > 1,
        tournament=where.asset == MUSIC
        and latest_tournament(here.db, plan.arena_id, where.name) is not None,
        before=views[order[at - 1]] if at else None,
        after=views[order[at + 1]] if at + 1 < len(order) else None,
        wish_max=WISH_MAX,
    )
