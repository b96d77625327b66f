"""Requests: the form with its live quote, the list, and the page of one batch."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from arena_assets.actions.prompt_help import help_with
from arena_assets.actions.request import ask
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.pages.batch import batch, batches
from arena_assets.console.pages.ordering import extra_fields, new_key, offer, spec_of
from arena_assets.console.pages.shared import (
    Fields,
    Here,
    Reader,
    Spender,
    go,
    link,
    projects_of,
    require_project,
    show,
    visible,
    whole,
)
from arena_assets.console.paying import may_have_help
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.request import BRIEF_MAX
from arena_assets.errors import ArenaError, NotFound, Refused, UsageFault
from arena_assets.store.requests import get_request, list_requests, placed_with
from arena_assets.store.versions import rules_of

router = APIRouter(include_in_schema=False)
_PAGE = 30
_EMPTY = dict.fromkeys(("project", "count", "theme", "mana_color", "brief", "priority"), "")


@router.get("/requests")
def requests(
    request: Request,
    here: Here,
    who: Reader,
    project: str | None = None,
    before: str | None = None,
) -> Response:
    """What was asked for, newest first."""
    projects = visible(here, who, project)
    found = list_requests(here.db, projects=projects, before=whole(before), limit=_PAGE + 1)
    page = found[:_PAGE]
    last = page[-1].request_id if len(found) > _PAGE else None
    return show(
        request,
        here,
        who,
        "requests.html",
        place="requests",
        project=project,
        switch="/requests",
        batches=batches(here, page),
        more_url=last and link("/requests", project=project, before=last),
    )


@router.get("/requests/new")
def new(request: Request, here: Here, who: Spender, project: str | None = None) -> Response:
    """The form, filled with the project's defaults; its quote is there from the start."""
    projects = projects_of(here, who)
    chosen = project or (projects[0] if projects else here.settings.project)
    require_project(who, chosen)
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
def quote(request: Request, here: Here, who: Reader, form: Fields) -> Response:
    """The quote beside the form, for what the form says now. A POST, as briefs are private."""
    last = {name: values[-1] for name, values in form.items()}
    require_project(who, last.get("project") or here.settings.project)
    request.state.audited = True  # asks, changes nothing
    told = offer(here, last)
    return show(request, here, who, "parts/quote.html", place="requests", offer=told)


@router.post("/requests/brief")
def brief(request: Request, here: Here, who: Reader, form: Fields) -> Response:
    """A better wording of the brief, beside what it changes. Claude's costs money."""
    last = {name: values[-1] for name, values in form.items()}
    by = "claude" if last.get("by") == "claude" else "embedded"
    may_have_help(who, by)
    project = require_project(who, last.get("project") or here.settings.project)
    text = last.get("brief", "")[:BRIEF_MAX]
    refused = None
    try:
        told = help_with(here.settings, here.db, project, text, by=by)
    except ArenaError as error:
        if by == "embedded":
            raise
        refused, told = error, help_with(here.settings, here.db, project, text, by="embedded")
    return show(
        request, here, who, "parts/brief_help.html", place="requests", told=told, refused=refused
    )


@router.post("/requests")
def place(request: Request, here: Here, who: Spender, form: Fields) -> Response:
    """Place it. The form's key makes a second click the same request; a form that has placed one
    and was changed since says so, and gets a key of its own."""
    last = {name: values[-1] for name, values in form.items()}
    last["project"] = last.get("project") or here.settings.project
    project = require_project(who, last["project"])
    key, token = last.get("key") or None, last.get("token") or None
    try:
        spec = spec_of(last, extra_fields())
        asked = ask(here.settings, here.db, spec, idempotency_key=key, token=token)
    except (Refused, UsageFault) as error:
        placed = placed_with(here.db, project, key) if key else None
        if placed is not None:
            last["key"] = ""
            if isinstance(error, Refused):
                error = Refused(
                    f"This form has placed request {placed} already",
                    "Place it again if you want what it says now as well",
                )
        return _form(request, here, who, _EMPTY | last, error)
    return go(f"/requests/{asked.request_id}", request)


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
    return show(request, here, who, name, place="requests", batch=batch(here, record))


def _form(
    request: Request,
    here: Here,
    who: Principal,
    form: dict[str, str],
    error: ArenaError | None = None,
) -> Response:
    context: dict[str, Any] = {
        "form": form,
        "key": form.get("key") or new_key(),
        "error": error,
        "offer": offer(here, form),
        "themes": list(Theme),
        "colors": list(ManaColor),
        "claude": here.settings.claude_api_key is not None,
        "economy": "economy" in extra_fields(),
    }
    found = show(
        request,
        here,
        who,
        "request_new.html",
        place="requests",
        project=form["project"],
        switch="/requests/new",
        **context,
    )
    found.status_code = 200 if error is None else error.http_status
    return found
