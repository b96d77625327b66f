"""Acts by idempotency key: done once, answered alike until housekeeping forgets them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.review_tables import OnceRow
from arena_assets.store.statements import upsert


@dataclass(frozen=True, slots=True)
class Act:
    """One act. ``status`` and ``answer`` are None while somebody is at it."""

    route: str
    body: str
    status: int | None
    answer: dict[str, Any] | None
    at: datetime


def begin_act(db: Database, who: str, key: str, route: str, body: str) -> Act | None:
    """Claim a key; None for the one caller that shall act, else what is known of the act."""
    with db.write() as session:
        new = upsert(
            session, OnceRow, who=who, key=key, route=route, body=body, status=None, at=utc_now()
        )
        claimed = session.execute(
            new.on_conflict_do_nothing(index_elements=["who", "key"]).returning(OnceRow.key)
        ).first()
        return None if claimed is not None else _act(session, who, key)


def get_act(db: Database, who: str, key: str) -> Act | None:
    with db.read() as session:
        return _act(session, who, key)


def end_act(db: Database, who: str, key: str, status: int, answer: dict[str, Any]) -> None:
    """Keep what was answered."""
    with db.write() as session:
        row = session.get_one(OnceRow, (who, key))
        row.status, row.answer = status, answer


def drop_act(db: Database, who: str, key: str) -> None:
    """Free a key whose act did not happen, so that it may be tried again."""
    with db.write() as session:
        session.execute(delete(OnceRow).where(OnceRow.who == who, OnceRow.key == key))


def forget_acts(db: Database, older_than: timedelta) -> int:
    """Forget acts past their time and say how many."""
    with db.write() as session:
        gone = session.execute(
            delete(OnceRow).where(OnceRow.at < utc_now() - older_than).returning(OnceRow.key)
        )
        return len(gone.all())


def _act(session: Session, who: str, key: str) -> Act | None:
    row = session.get(OnceRow, (who, key), populate_existing=True)
    return None if row is None else Act(row.route, row.body, row.status, row.answer, row.at)
