"""What a piece of code asks of the database, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from arena_assets.store.database import Database


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The statements that are sent to the database within the block, in their order."""
    sent: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
