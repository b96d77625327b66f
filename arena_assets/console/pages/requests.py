"""Requests: the form with its live quote, the list, and the page of one batch."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from arena_assets.actions.request import ask
from arena_assets.console.auth.principal import Scope
from arena_assets.console.pages.batch import batch
from arena_assets.console.pages.ordering import extra_fields, new_key, offer, spec_of
from arena_assets.console.pages.shared import (
    Here,
    Producer,
    Reader,
    Spender,
    form_of,
    go,
    link,
    projects_of,
    require_project,
    show,
    whole,
)
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.errors import NotFound
from arena_assets.store.requests import get_request, list_requests
from arena_assets.store.versions import rules_of

router = APIRouter(include_in_schema=False)
_PAGE = 30


@router.get("/requests")
def requests(
    request: Request,
    here: Here,
    who: Reader,
    project: str | None = None,
    before: str | None = None,
) -> Response:
    """What was asked for, newest first."""
    if project:
        require_project(who, project)
    found = list_requests(here.db, project=project, before=whole(before), limit=_PAGE + 1)
    page = [each for each in found[:_PAGE] if who.may(Scope.READ, each.spec.project)]
    last = found[_PAGE - 1].request_id if len(found) > _PAGE else None
    return show(
        request,
        here,
        who,
        "requests.html",
        place="requests",
        project=project,
        switch="/requests",
        batches=[batch(here, each) for each in page],
        more_url=last and link("/requests", project=project, before=last),
    )


@router.get("/requests/new")
def new(request: Request, here: Here, who: Producer, project: str | None = None) -> Response:
    """The form, filled with the project's defaults; its quote is there from the start."""
    projects = projects_of(here, who)
    chosen = project or (projects[0] if projects else here.settings.project)
    require_project(who, chosen, Scope.PRODUCE)
    defaults = rules_of(here.db, chosen).defaults
    form: dict[str, str] = {
        "project": chosen,
        "count": str(defaults.count),
        "theme": defaults.theme or "",
        "mana_color": defaults.mana_color or "",
        "brief": defaults.brief,
        "priority": str(defaults.priority),
    }
    return _form(request, here, who, form)


@router.post("/requests/quote")
async def quote(request: Request, here: Here, who: Producer) -> Response:
    """The quote beside the form, for what the form says now. A POST, as briefs are private."""
    form = {name: values[-1] for name, values in (await form_of(request)).items()}
    require_project(who, form.get("project") or here.settings.project, Scope.PRODUCE)
    told = offer(here, form)
    return show(request, here, who, "parts/quote.html", place="requests", offer=told)


@router.post("/requests")
async def place(request: Request, here: Here, who: Spender) -> Response:
    """Place it. The form's key makes a second click the same request."""
    form = {name: values[-1] for name, values in (await form_of(request)).items()}
    spec = spec_of(form, extra_fields())
    require_project(who, spec.project, Scope.SPEND)
    placed = ask(
        here.settings,
        here.db,
        spec,
        idempotency_key=form.get("key") or None,
        token=form.get("token") or None,
    )
    return go(f"/requests/{placed.request_id}", request)


@router.get("/requests/{number}")
def one(request: Request, here: Here, who: Reader, number: int) -> Response:
    """One batch, live."""
    return _batch(request, here, who, number, "request.html")


@router.get("/requests/{number}/live")
def live(request: Request, here: Here, who: Reader, number: int) -> Response:
    """The part of it that changes by itself."""
    return _batch(request, here, who, number, "parts/batch.html")


def _batch(request: Request, here: Here, who: Reader, number: int, name: str) -> Response:
    record = get_request(here.db, number)
    if not who.may(Scope.READ, record.spec.project):
        raise NotFound(f"There is no request {number}", "The list shows those there are")
    return show(request, here, who, name, place="requests", batch=batch(here, record, closely=True))


def _form(request: Request, here: Here, who: Producer, form: dict[str, str]) -> Response:
    context: dict[str, Any] = {
        "form": form,
        "key": new_key(),
        "offer": offer(here, form),
        "themes": list(Theme),
        "colors": list(ManaColor),
        "economy": "economy" in extra_fields(),
    }
    return show(
        request,
        here,
        who,
        "request_new.html",
        place="requests",
        project=form["project"],
        switch="/requests/new",
        **context,
    )
