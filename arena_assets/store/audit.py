"""The audit log: who did what, from where; append-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.sign_in_tables import AuditRow


@dataclass(frozen=True, slots=True)
class AuditEntry:
    seq: int
    at: datetime
    who: str
    what: str
    subject: str
    address: str
    data: dict[str, Any]


def record(
    db: Database,
    who: str,
    what: str,
    subject: str = "",
    *,
    address: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write a line; ``data`` holds no secrets."""
    row = AuditRow(
        at=utc_now(),
        who=who[:80],
        what=what[:64],
        subject=subject[:200],
        address=address[:64],
        data=dict(data or {}),
        note=None,
    )
    with db.write() as session:
        session.add(row)


def entries(
    db: Database, *, before: int | None = None, who: str | None = None, limit: int = 100
) -> list[AuditEntry]:
    """Newest first, those below number ``before``."""
    query = select(AuditRow).order_by(AuditRow.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditRow.seq < before)
    if who is not None:
        query = query.where(AuditRow.who == who)
    with db.read() as session:
        return [
            AuditEntry(**{name: getattr(row, name) for name in AuditEntry.__slots__})
            for row in session.scalars(query)
        ]
