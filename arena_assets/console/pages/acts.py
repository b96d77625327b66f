"""What the buttons of an arena's page do: stop, go on, publish, take out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from arena_assets.actions import arenas
from arena_assets.actions.handover import hand_over
from arena_assets.console.pages.shared import (
    Here,
    Producer,
    Spender,
    arena_url,
    go,
    plan_for,
)

router = APIRouter(include_in_schema=False)


@router.post("/arenas/{arena}/cancel")
def cancel(request: Request, here: Here, who: Producer, arena: str) -> Response:
    """Stop it for good; what is made is kept."""
    plan = plan_for(here, who, arena)
    arenas.cancel(here.settings, here.db, [plan.arena_id])
    return go(arena_url(plan.arena_id), request)


@router.post("/arenas/{arena}/resume")
def resume(request: Request, here: Here, who: Spender, arena: str) -> Response:
    """Let it go on where it stopped; what is missing may cost money."""
    plan = plan_for(here, who, arena)
    arenas.resume(here.db, [plan.arena_id])
    hand_over(here.settings, here.db)
    return go(arena_url(plan.arena_id), request)


@router.post("/arenas/{arena}/publish")
def publish(request: Request, here: Here, who: Producer, arena: str) -> Response:
    """Have it published by its next run."""
    plan = plan_for(here, who, arena)
    arenas.publish(here.db, plan.arena_id)
    hand_over(here.settings, here.db)
    return go(arena_url(plan.arena_id), request)


@router.post("/arenas/{arena}/unpublish")
def unpublish(request: Request, here: Here, who: Producer, arena: str) -> Response:
    """Take it out of the game's tables and tree."""
    plan = plan_for(here, who, arena)
    arenas.unpublish(here.settings, here.db, plan.arena_id)
    return go(arena_url(plan.arena_id), request)
