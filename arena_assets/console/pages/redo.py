"""The dialogs before a redo or a rejection: the exact list of what is rebuilt, and its price."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from arena_assets.actions.handover import hand_over
from arena_assets.actions.redo import preview_redo, redo
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
from arena_assets.domain.slots import SINGLE, SlotName, parse_slot
from arena_assets.domain.style import WISH_MAX

router = APIRouter(include_in_schema=False)


@router.get("/arenas/{arena}/redo/{asset}")
@router.get("/arenas/{arena}/redo/{asset}/{name}")
def ask_redo(
    request: Request, here: Here, who: Spender, arena: str, asset: str, name: str = SINGLE
) -> Response:
    """What making it again means."""
    return _dialog(request, here, who, arena, slot_named(asset, name), rejects=False)


@router.get("/arenas/{arena}/reject/{asset}")
@router.get("/arenas/{arena}/reject/{asset}/{name}")
def ask_reject(
    request: Request, here: Here, who: Reviewer, arena: str, asset: str, name: str = SINGLE
) -> Response:
    """What rejecting it and making it again means."""
    return _dialog(request, here, who, arena, slot_named(asset, name), rejects=True)


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
    request: Request, here: Here, who: Principal, arena: str, where: SlotName, *, rejects: bool
) -> Response:
    plan = plan_for(here, who, arena)
    preview = preview_redo(here.settings, here.db, plan.arena_id, [where])
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
        next=local(request.query_params.get("next"), slot_path(plan.partition, where)),
        wish_max=WISH_MAX,
    )
