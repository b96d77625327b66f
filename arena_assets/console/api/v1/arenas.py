"""Arenas: lists, progress, and what is done with one as a whole."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from arena_assets.actions import arenas as actions
from arena_assets.actions.eta import Forecast, words
from arena_assets.actions.handover import hand_over
from arena_assets.actions.packs import pack_name
from arena_assets.actions.tracking import Tracker
from arena_assets.actions.words import thing
from arena_assets.console.api.v1.reach import (
    ArenaId,
    At,
    Limit,
    Producer,
    Reader,
    Spender,
    cursor_of,
    plan_for,
    sees,
)
from arena_assets.console.api.v1.shapes import ArenaOut, ArenaPage
from arena_assets.domain.slots import UPSTREAM
from arena_assets.store.history import OF_LATE, EtaRange
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan, list_plans
from arena_assets.store.results import slots_done
from arena_assets.workshop.review import waits_for_review

router = APIRouter(tags=["arenas"])
_TOTAL = len(UPSTREAM)


@router.get("/arenas", summary="Arenas by rising number")
def read_arenas(
    at: At,
    reader: Reader,
    project: Annotated[str | None, Query(max_length=48)] = None,
    state: Annotated[list[PlanState] | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = 50,
) -> ArenaPage:
    after = cursor_of(cursor)
    shown: list[Plan] = []
    while len(shown) <= limit:
        page = list_plans(at.db, project=project, states=state, after=after, limit=limit + 1)
        shown += [plan for plan in page if sees(reader, plan.project)]
        if len(page) <= limit:
            break
        after = page[-1].arena_id
    more, shown = len(shown) > limit, shown[:limit]
    done = slots_done(at.db, [plan.arena_id for plan in shown])
    return ArenaPage(
        arenas=[_out(at, plan, done[plan.arena_id]) for plan in shown],
        next=str(shown[-1].arena_id) if more else None,
    )


@router.get("/arenas/{arena}", summary="One arena")
def read_arena(at: At, reader: Reader, arena: ArenaId) -> ArenaOut:
    plan = plan_for(at, reader, arena)
    return _out(at, plan, slots_done(at.db, [plan.arena_id])[plan.arena_id])


@router.get("/arenas/{arena}/progress", summary="How far it is, what happens now, when it is done")
def read_progress(at: At, reader: Reader, arena: ArenaId) -> dict[str, Any]:
    """Seconds of waiting and of work are ranges learned from history, apart."""
    plan = plan_for(at, reader, arena)
    progress = Tracker(at.db, [plan.arena_id]).arenas[plan.arena_id]
    eta = Forecast(at.db, at.settings, age=OF_LATE).of(progress)
    return {
        **progress.as_data(),
        "finished": progress.finished,
        "at_work": [
            {
                "slot": str(slot),
                "thing": thing(str(slot)),
                "fraction": at_.fraction,
                "note": at_.note,
            }
            for slot, at_ in progress.at_work.items()
        ],
        "queue_seconds": None if eta.wait is None else _range(eta.wait),
        "work_seconds": _range(eta.work),
        "words": words(eta),
    }


@router.post("/arenas/{arena}/resume", summary="Let an arena that stopped go on")
def resume_arena(at: At, spender: Spender, arena: ArenaId) -> dict[str, Any]:
    plan = plan_for(at, spender, arena)
    launches = actions.resume(at.db, [plan.arena_id])
    return _launched(at, plan, launches[plan.arena_id])


@router.post("/arenas/{arena}/cancel", summary="Stop an arena until somebody resumes it")
def cancel_arena(at: At, producer: Producer, arena: ArenaId) -> dict[str, Any]:
    plan = plan_for(at, producer, arena)
    marked, stopped = actions.cancel(at.settings, at.db, [plan.arena_id])
    return {"arena": plan.partition, "state": marked[0].state.value, "runs_stopped": stopped}


@router.post("/arenas/{arena}/publish", summary="Publish an arena that was kept back")
def publish_arena(at: At, producer: Producer, arena: ArenaId) -> dict[str, Any]:
    plan = plan_for(at, producer, arena)
    return _launched(at, plan, actions.publish(at.db, plan.arena_id))


@router.post("/arenas/{arena}/unpublish", summary="Take an arena out of the game")
def unpublish_arena(at: At, producer: Producer, arena: ArenaId) -> dict[str, Any]:
    plan = plan_for(at, producer, arena)
    gone = actions.unpublish(at.settings, at.db, plan.arena_id)
    return {"arena": plan.partition, "removed": gone.root}


@router.get(
    "/arenas/{arena}/pack",
    summary="The engine pack (a ZIP); ranges are answered",
    response_class=FileResponse,
    responses={200: {"content": {"application/zip": {}}}, 206: {"description": "A part of it"}},
)
def read_pack(at: At, reader: Reader, arena: ArenaId) -> FileResponse:
    plan = plan_for(at, reader, arena)
    ref = actions.pack_of(at.db, plan).file("zip")
    return FileResponse(
        at.blobs.path(ref),
        media_type="application/zip",
        filename=pack_name(plan),
        headers={"ETag": f'"{ref.sha256}"', "Cache-Control": "private, no-cache"},
    )


def _out(at: At, plan: Plan, done: int) -> ArenaOut:
    return ArenaOut.of(plan, done, _TOTAL, waits_for_review(at.db, plan))


def _launched(at: At, plan: Plan, launch: int) -> dict[str, Any]:
    words_ = hand_over(at.settings, at.db).sentence
    return {"arena": plan.partition, "launch": launch, "words": words_}


def _range(found: EtaRange) -> dict[str, float]:
    return {name: round(getattr(found, name), 1) for name in ("low", "expected", "high")}
