"""Statements that SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart by dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from arena_assets.store.base import Base

Upsert = postgresql.Insert | sqlite.Insert


def upsert(session: Session, table: type[Base], **values: Any) -> Upsert:
    """An INSERT of one row that offers ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).values(**values)
    return sqlite.insert(table).values(**values)
