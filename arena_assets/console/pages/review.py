"""The review: one item large, one key per decision."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from arena_assets.actions.review import approve, approve_many, choose, reject, unpin
from arena_assets.console.auth.principal import Principal
from arena_assets.console.pages.arena_view import lore_of
from arena_assets.console.pages.queue import queue
from arena_assets.console.pages.shared import (
    Here,
    Reader,
    Remake,
    Reviewer,
    Text,
    go,
    local,
    plan_for,
    show,
    slot_named,
    visible,
)
from arena_assets.console.pages.slot_view import slot_path
from arena_assets.console.paying import may_pay, price_of_choosing, price_of_remaking
from arena_assets.domain.slots import SINGLE, Slot, parse_slot
from arena_assets.errors import Refused

router = APIRouter(include_in_schema=False)


@router.get("/review")
def review(
    request: Request,
    here: Here,
    who: Reader,
    project: str | None = None,
    arena: str | None = None,
    item: str | None = None,
) -> Response:
    """The queue, of all one may see or of one arena; ``item`` is the one shown large."""
    plan = plan_for(here, who, arena) if arena else None
    items = queue(here, visible(here, who, project), plan)
    names = [each.name for each in items]
    at = names.index(item) if item in names else 0
    current = items[at] if items else None
    base = f"/review?{f'arena={arena}' if arena else f'project={project}' if project else ''}"
    after = names[(at + 1) % len(names)] if len(names) > 1 else None
    return show(
        request,
        here,
        who,
        "review.html",
        place="review",
        project=plan.project if plan else project,
        switch="/review",
        items=items,
        current=current,
        at=at,
        view=current.view if current else None,
        lore=lore_of(here, current.view.manifest)
        if current and current.view.kind == "lore"
        else None,
        base=base,
        skip=f"{base}&item={after}" if after else None,
        chosen_arena=plan,
    )


@router.post("/review/approve")
def approve_one(
    request: Request,
    here: Here,
    who: Reviewer,
    item: Text,
    key: Text = "",
    next: Text = "/review",
) -> Response:
    """Approve the very bytes that were looked at."""
    approve(here.db, slot_of(here, who, item), who=who.name, key=key or None)
    return go(local(next, "/review"), request)


@router.post("/review/approve-many")
def approve_several(
    request: Request,
    here: Here,
    who: Reviewer,
    item: Annotated[list[str], Form(max_length=500)],
    next: Text = "/review",
) -> Response:
    """Approve all that are ticked; Refused names those that could not be, the others stand."""
    slots = [slot_of(here, who, each) for each in item]
    refused = [each for each in approve_many(here.db, slots, who=who.name) if each.refused]
    if refused:
        raise Refused(
            f"{len(refused)} of {len(slots)} were not approved: {refused[0].refused}",
            "Look at those again",
        )
    return go(local(next, "/review"), request)


@router.post("/review/unpin")
def take_back(
    request: Request,
    here: Here,
    who: Reviewer,
    item: Text,
    reason: Text = "",
    next: Text = "/review",
) -> Response:
    """Take an approval back."""
    unpin(here.db, slot_of(here, who, item), reason, who=who.name)
    return go(local(next, "/review"), request)


@router.post("/review/reject")
def reject_one(
    request: Request,
    here: Here,
    who: Reviewer,
    item: Text,
    reason: Text,
    told: Remake,
    again: Text = "",
    key: Text = "",
) -> Response:
    """Reject what was looked at; to have it made again takes the right to spend, if it costs."""
    slot = slot_of(here, who, item)
    if again:
        may_pay(who, price_of_remaking(here, slot.where))
    reject(
        here.db,
        slot,
        reason,
        who=who.name,
        key=key or None,
        again=bool(again),
        wish=told.wish,
        unpin=told.unpin,
    )
    return go(told.onward("/review"), request)


@router.post("/arenas/{arena}/choose/{asset}")
@router.post("/arenas/{arena}/choose/{asset}/{name}")
def choose_take(
    request: Request,
    here: Here,
    who: Reviewer,
    arena: str,
    asset: str,
    take: Annotated[int, Form(ge=1)],
    told: Remake,
    name: str = SINGLE,
) -> Response:
    """Let another take that is there count, and approve it."""
    plan = plan_for(here, who, arena)
    where = slot_named(asset, name)
    may_pay(who, price_of_choosing(here, where))
    choose(here.db, Slot(plan.arena_id, where), take, who=who.name, unpin=told.unpin)
    return go(told.onward(slot_path(plan.partition, where)), request)


def slot_of(here: Here, who: Principal, item: str) -> Slot:
    """The slot that ``arena-000042/image_set/view_03`` names, when somebody may act on it."""
    arena, _, slot = item.partition("/")
    plan = plan_for(here, who, arena)
    return Slot(plan.arena_id, parse_slot(slot))
