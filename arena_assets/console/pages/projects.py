"""Projects: the list, and one project's rules, budgets and defaults."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from arena_assets.actions.style import save_rules
from arena_assets.console.pages.shared import (
    Admin,
    Fields,
    Here,
    Producer,
    Reader,
    Text,
    amount_of,
    go,
    project_for,
    projects_of,
    require_project,
    show,
)
from arena_assets.console.pages.slot_view import ASSET_WORDS
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.rules import Publishing, Rules, parse_rules
from arena_assets.domain.slots import MADE
from arena_assets.store import catalogue
from arena_assets.store.budgets import Budget, get_budgets, set_budget
from arena_assets.store.budgets import Scope as Cap
from arena_assets.store.plan_states import PlanState
from arena_assets.store.versions import (
    VersionKind,
    ensure_project,
    rules_of,
    style_of,
    versions_of,
)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Summary:
    slug: str
    states: dict[PlanState, int]
    rules: Rules
    budgets: tuple[Budget, ...]

    @property
    def arenas(self) -> int:
        return sum(self.states.values())


@router.get("/projects")
def projects(request: Request, here: Here, who: Reader) -> Response:
    """Every project one may see, with what it holds and may spend."""
    found = [
        Summary(
            slug,
            catalogue.states_of(here.db, [slug]),
            rules_of(here.db, slug),
            _caps(here, slug),
        )
        for slug in projects_of(here, who)
    ]
    return show(request, here, who, "projects.html", place="projects", summaries=found)


@router.post("/projects")
def begin(request: Request, here: Here, who: Producer, slug: Text) -> Response:
    """Begin a project, or go to the one that is there."""
    name = require_project(who, slug)
    ensure_project(here.db, name)
    return go(f"/projects/{name}", request)


@router.get("/projects/{slug}")
def one(request: Request, here: Here, who: Reader, slug: str) -> Response:
    """One project."""
    project_for(here, who, slug)
    versions = versions_of(here.db, slug, VersionKind.STYLE)
    return show(
        request,
        here,
        who,
        "project.html",
        place="projects",
        project=slug,
        rules=rules_of(here.db, slug),
        style=style_of(here.db, slug),
        versions=versions,
        budgets=_caps(here, slug),
        states=catalogue.states_of(here.db, [slug]),
        themes=list(Theme),
        colors=list(ManaColor),
        publishing=list(Publishing),
        assets={each.asset: ASSET_WORDS[each.asset] for each in MADE},
    )


@router.post("/projects/{slug}/rules")
def rules(request: Request, here: Here, who: Producer, slug: str, form: Fields) -> Response:
    """Save how it publishes, what is reviewed, and what a new request starts with."""
    project_for(here, who, slug)

    def first(name: str) -> str | None:
        return form.get(name, [""])[0].strip() or None

    defaults = {name: first(name) for name in ("count", "theme", "mana_color", "brief", "priority")}
    chosen = parse_rules(
        {
            "publishing": first("publishing") or Publishing.AUTOMATIC,
            "review": form.get("review") or list(rules_of(here.db, slug).review),
            "defaults": {name: value for name, value in defaults.items() if value is not None},
        }
    )
    save_rules(here.db, slug, chosen, who=who.name)
    return go(f"/projects/{slug}", request)


@router.post("/projects/{slug}/budget")
def budget(
    request: Request, here: Here, who: Admin, slug: str, kind: Text, cap: Text = ""
) -> Response:
    """Set what a project may spend in all or per month; empty takes the cap away."""
    project_for(here, who, slug)
    scope = Cap.PROJECT_MONTH if kind == Cap.PROJECT_MONTH.value else Cap.PROJECT
    set_budget(here.db, scope, slug, amount_of(cap) if cap.strip() else None)
    return go(f"/projects/{slug}", request)


def _caps(here: Here, slug: str) -> tuple[Budget, ...]:
    kinds = (Cap.PROJECT, Cap.PROJECT_MONTH)
    return tuple(each for each in get_budgets(here.db, project=slug) if each.scope in kinds)
