"""The part of the operations page that changes by itself: machine, pools, queue, processes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from arena_assets.actions.dagster_client import PoolState
from arena_assets.actions.tracking import Tracker
from arena_assets.console.desk import Desk
from arena_assets.console.machine import pools
from arena_assets.console.pages.slot_view import slot_path, title_of
from arena_assets.domain.identity import partition_key
from arena_assets.domain.quote import pool_limits, pool_of
from arena_assets.ledger.quoting import services_of
from arena_assets.store import catalogue, events
from arena_assets.store.catalogue import Choice
from arena_assets.store.plan_states import PlanState

_RUNNING_SHOWN = 12
_PROGRESS_BACK = 1000
"""Of how many events back passing progress is looked for."""


@dataclass(frozen=True, slots=True)
class Work:
    """A slot in the making; ``percent`` of it is done."""

    arena: str
    title: str
    page: str
    percent: int
    note: str


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool as Dagster counts it; ``state`` is None while Dagster does not answer."""

    name: str
    limit: int
    state: PoolState | None
    works: tuple[Work, ...]


def read_pools(here: Desk, projects: Collection[str] | None) -> tuple[bool, list[Pool]]:
    """Whether Dagster answers, and every pool with what is made in it now."""
    counted = pools(here)
    states = {each["name"]: PoolState(**each) for each in counted or ()}
    limits = dict(pool_limits(services_of(here.settings)))
    limits |= {name: state.limit for name, state in states.items()}
    works = _at_work(here, projects)
    return counted is not None, [
        Pool(name, limit, states.get(name), tuple(works.get(name, ())))
        for name, limit in limits.items()
    ]


def _at_work(here: Desk, projects: Collection[str] | None) -> dict[str, list[Work]]:
    running = catalogue.leaf(
        here.db, Choice(projects=projects, states=[PlanState.RUNNING]), _RUNNING_SHOWN
    )
    ids = [plan.arena_id for plan in running]
    if not ids:
        return {}
    arenas = Tracker(here.db, ids).arenas
    since = events.last_seq(here.db) - _PROGRESS_BACK
    for event in events.since(
        here.db, max(0, since), arena_ids=ids, kinds=["slot_progress"], limit=_PROGRESS_BACK
    ):
        arena = None if event.arena_id is None else arenas.get(event.arena_id)
        # A step that has ended since is not at work any more, whatever it told before.
        if arena is not None and event.slot in [str(each) for each in arena.at_work]:
            arena.apply(event)
    found: defaultdict[str, list[Work]] = defaultdict(list)
    for each in arenas.values():
        for slot, at in each.at_work.items():
            work = Work(
                each.name or partition_key(each.arena_id),
                title_of(slot),
                slot_path(each.partition, slot),
                round(100 * at.fraction),
                at.note,
            )
            found[pool_of(slot.asset)].append(work)
    return found
