"""Which arenas are worth another run: incomplete ones, and those made by older code."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from arena_assets.domain.slots import UPSTREAM, SlotName, downstream
from arena_assets.providers.versions import VERSIONS
from arena_assets.store import plans, results
from arena_assets.store.database import Database
from arena_assets.store.decisions import pins_of
from arena_assets.store.plan_states import PlanState
from arena_assets.workshop.review import waits_for_review

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Renewal:
    """An arena to run again, and why, in words."""

    arena_id: int
    project: str
    why: str


def arenas_to_renew(
    db: Database, *, limit: int, bought: Collection[str] = frozenset()
) -> list[Renewal]:
    """Incomplete arenas (failed, or silent halfway), then published ones made by older code.

    ``bought`` are the assets that services make. A published arena of which one of those is old, or
    would be made anew because of what is above it, is left for a person to redo: nobody asked to
    pay for it twice. So is one where that would go past an item a person has approved, and one that
    waits for a person's review.
    """
    return list(islice(chain(_incomplete(db), _of_older_code(db, bought)), limit))


def _incomplete(db: Database) -> Iterator[Renewal]:
    after = 0
    while page := plans.stale_or_incomplete(db, after=after, limit=_PAGE):
        after = page[-1].arena_id
        for plan in page:
            if not waits_for_review(db, plan):
                yield Renewal(plan.arena_id, plan.project, f"incomplete: {plan.state}")


def _of_older_code(db: Database, bought: Collection[str]) -> Iterator[Renewal]:
    after = 0
    while page := plans.list_plans(db, states=[PlanState.PUBLISHED], after=after, limit=_PAGE):
        after = page[-1].arena_id
        for plan in page:
            old = outdated(db, plan.arena_id)
            if old and not _pays(old, bought) and not _reaches_pinned(db, plan.arena_id, old):
                yield Renewal(plan.arena_id, plan.project, f"older code: {', '.join(old)}")


def _pays(old: Collection[str], bought: Collection[str]) -> bool:
    """Whether making these assets anew may call a service: itself, or by what depends on it."""
    return any(slot.asset in bought for slot in _reached(old))


def _reaches_pinned(db: Database, arena_id: int, old: Collection[str]) -> bool:
    return not _reached(old).isdisjoint(pins_of(db, arena_id))


def _reached(old: Collection[str]) -> set[SlotName]:
    """The slots of these assets, and all that is made from them."""
    again = {slot for slot in UPSTREAM if slot.asset in old}
    return again.union(*(downstream(slot) for slot in again))


def outdated(db: Database, arena_id: int) -> list[str]:
    """The assets of an arena that are missing or were made by an older version of their recipe."""
    kept = results.for_arena(db, arena_id)
    stale = {
        slot.asset
        for slot in UPSTREAM
        if slot not in kept or kept[slot].provenance.version != VERSIONS[slot.asset]
    }
    return sorted(stale)
