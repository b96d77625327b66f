"""The event log: what happened, in order, numbered. Progress everywhere is read from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from arena_assets.domain.slots import Slot, SlotName
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.tables import EventRow, PlanRow

# The key is any number that nothing else uses as an advisory lock of this database.
_LOCK_KEY = 0x6576656E74


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``slot`` is written as ``image_set/view_03``."""

    seq: int
    at: datetime
    kind: str
    project_id: int | None
    request_id: int | None
    arena_id: int | None
    slot: str | None
    data: dict[str, Any]


def append(
    target: Database | Session,
    kind: str,
    *,
    project_id: int | None = None,
    request_id: int | None = None,
    arena_id: int | None = None,
    slot: Slot | SlotName | str | None = None,
    data: Mapping[str, JsonValue] | None = None,
) -> None:
    """Add one event: in a transaction of its own, or in the caller's.

    A :class:`Slot` names its arena too; project and request are filled in from the arena. Within
    a transaction append last, after every row lock was taken: on PostgreSQL the log is locked from
    here to the commit, so that numbers become visible in their order and a reader that has seen
    one number never misses a smaller one.
    """
    if isinstance(target, Database):
        with target.write() as session:
            append(
                session,
                kind,
                project_id=project_id,
                request_id=request_id,
                arena_id=arena_id,
                slot=slot,
                data=data,
            )
        return
    if isinstance(slot, Slot):
        arena_id, slot = slot.arena_id, slot.where
    values: dict[str, Any] = {
        "at": utc_now(),
        "project_id": project_id,
        "request_id": request_id,
        "arena_id": arena_id,
        "slot": None if slot is None else str(slot),
        "kind": kind,
        "data": dict(data or {}),
    }
    if arena_id is not None:
        plan = select(PlanRow).where(PlanRow.id == arena_id)
        if project_id is None:
            values["project_id"] = plan.with_only_columns(PlanRow.project_id).scalar_subquery()
        if request_id is None:
            values["request_id"] = plan.with_only_columns(PlanRow.request_id).scalar_subquery()
    if target.get_bind().dialect.name == "postgresql":
        target.flush()
        target.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    target.execute(insert(EventRow).values(**values))


def since(
    db: Database,
    seq: int,
    *,
    arena_ids: Collection[int] | None = None,
    request_id: int | None = None,
    kinds: Collection[str] | None = None,
    limit: int = 500,
) -> list[Event]:
    """Events after a number, oldest first; with ``arena_ids`` only those of these arenas."""
    query = select(EventRow).where(EventRow.seq > seq).order_by(EventRow.seq).limit(limit)
    if arena_ids is not None:
        query = query.where(EventRow.arena_id.in_(arena_ids))
    if request_id is not None:
        query = query.where(EventRow.request_id == request_id)
    if kinds is not None:
        query = query.where(EventRow.kind.in_(kinds))
    with db.read() as session:
        return [_event(row) for row in session.scalars(query)]


def last_seq(db: Database) -> int:
    """The newest number; 0 when nothing has happened yet."""
    with db.read() as session:
        return session.scalar(select(func.max(EventRow.seq))) or 0


def prune(db: Database, before: datetime) -> int:
    """Delete events older than a time (retention) and say how many; numbers are never reused."""
    with db.write() as session:
        gone = session.execute(delete(EventRow).where(EventRow.at < before).returning(EventRow.seq))
        return len(gone.all())


def _event(row: EventRow) -> Event:
    return Event(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        project_id=row.project_id,
        request_id=row.request_id,
        arena_id=row.arena_id,
        slot=row.slot,
        data=row.data,
    )
