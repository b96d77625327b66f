"""Calls to services: those nobody knows the outcome of, to be settled, and the recent ones."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from arena_assets.actions.calls import REASON_MAX, Outcome, settle
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.desk import Desk
from arena_assets.console.pages.shared import (
    Here,
    Reader,
    Spender,
    Text,
    go,
    link,
    local,
    plan_for,
    show,
    visible,
)
from arena_assets.errors import NotFound, UsageFault
from arena_assets.ledger.settling import tidy
from arena_assets.store.calls import CallState, PaidCall, count_calls, find_call, recent_calls
from arena_assets.store.ledger_entries import entries

router = APIRouter(include_in_schema=False)
_PAGE = 40
_PARKED_SHOWN = 100
STATE_WORDS = {
    CallState.INTENT: "about to be sent",
    CallState.SENT: "sent, no answer yet",
    CallState.DONE: "answered",
    CallState.SPOILED: "charged, of no use",
    CallState.FAILED: "not charged",
    CallState.UNKNOWN: "parked",
}
_PARKED = [CallState.UNKNOWN]


@router.get("/calls")
def calls(
    request: Request,
    here: Here,
    who: Reader,
    project: str | None = None,
    arena: str | None = None,
    state: str | None = None,
    before: str | None = None,
) -> Response:
    """The parked ones first, whatever is chosen of the recent ones below."""
    plan = plan_for(here, who, arena) if arena else None
    projects = visible(here, who, plan.project if plan else project)
    arena_id = plan.arena_id if plan else None
    tidy(here.db)  # so that what a dead process left is shown as what it is
    chosen = [CallState(state)] if state in set(CallState) else None
    found = recent_calls(
        here.db,
        states=chosen,
        arena_id=arena_id,
        projects=projects,
        before=_call_for(here, who, before) if before else None,
        limit=_PAGE + 1,
    )
    query = {"project": project, "arena": arena, "state": state}
    return show(
        request,
        here,
        who,
        "calls.html",
        place="operations",
        project=plan.project if plan else project,
        switch="/calls",
        parked=recent_calls(
            here.db, states=_PARKED, arena_id=arena_id, projects=projects, limit=_PARKED_SHOWN
        ),
        parked_count=count_calls(here.db, CallState.UNKNOWN, projects, arena_id),
        all_parked=link("/calls", project=project, arena=arena, state=CallState.UNKNOWN.value),
        calls=found[:_PAGE],
        more_url=link("/calls", **query, before=found[_PAGE - 1].key)
        if len(found) > _PAGE
        else None,
        plan=plan,
        chosen=query,
        back=link("/calls", **query),
        states=STATE_WORDS,
        reason_max=REASON_MAX,
    )


@router.get("/calls/{key}")
def call(request: Request, here: Here, who: Reader, key: str) -> Response:
    """One call with its lines in the ledger."""
    tidy(here.db)
    found = _call_for(here, who, key)
    return show(
        request,
        here,
        who,
        "call.html",
        place="operations",
        project=found.project,
        call=found,
        entries=entries(here.db, call_key=found.key),
        states=STATE_WORDS,
        back=f"/calls/{found.key}",
        reason_max=REASON_MAX,
    )


@router.post("/calls/{key}/settle")
def settle_call(
    request: Request,
    here: Here,
    who: Spender,
    key: str,
    outcome: Text,
    usd: Annotated[str, Form(max_length=20)] = "",
    reason: Text = "",
    next: Text = "",
) -> Response:
    """Say what became of it. An amount typed beside "not charged" is left aside."""
    found = _call_for(here, who, key)
    if outcome not in set(Outcome):
        raise UsageFault("Nothing was said about the call", "Say whether it was charged")
    told = Outcome(outcome)
    amount = None if told is Outcome.NOT_CHARGED else usd.strip()
    settle(here.db, found.key, told, amount, who=who.name, reason=reason)
    return go(local(next, f"/calls/{found.key}"), request)


def _call_for(here: Desk, who: Principal, start: str) -> PaidCall:
    found = find_call(here.db, start)
    if not who.may(Scope.READ, found.project):
        raise NotFound(f"There is no call '{start[:16]}'", "/calls lists those there are")
    return found
