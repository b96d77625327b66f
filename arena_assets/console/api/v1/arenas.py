"""Arenas: lists, progress, and what is done with one as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from arena_assets.actions import arenas as actions
from arena_assets.actions.eta import Forecast, words
from arena_assets.actions.handover import awaited, stop_runs
from arena_assets.actions.server_record import find_server
from arena_assets.actions.tracking import Tracker
from arena_assets.actions.words import thing
from arena_assets.console.api.v1.reach import (
    Acts,
    ArenaId,
    At,
    Kept,
    Limit,
    Once,
    Producer,
    Reader,
    Spender,
    cursor_of,
    plan_for,
    visible,
)
from arena_assets.console.api.v1.shapes import ArenaOut, ArenaPage
from arena_assets.console.auth.principal import Principal
from arena_assets.console.desk import Desk
from arena_assets.console.media import pack_answer
from arena_assets.domain.slots import UPSTREAM
from arena_assets.store.game import Publication
from arena_assets.store.history import OF_LATE, EtaRange
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan, list_plans
from arena_assets.store.results import slots_done
from arena_assets.workshop.review import waiting_for_review

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
    projects, after = visible(reader, project), cursor_of(cursor)
    found = list_plans(at.db, projects=projects, states=state, after=after, limit=limit + 1)
    shown = found[:limit]
    return ArenaPage(
        arenas=_out(at, shown),
        next=str(shown[-1].arena_id) if len(found) > limit else None,
    )


@router.get("/arenas/{arena}", summary="One arena")
def read_arena(at: At, reader: Reader, arena: ArenaId) -> ArenaOut:
    return _out(at, [plan_for(at, reader, arena)])[0]


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
def resume_arena(at: At, spender: Spender, arena: ArenaId, acts: Once) -> Response:
    plan = plan_for(at, spender, arena)
    return _launched(
        at, spender, plan, acts, lambda: actions.resume(at.db, [plan.arena_id])[plan.arena_id]
    )


@router.post("/arenas/{arena}/cancel", summary="Stop an arena until somebody resumes it")
def cancel_arena(at: At, producer: Producer, arena: ArenaId, acts: Once) -> Response:
    """`runs_stopped` counts the runs that are told to stop."""
    plan = plan_for(at, producer, arena)
    runs: list[str] = []

    def act() -> dict[str, Any]:
        marked, runs[:] = actions.mark_stopped(at.db, [plan.arena_id])
        told = len(runs) if find_server(at.settings) else 0
        return {"arena": plan.partition, "state": marked[0].state.value, "runs_stopped": told}

    return acts.once(producer, None, act, then=lambda: stop_runs(at.settings, runs))


@router.post("/arenas/{arena}/publish", summary="Publish an arena that was kept back")
def publish_arena(at: At, producer: Producer, arena: ArenaId, acts: Once) -> Response:
    """Refused unless it is made: what is still to be made takes a resume, which may cost money."""
    plan = plan_for(at, producer, arena)
    return _launched(at, producer, plan, acts, lambda: actions.publish(at.db, plan.arena_id))


@router.post("/arenas/{arena}/unpublish", summary="Take an arena out of the game")
def unpublish_arena(at: At, producer: Producer, arena: ArenaId, acts: Once) -> Response:
    plan = plan_for(at, producer, arena)
    taken: list[Publication] = []

    def act() -> dict[str, Any]:
        gone = actions.withhold(at.db, plan.arena_id)
        if gone is None:
            raise Kept(actions.not_published(plan.arena_id))
        taken[:] = [gone]
        return {"arena": plan.partition, "removed": gone.root}

    def then() -> None:
        for gone in taken:
            actions.remove_folder(at.settings, gone)

    return acts.once(producer, None, act, then=then)


@router.get(
    "/arenas/{arena}/pack",
    summary="The engine pack (a ZIP); ranges are answered",
    response_class=FileResponse,
    responses={200: {"content": {"application/zip": {}}}, 206: {"description": "A part of it"}},
)
def read_pack(at: At, reader: Reader, arena: ArenaId, request: Request) -> FileResponse:
    """Refused while items of it wait for an approval."""
    return pack_answer(request, at, plan_for(at, reader, arena))


def _out(at: Desk, plans: list[Plan]) -> list[ArenaOut]:
    done = slots_done(at.db, [plan.arena_id for plan in plans])
    waiting = waiting_for_review(at.db, plans)
    return [
        ArenaOut.of(plan, done[plan.arena_id], _TOTAL, plan.arena_id in waiting) for plan in plans
    ]


def _launched(
    at: Desk, who: Principal, plan: Plan, acts: Acts, want: Callable[[], int]
) -> Response:
    def act() -> dict[str, Any]:
        words_ = awaited(at.settings).sentence
        return {"arena": plan.partition, "launch": want(), "words": words_}

    return acts.once(who, None, act, then=acts.hand_over)


def _range(found: EtaRange) -> dict[str, float]:
    return {name: round(getattr(found, name), 1) for name in ("low", "expected", "high")}
