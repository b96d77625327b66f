"""What decisions mean for work: what still waits for an approval, and which launches follow.

A decision is a row and starts nothing by itself; a sensor calls :func:`follow_decisions`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import SlotName
from arena_assets.store import events, plans, results
from arena_assets.store.database import Database
from arena_assets.store.decisions import pinned_keys
from arena_assets.store.events import Event
from arena_assets.store.launches import want_launch
from arena_assets.store.marks import move_mark, read_mark
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan
from arena_assets.store.versions import project_slugs, rules_of_projects

_MARK = "decisions_followed"
_KINDS = ("slot_approved", "slot_rejected", "slot_chosen", "project_rules_changed")
_PAGE = 500


def unapproved(
    db: Database, plan: Plan, manifests: Mapping[SlotName, SlotManifest] | None = None
) -> list[SlotName]:
    """The slots of which a person must still approve the very bytes before they are published:
    those of ``manifests``, else what was kept last.

    Always empty in a project that publishes automatically.
    """
    keys = {slot: manifest.key for slot, manifest in (manifests or {}).items()}
    kept = None if manifests is None else {plan.arena_id: keys}
    return _unapproved(db, [plan], kept)[plan.arena_id]


def waiting_for_review(db: Database, plans: Iterable[Plan]) -> set[int]:
    """The arenas of these that are made and lack only a person's approval, in three readings
    whatever their number."""
    made = [plan for plan in plans if plan.state is PlanState.MADE and not plan.withheld]
    return {arena_id for arena_id, slots in _unapproved(db, made).items() if slots}


def _unapproved(
    db: Database, plans: Collection[Plan], kept: Mapping[int, Mapping[SlotName, str]] | None = None
) -> dict[int, list[SlotName]]:
    rules = rules_of_projects(db, {plan.project for plan in plans})
    awaited = {plan.arena_id: rules[plan.project].awaited for plan in plans}
    reviewed = [arena_id for arena_id, slots in awaited.items() if slots]
    kept = results.latest_keys(db, reviewed) if kept is None else kept
    pinned = pinned_keys(db, reviewed)
    return {
        arena_id: [
            slot
            for slot in slots
            if slot not in kept[arena_id] or pinned[arena_id].get(slot) != kept[arena_id][slot]
        ]
        for arena_id, slots in awaited.items()
    }


def follow_decisions(db: Database) -> list[int]:
    """Ask for the launches that follow from decisions made since the last call; names the arenas.

    The mark moves after the launches were asked for: a crash between repeats them, and asking twice
    is one launch.
    """
    launched: list[int] = []
    while page := events.since(db, read_mark(db, _MARK), kinds=_KINDS, limit=_PAGE):
        for event in page:
            launched += _follow(db, event)
        move_mark(db, _MARK, page[-1].seq)
    return list(dict.fromkeys(launched))


def _follow(db: Database, event: Event) -> list[int]:
    if event.kind == "project_rules_changed":
        return _publish_all(db, event.project_id)
    if event.arena_id is None:
        return []
    if event.kind == "slot_approved":
        return _publish(db, plans.get_plan(db, event.arena_id))
    if event.kind == "slot_rejected" and event.data.get("next_take") is None:
        return []
    return _launch(db, plans.get_plan(db, event.arena_id), f"{event.slot} was decided anew")


def _publish_all(db: Database, project_id: int | None) -> list[int]:
    slug = project_slugs(db).get(project_id or 0)
    projects = None if slug is None else [slug]
    found: list[int] = []
    after = 0
    while page := plans.list_plans(
        db, projects=projects, states=[PlanState.MADE], after=after, limit=_PAGE
    ):
        after = page[-1].arena_id
        for plan in page:
            found += _publish(db, plan)
    return found


def _publish(db: Database, plan: Plan) -> list[int]:
    if plan.state is not PlanState.MADE or plan.withheld or unapproved(db, plan):
        return []
    return _launch(db, plan, "every item is approved")


def _launch(db: Database, plan: Plan, why: str) -> list[int]:
    if plan.state is PlanState.CANCELLED:
        return []  # a person stopped it: it goes on when they say so
    want_launch(db, plan.arena_id, why)
    return [plan.arena_id]
