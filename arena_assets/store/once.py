"""Acts by idempotency key: done once, answered alike until housekeeping forgets them.

A key's row is written in the transaction of what it did, so both are there or neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from arena_assets.errors import Refused, Transient
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.review_tables import OnceRow
from arena_assets.store.statements import upsert

_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, slots=True)
class Act:
    """One act. ``status`` is None for one that an earlier version began and never ended."""

    route: str
    body: str
    status: int | None
    answer: Any
    at: datetime


def get_act(db: Database, who: str, key: str) -> Act | None:
    with db.read() as session:
        return _act(session, who, key)


def claim_act(
    db: Database, who: str, key: str, route: str, body: str, patience: timedelta
) -> Act | None:
    """Take a key within the caller's transaction; None for who shall act, else what was done.

    Admits exactly one: another waits for the end of that transaction. When it is undone, or its
    process dies, the key is as free as before. Raises :class:`Refused` after ``patience``
    (PostgreSQL; on SQLite the wait is for the one writer).
    """
    try:
        with db.write() as session:
            waits = session.get_bind().dialect.name == "postgresql"
            if waits:
                milliseconds = round(patience.total_seconds() * 1000)
                session.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
            values: dict[str, Any] = {"route": route, "body": body, "status": None}
            new = upsert(session, OnceRow, who=who, key=key, at=utc_now(), **values)
            claimed = session.execute(
                new.on_conflict_do_nothing(index_elements=["who", "key"]).returning(OnceRow.key)
            ).first()
            if waits:
                session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
            if claimed is not None:
                return None
            found = session.get_one(OnceRow, (who, key), with_for_update=True)
            if found.status is None:  # begun by an earlier version, whose process died
                found.route, found.body, found.at = route, body, utc_now()
                return None
            return _as_act(found)
    except Transient as error:
        original = getattr(error.__cause__, "orig", None)
        if getattr(original, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise still_at_work() from error


def end_act(db: Database, who: str, key: str, status: int, answer: Any) -> None:
    """Keep what is answered, in the transaction that took the key."""
    with db.write() as session:
        session.execute(
            update(OnceRow)
            .where(OnceRow.who == who, OnceRow.key == key)
            .values(status=status, answer=answer)
        )


def keep_act(
    db: Database, who: str, key: str, route: str, body: str, status: int, answer: Any
) -> Act:
    """Keep the answer of an act whose effect is elsewhere; the one that was kept first."""
    with db.write() as session:
        values: dict[str, Any] = {"route": route, "body": body, "status": status, "answer": answer}
        new = upsert(session, OnceRow, who=who, key=key, at=utc_now(), **values)
        session.execute(new.on_conflict_do_nothing(index_elements=["who", "key"]))
        return _as_act(session.get_one(OnceRow, (who, key)))


def still_at_work() -> Refused:
    """A second try that would not wait any longer (409, as the Idempotency-Key draft asks)."""
    return Refused(
        "The first try with this idempotency key is still at work",
        "Send it again in a moment, with the same key",
    )


def forget_acts(db: Database, older_than: timedelta) -> int:
    """Forget acts past their time and say how many."""
    with db.write() as session:
        gone = session.execute(
            delete(OnceRow).where(OnceRow.at < utc_now() - older_than).returning(OnceRow.key)
        )
        return len(gone.all())


def _act(session: Session, who: str, key: str) -> Act | None:
    row = session.get(OnceRow, (who, key))
    return None if row is None else _as_act(row)


def _as_act(row: OnceRow) -> Act:
    return Act(row.route, row.body, row.status, row.answer, row.at)
