"""What every page needs: who looks, what they may see, and the frame around it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from arena_assets.console.auth.access import (
    SPENDING,
    Admin,
    Producer,
    Reader,
    Reviewer,
    Spender,
)
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.desk import Desk, desk
from arena_assets.console.render import page
from arena_assets.domain.identity import arena_id_of, partition_key, project_slug
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.slots import SINGLE, SlotName, parse_slot
from arena_assets.errors import NotFound, UsageFault
from arena_assets.store import requests
from arena_assets.store.plans import Plan, get_plan
from arena_assets.store.versions import project_id_of

__all__ = ["Admin", "Producer", "Reader", "Reviewer", "Spender"]
Here = Annotated[Desk, Depends(desk)]
Text = Annotated[str, Form(max_length=4000)]


def projects_of(here: Desk, who: Principal) -> list[str]:
    """The projects somebody may read, by name."""
    found = requests.list_projects(here.db)
    return [each for each in found if who.may(Scope.READ, each)]


def visible(here: Desk, who: Principal, project: str | None) -> Collection[str] | None:
    """Which projects a list shows: the chosen one, or all that may be read; None is no limit."""
    if project:
        require_project(who, project)
        return [project]
    return None if who.projects is None else projects_of(here, who)


def require_project(who: Principal, project: str) -> str:
    """The project's name when somebody may see it; NotFound otherwise, as if there were none.

    What they may do there is said by the route alone.
    """
    slug = project_slug(project)
    if not who.may(Scope.READ, slug):
        raise NotFound(f"There is no project '{slug}'", "Choose one of yours in the top bar")
    return slug


def project_for(here: Desk, who: Principal, project: str) -> str:
    """:func:`require_project` for a project that must be there already."""
    slug = require_project(who, project)
    project_id_of(here.db, slug)
    return slug


def plan_for(here: Desk, who: Principal, arena: str) -> Plan:
    """The arena of that name; NotFound for one of a project that is not theirs."""
    plan = get_plan(here.db, arena_id_of(arena))
    if not who.may(Scope.READ, plan.project):
        raise NotFound(f"There is no arena {plan.partition}", "The list shows those there are")
    return plan


def show(
    request: Request,
    here: Desk,
    who: Principal,
    name: str,
    *,
    place: str,
    project: str | None = None,
    switch: str | None = None,
    **context: Any,
) -> Response:
    """A whole page. ``place`` is its tab; ``switch`` the address that changes the project.

    A template finds what to offer in ``may``: ``may.spend`` is all it takes to spend.
    """
    may = {each.value: allowed(who, each, project) for each in Scope}
    frame: dict[str, Any] = {
        "here": place,
        "project": project,
        "projects": projects_of(here, who),
        "may": may | {"spend": all(may[each] for each in SPENDING)},
    }
    if switch is not None:
        frame["switch"] = switch
    return page(request, name, **frame, **context)


def allowed(who: Principal, scope: Scope, project: str | None) -> bool:
    """Whether to offer an act at all; the act itself asks again."""
    return scope in who.scopes and (project is None or who.may(scope, project))


def local(url: str | None, fallback: str) -> str:
    """An address of ours that a form may lead back to; anything else gives ``fallback``."""
    safe = url and url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable()
    return url if safe and url else fallback


def go(url: str, request: Request) -> Response:
    """Go on to another page: for htmx by a header, for a plain form by a redirect."""
    if request.headers.get("HX-Request"):
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, status_code=303)


def link(path: str, **query: object) -> str:
    """An address with those parts of the query that are there."""
    parts = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(parts)}" if parts else path


def theme_of(text: str | None) -> Theme | None:
    return Theme(text) if text and text in set(Theme) else None


def color_of(text: str | None) -> ManaColor | None:
    return ManaColor(text) if text and text in set(ManaColor) else None


def whole(text: str | None) -> int | None:
    """A number from a query, None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def amount_of(text: str) -> Decimal:
    """Dollars and cents as a person types them, 0 or more; raises UsageFault."""
    given = text.strip().removeprefix("$")
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,6})?", given):
        raise UsageFault(f"'{text[:40]}' is no amount in dollars", "Write it like 12.50")
    return Decimal(given)


@dataclass(frozen=True, slots=True)
class Remaking:
    """What every form says that has something made anew: what shall be otherwise, whether approvals
    in its way are taken back, and where to go on."""

    wish: str
    unpin: bool
    next: str

    def onward(self, fallback: str) -> str:
        return local(self.next, fallback)


def _remaking(wish: Text = "", unpin_below: Text = "", next: Text = "") -> Remaking:
    return Remaking(wish, bool(unpin_below), next)


Remake = Annotated[Remaking, Depends(_remaking)]


async def form_of(request: Request) -> dict[str, list[str]]:
    """A form's text fields, each with all its values; at most 500 fields."""
    form = await request.form(max_fields=500, max_files=20)
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            found.setdefault(name, []).append(value)
    return found


Fields = Annotated[dict[str, list[str]], Depends(form_of)]
"""A form whose fields are not known beforehand, or come several times."""


def slot_named(asset: str, name: str = SINGLE) -> SlotName:
    """The slot of an address; raises NotFound."""
    return parse_slot(asset if name == SINGLE else f"{asset}/{name}")


def arena_url(arena_id: int) -> str:
    return f"/arenas/{partition_key(arena_id)}"
