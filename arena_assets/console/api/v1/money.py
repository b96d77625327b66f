"""Money: the ledger, calls to services, settling them by hand, budgets, and history."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from arena_assets.actions.calls import REASON_MAX, Outcome, settle
from arena_assets.actions.money import budget_data, call_data, line_data
from arena_assets.console.api.v1.reach import (
    Admin,
    At,
    Limit,
    Once,
    ProjectSlug,
    Reader,
    Spender,
    cursor_of,
    plan_for,
    project_for,
    sees,
)
from arena_assets.console.api.v1.shapes import Given
from arena_assets.console.auth.principal import Principal
from arena_assets.console.desk import Desk
from arena_assets.console.paying import sees_budget
from arena_assets.domain.money import as_dollars
from arena_assets.errors import Forbidden, NotFound
from arena_assets.ledger import settling
from arena_assets.store.budgets import Scope, get_budgets, set_budget
from arena_assets.store.calls import CallState, PaidCall, find_call, recent_calls
from arena_assets.store.history import slot_seconds
from arena_assets.store.ledger_entries import entries, totals

router = APIRouter(tags=["money"])
Arena = Annotated[str | None, Query(max_length=20)]
Project = Annotated[str | None, Query(max_length=48)]
CallKey = Annotated[
    str, Path(pattern="^[0-9a-f]{6,64}$", description="The first characters of its key.")
]


class Settlement(Given):
    """What became of a call. ``usd`` goes with ``charged`` and ``refunded``."""

    outcome: Outcome
    usd: Annotated[str | None, Field(max_length=20, examples=["0.40"])] = None
    reason: Annotated[str, Field(max_length=REASON_MAX)] = ""


class Caps(Given):
    """Caps in dollars; null takes one away, what is left out stays."""

    total_usd: Annotated[str | None, Field(max_length=20)] = None
    monthly_usd: Annotated[str | None, Field(max_length=20)] = None


@router.get("/ledger", summary="Every dollar reserved, spent and given back")
def read_ledger(
    at: At,
    reader: Reader,
    project: Project = None,
    arena: Arena = None,
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    arena_id, project = _reach(at, reader, project, arena)
    after = cursor_of(cursor)
    found = entries(at.db, arena_id=arena_id, project=project, after=after, limit=limit + 1)
    shown = found[:limit]
    return {
        "totals": [line_data(each) for each in totals(at.db, arena_id=arena_id, project=project)],
        "entries": [line_data(each) for each in shown],
        "next": str(shown[-1].seq) if len(found) > limit else None,
    }


@router.get("/calls", summary="Calls to services, newest first")
def read_calls(
    at: At,
    reader: Reader,
    project: Project = None,
    arena: Arena = None,
    parked: bool = False,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """`parked` ones wait for a person."""
    arena_id, project = _reach(at, reader, project, arena)
    before = None if cursor is None else _call_for(at, reader, cursor)
    settling.tidy(at.db)
    found = recent_calls(
        at.db,
        states=[CallState.UNKNOWN] if parked else None,
        arena_id=arena_id,
        projects=None if project is None else [project],
        before=before,
        limit=limit + 1,
    )
    shown = found[:limit]
    return {
        "calls": [call_data(each) for each in shown],
        "next": shown[-1].key if len(found) > limit else None,
    }


@router.get("/calls/{call}", summary="One call, with its lines in the ledger")
def read_call(at: At, reader: Reader, call: CallKey) -> dict[str, Any]:
    settling.tidy(at.db)
    found = _call_for(at, reader, call)
    lines = entries(at.db, call_key=found.key)
    return {**call_data(found), "entries": [line_data(each) for each in lines]}


@router.post("/calls/{call}/settle", summary="Say what became of a call nobody knows of")
def settle_call(at: At, spender: Spender, call: CallKey, told: Settlement, acts: Once) -> Response:
    """`charged` and `refunded` name an amount; `reason` goes into the ledger."""
    settling.tidy(at.db)
    key = _call_for(at, spender, call).key

    def act() -> dict[str, Any]:
        done = settle(at.db, key, told.outcome, told.usd, who=spender.name, reason=told.reason)
        return call_data(done)

    return acts.once(spender, told, act)


@router.get("/projects/{project}/budgets", summary="A project's caps, and what stands against them")
def read_budgets(at: At, reader: Reader, project: ProjectSlug) -> list[dict[str, Any]]:
    return _budgets(at, reader, project_for(at, reader, project))


@router.put("/projects/{project}/budgets", summary="Set or take away a project's caps")
def set_budgets(at: At, admin: Admin, project: ProjectSlug, caps: Caps, acts: Once) -> Response:
    slug = project_for(at, admin, project)
    wanted: dict[str, Decimal | None] = {
        name: None if value is None else as_dollars(value)
        for name, value in caps.model_dump(include=caps.model_fields_set).items()
    }

    def act() -> list[dict[str, Any]]:
        for name, scope in (("total_usd", Scope.PROJECT), ("monthly_usd", Scope.PROJECT_MONTH)):
            if name in wanted:
                set_budget(at.db, scope, slug, wanted[name])
        return _budgets(at, admin, slug)

    return acts.once(admin, caps.model_dump(mode="json", exclude_unset=True), act)


@router.get("/history", summary="How long each kind of work takes here, in seconds")
def read_history(at: At, reader: Reader) -> list[dict[str, Any]]:
    del reader
    return [
        {
            "asset": kind.asset,
            "provider": kind.provider,
            "low": round(found.low, 2),
            "expected": round(found.expected, 2),
            "high": round(found.high, 2),
        }
        for kind, found in sorted(
            slot_seconds(at.db).items(), key=lambda each: (each[0].asset, each[0].provider)
        )
    ]


def _budgets(at: Desk, principal: Principal, slug: str) -> list[dict[str, Any]]:
    found = get_budgets(at.db, project=slug)
    return [budget_data(each) for each in found if sees_budget(principal, each)]


def _reach(
    at: Desk, reader: Principal, project: str | None, arena: str | None
) -> tuple[int | None, str | None]:
    """The arena and project asked for; who may see some projects only must name one of them."""
    if arena is not None:
        plan = plan_for(at, reader, arena)
        return plan.arena_id, plan.project
    if project is not None:
        return None, project_for(at, reader, project)
    if reader.projects is not None:
        raise Forbidden("All projects' money is not for you to see", "Name one of your projects")
    return None, None


def _call_for(at: Desk, principal: Principal, start: str) -> PaidCall:
    found = find_call(at.db, start)
    if not sees(principal, found.project):
        raise NotFound(f"There is no call '{start[:16]}'", "'arena calls' lists them")
    return found
