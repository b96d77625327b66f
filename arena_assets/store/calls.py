"""The rows of calls to services; the rules by which they change are the ledger's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from arena_assets.errors import NotFound, UsageFault
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.money_tables import PaidCallRow
from arena_assets.store.statements import upsert


class CallState(StrEnum):
    """How far a call is."""

    INTENT = "intent"
    """Its money is reserved; nothing was sent."""
    SENT = "sent"
    """It may have reached the service."""
    DONE = "done"
    """Its answer is on disk and its price in the ledger."""
    SPOILED = "spoiled"
    """It was charged and there is nothing to use; only another take or turn tries again."""
    FAILED = "failed"
    """It came to nothing and was not charged; it may begin anew."""
    UNKNOWN = "unknown"
    """It was sent and nobody can tell what became of it: parked, its reservation held."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Whom a call is for: who pays, and where it shows up."""

    project: str
    request_id: int | None = None
    arena_id: int | None = None
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class PaidCall:
    """One row. ``attempts`` is the fence: it counts how often the call was handed out.

    ``created_at`` is when it was begun; one that came to nothing and is tried again begins anew.
    """

    key: str
    provider: str
    service: str
    endpoint: str
    model: str | None
    take: int
    turn: int
    body: dict[str, Any]
    arena_id: int | None
    request_id: int | None
    project: str
    slot: str | None
    state: CallState
    ceiling_usd: Decimal
    reserved_usd: Decimal
    price_usd: Decimal | None
    month: str
    owner: str
    lease_until: datetime
    attempts: int
    status: int | None
    headers: dict[str, Any] | None
    answer: str | None
    size: int | None
    sha256: str | None
    error: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.project, self.request_id, self.arena_id, self.slot)


def insert_call(session: Session, new: PaidCall) -> bool:
    """Insert a row; False when another transaction has just inserted that key. Waits for no row
    lock, so it may come after others."""
    values: dict[str, Any] = {name: getattr(new, name) for name in PaidCall.__slots__}
    values["state"] = new.state.value
    inserted = session.execute(
        upsert(session, PaidCallRow, **values)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(PaidCallRow.key)
    )
    return inserted.first() is not None


def lock_call(session: Session, key: str) -> PaidCall | None:
    """The row of a key, held against other writers until the transaction ends."""
    query = select(PaidCallRow).where(PaidCallRow.key == key).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    return None if row is None else _call(row)


def change_call(session: Session, held: PaidCall, **values: Any) -> bool:
    """Set ``values`` on the row as it was ``held``: same state, same owner, same attempt.

    False, and nothing set, when it has changed hands or state meanwhile.
    """
    statement = update(PaidCallRow).where(
        PaidCallRow.key == held.key,
        PaidCallRow.state == held.state.value,
        PaidCallRow.owner == held.owner,
        PaidCallRow.attempts == held.attempts,
    )
    changed = statement.values(**values, updated_at=utc_now()).returning(PaidCallRow.key)
    return session.execute(changed).first() is not None


def get_call(db: Database, key: str) -> PaidCall | None:
    """The row of a key, or None when it was never begun."""
    with db.read() as session:
        row = session.get(PaidCallRow, key)
        return None if row is None else _call(row)


def find_call(db: Database, start: str) -> PaidCall:
    """The call whose key begins as a person wrote it, with at least six characters."""
    text = start.strip().lower()
    if len(text) < 6 or any(char not in "0123456789abcdef" for char in text):
        raise UsageFault(
            f"'{start[:70]}' names no call", "Give the first six or more characters of its key"
        )
    query = select(PaidCallRow).where(PaidCallRow.key.startswith(text)).limit(2)
    with db.read() as session:
        found = [_call(row) for row in session.scalars(query)]
    if not found:
        raise NotFound(f"There is no call '{text}'", "'arena calls' lists those there are")
    if len(found) > 1:
        raise UsageFault(f"More than one call begins with '{text}'", "Give more of its key")
    return found[0]


def list_calls(
    db: Database,
    *,
    states: Collection[CallState] | None = None,
    arena_id: int | None = None,
    project: str | None = None,
) -> list[PaidCall]:
    """All calls, oldest first; with ``[CallState.UNKNOWN]`` those parked for a person."""
    projects = None if project is None else [project]
    query = _chosen(states, arena_id, projects)
    query = query.order_by(PaidCallRow.created_at, PaidCallRow.key)
    with db.read() as session:
        return [_call(row) for row in session.scalars(query)]


def recent_calls(
    db: Database,
    *,
    states: Collection[CallState] | None = None,
    arena_id: int | None = None,
    projects: Collection[str] | None = None,
    before: PaidCall | None = None,
    limit: int = 50,
) -> list[PaidCall]:
    """Calls, newest first, those older than ``before``."""
    query = _chosen(states, arena_id, projects)
    if before is not None:
        at, key = before.created_at, before.key
        older = PaidCallRow.created_at < at
        query = query.where(older | ((PaidCallRow.created_at == at) & (PaidCallRow.key < key)))
    query = query.order_by(PaidCallRow.created_at.desc(), PaidCallRow.key.desc()).limit(limit)
    with db.read() as session:
        return [_call(row) for row in session.scalars(query)]


def count_calls(
    db: Database,
    state: CallState,
    projects: Collection[str] | None = None,
    arena_id: int | None = None,
) -> int:
    """How many calls are in a state."""
    chosen = _chosen([state], arena_id, projects).with_only_columns(func.count())
    with db.read() as session:
        return session.scalar(chosen) or 0


def _chosen(
    states: Collection[CallState] | None, arena_id: int | None, projects: Collection[str] | None
) -> Select[tuple[PaidCallRow]]:
    query = select(PaidCallRow)
    if states is not None:
        query = query.where(PaidCallRow.state.in_([state.value for state in states]))
    if arena_id is not None:
        query = query.where(PaidCallRow.arena_id == arena_id)
    if projects is not None:
        query = query.where(PaidCallRow.project.in_(projects))
    return query


def kept_answers(db: Database) -> set[str]:
    """The keys whose files on disk must stay: all but those known to hold nothing of worth."""
    query = select(PaidCallRow.key).where(PaidCallRow.state != CallState.FAILED.value)
    with db.read() as session:
        return set(session.scalars(query))


def _call(row: PaidCallRow) -> PaidCall:
    values = {name: getattr(row, name) for name in PaidCall.__slots__}
    return PaidCall(**{**values, "state": CallState(row.state)})
