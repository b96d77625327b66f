"""What waits for a person's eye: the undecided items of arenas that are made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from arena_assets.console.desk import Desk
from arena_assets.console.pages.arena_view import slot_views
from arena_assets.console.pages.slot_view import SlotView
from arena_assets.domain.rules import REVIEWED_ASSETS
from arena_assets.domain.slots import SlotName
from arena_assets.store import catalogue
from arena_assets.store.catalogue import Choice
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan
from arena_assets.store.versions import rules_of

ARENAS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Item:
    plan: Plan
    view: SlotView

    @property
    def name(self) -> str:
        """How forms and addresses name it: ``arena-000042/image_set/view_03``."""
        return f"{self.plan.partition}/{self.view.slot}"


def queue(here: Desk, projects: Collection[str] | None, plan: Plan | None = None) -> list[Item]:
    """Items to decide upon, oldest arena first.

    Of an arena that somebody chose, all that is reviewed and undecided; else only arenas of
    projects that publish by review, :data:`ARENAS_AHEAD` at most.
    """
    if plan is not None:
        return _open(here, plan, REVIEWED_ASSETS)
    found: list[Item] = []
    made = catalogue.leaf(here.db, Choice(projects=projects, states=[PlanState.MADE]), 200)
    arenas = 0
    known = {each: rules_of(here.db, each) for each in {plan.project for plan in made}}
    for each in reversed(made):
        rules = known[each.project]
        if not rules.awaited:
            continue
        items = _open(here, each, rules.review)
        found += items
        arenas += bool(items)
        if arenas == ARENAS_AHEAD:
            break
    return found


def _open(here: Desk, plan: Plan, assets: Collection[str]) -> list[Item]:
    views: dict[SlotName, SlotView] = slot_views(here, plan)
    return [
        Item(plan, view)
        for slot, view in views.items()
        if slot.asset in assets and view.made and not view.stale and view.verdict == "waiting"
    ]
