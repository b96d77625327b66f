"""What failed of late, by class: the code of the error, or the check that did not pass."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.tables import EventRow, ProjectRow

SLOT_FAILED, CHECKS_FAILED = "slot_failed", "checks_failed"
OLDER = "not_told"
"""The class of failures that were written down before classes were."""
_MOST = 2000


@dataclass(frozen=True, slots=True)
class FailureClass:
    """``check`` is whether a check did not pass, ``name`` then its name, else the error's code;
    the last of its kind is told: when, where and why."""

    check: bool
    name: str
    count: int
    at: datetime
    arena_id: int | None
    slot: str | None
    why: str


def failures_by_class(
    db: Database, projects: Collection[str] | None = None, *, days: int = 7
) -> list[FailureClass]:
    """The most frequent first, of the newest 2,000 failures of the last days."""
    query = (
        select(EventRow.kind, EventRow.at, EventRow.arena_id, EventRow.slot, EventRow.data)
        .where(EventRow.kind.in_((SLOT_FAILED, CHECKS_FAILED)))
        .where(EventRow.at >= utc_now() - timedelta(days=days))
        .order_by(EventRow.seq.desc())
        .limit(_MOST)
    )
    if projects is not None:
        query = query.join(ProjectRow, EventRow.project_id == ProjectRow.id)
        query = query.where(ProjectRow.slug.in_(projects))
    found: dict[tuple[bool, str], FailureClass] = {}
    counts: dict[tuple[bool, str], int] = {}
    with db.read() as session:
        for kind, at, arena_id, slot, data in session.execute(query):
            check = kind == CHECKS_FAILED
            names = data.get("checks", []) if check else [data.get("code", OLDER)]
            for name in map(str, names):
                key = check, name
                counts[key] = counts.get(key, 0) + 1
                why = str(data.get("why", ""))
                found.setdefault(key, FailureClass(check, name, 0, at, arena_id, slot, why))
    return sorted(
        (replace(each, count=counts[key]) for key, each in found.items()),
        key=lambda each: (-each.count, each.name),
    )
