"""What waits for a person's eye: the undecided items of arenas that are made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain

from arena_assets.console.desk import Desk
from arena_assets.console.pages.arena_view import slot_views
from arena_assets.console.pages.slot_view import SlotView
from arena_assets.domain.rules import REVIEWED_ASSETS
from arena_assets.domain.slots import SlotName
from arena_assets.store import catalogue
from arena_assets.store.plans import Plan
from arena_assets.store.versions import rules_of_projects

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
    rules = rules_of_projects(here.db, projects)
    review = {slug: each.review for slug, each in rules.items() if each.awaited}
    ahead: list[list[Item]] = []
    after = 0
    # Stale items are no longer to be decided upon, so an arena may have none for all that.
    while len(ahead) < ARENAS_AHEAD and (
        page := catalogue.undecided(here.db, review, after, ARENAS_AHEAD - len(ahead))
    ):
        ahead += filter(None, (_open(here, each, review[each.project]) for each in page))
        after = page[-1].arena_id
    return list(chain.from_iterable(ahead))


def _open(here: Desk, plan: Plan, assets: Collection[str]) -> list[Item]:
    views: dict[SlotName, SlotView] = slot_views(here, plan)
    return [
        Item(plan, view)
        for slot, view in views.items()
        if slot.asset in assets and view.made and not view.stale and view.verdict == "waiting"
    ]
