"""The rows of the work journal; the rules by which they change are the ledger's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arena_assets.store.base import utc_now
from arena_assets.store.statements import upsert
from arena_assets.store.tables import WorkRow


class WorkState(StrEnum):
    """``intent``: somebody is at it; then its end."""

    INTENT = "intent"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Work:
    """One row of the journal. ``attempts`` counts how often it was handed out."""

    key: str
    slot: str
    recipe: str
    provider: str
    state: WorkState
    owner: str
    lease_until: datetime
    attempts: int
    error: str | None
    created_at: datetime
    updated_at: datetime


def locked_work(session: Session, new: Work) -> tuple[Work, bool]:
    """The row of ``new.key``, locked, and whether it was inserted just now as ``new``.

    Of callers at once exactly one inserts; the others wait and then see its row.
    """
    values: dict[str, Any] = {name: getattr(new, name) for name in Work.__slots__}
    values["state"] = new.state.value
    inserted = session.execute(
        upsert(session, WorkRow, **values)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(WorkRow.key)
    ).first()
    query = select(WorkRow).where(WorkRow.key == new.key).with_for_update()
    return _work(session.scalars(query).one()), inserted is not None


def change_work(
    session: Session, key: str, state_was: WorkState, *, held: Work | None = None, **values: Any
) -> bool:
    """Set ``values`` on a row in that state; False, and nothing set, when it is in another.

    With ``held`` it must also still be in the hands it was in then: same owner, same attempt.
    """
    statement = update(WorkRow).where(WorkRow.key == key, WorkRow.state == state_was.value)
    if held is not None:
        statement = statement.where(WorkRow.owner == held.owner, WorkRow.attempts == held.attempts)
    changed = statement.values(**values, updated_at=utc_now()).returning(WorkRow.key)
    return session.execute(changed).first() is not None


def current_work(session: Session, key: str) -> Work | None:
    """The row of a key as this transaction sees it now."""
    row = session.get(WorkRow, key, populate_existing=True)
    return None if row is None else _work(row)


def _work(row: WorkRow) -> Work:
    values = {name: getattr(row, name) for name in Work.__slots__}
    return Work(**{**values, "state": WorkState(row.state)})
