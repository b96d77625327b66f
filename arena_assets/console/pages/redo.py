"""The dialogs before a redo, a rejection or another take: what is rebuilt by it, and its price."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from arena_assets.actions.handover import hand_over
from arena_assets.actions.redo import RedoPreview, preview_choice, preview_redo, redo
from arena_assets.console.auth.principal import Principal
from arena_assets.console.pages.shared import (
    Here,
    Remake,
    Reviewer,
    Spender,
    Text,
    go,
    local,
    plan_for,
    show,
    slot_named,
)
from arena_assets.console.pages.slot_view import slot_path, title_of
from arena_assets.console.paying import can_pay
from arena_assets.domain.slots import SINGLE, Slot, SlotName, parse_slot
from arena_assets.domain.style import WISH_MAX
from arena_assets.store.plans import Plan

router = APIRouter(include_in_schema=False)


@router.get("/arenas/{arena}/redo/{asset}")
@router.get("/arenas/{arena}/redo/{asset}/{name}")
def ask_redo(
    request: Request, here: Here, who: Spender, arena: str, asset: str, name: str = SINGLE
) -> Response:
    """What making it again means."""
    plan, where = plan_for(here, who, arena), slot_named(asset, name)
    preview = preview_redo(here.settings, here.db, plan.arena_id, [where])
    return _dialog(request, here, who, plan, where, preview)


@router.get("/arenas/{arena}/reject/{asset}")
@router.get("/arenas/{arena}/reject/{asset}/{name}")
def ask_reject(
    request: Request,
    here: Here,
    who: Reviewer,
    arena: str,
    asset: str,
    name: str = SINGLE,
    key: str = "",
) -> Response:
    """What rejecting it and making it again means; ``key`` is that of what is looked at."""
    plan, where = plan_for(here, who, arena), slot_named(asset, name)
    preview = preview_redo(here.settings, here.db, plan.arena_id, [where])
    return _dialog(request, here, who, plan, where, preview, rejects=True, key=key)


@router.get("/arenas/{arena}/choose/{asset}")
@router.get("/arenas/{arena}/choose/{asset}/{name}")
def ask_choose(
    request: Request,
    here: Here,
    who: Reviewer,
    arena: str,
    asset: str,
    take: Annotated[int, Query(ge=1)],
    name: str = SINGLE,
) -> Response:
    """What letting another take count means."""
    plan, where = plan_for(here, who, arena), slot_named(asset, name)
    preview = preview_choice(here.settings, here.db, Slot(plan.arena_id, where))
    return _dialog(request, here, who, plan, where, preview, take=take)


@router.post("/arenas/{arena}/redo")
def place_redo(
    request: Request,
    here: Here,
    who: Spender,
    arena: str,
    slot: Text,
    told: Remake,
) -> Response:
    """Make it again as its next take, with everything that is made from it."""
    plan = plan_for(here, who, arena)
    where = parse_slot(slot)
    redo(
        here.db,
        plan.arena_id,
        [where],
        who=who.name,
        wishes={where: told.wish},
        unpin=told.unpin,
    )
    hand_over(here.settings, here.db)
    return go(told.onward(slot_path(plan.partition, where)), request)


def _dialog(
    request: Request,
    here: Here,
    who: Principal,
    plan: Plan,
    where: SlotName,
    preview: RedoPreview,
    *,
    rejects: bool = False,
    key: str = "",
    take: int | None = None,
) -> Response:
    return show(
        request,
        here,
        who,
        "parts/redo_dialog.html",
        place="review",
        project=plan.project,
        plan=plan,
        slot=where,
        title=title_of(where),
        preview=preview,
        rebuilt=[(each, title_of(each)) for each in preview.rebuilt if each != where],
        pinned=[title_of(each) for each in preview.pinned],
        follows=preview.follows.get(where, ""),
        rejects=rejects,
        again=can_pay(who, preview.usd),
        key=key,
        take=take,
        next=local(request.query_params.get("next"), slot_path(plan.partition, where)),
        wish_max=WISH_MAX,
    )
