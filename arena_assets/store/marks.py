"""Marks: how far a reader of a numbered log has come, over all processes and restarts."""

from __future__ import annotations

from arena_assets.store.database import Database
from arena_assets.store.review_tables import MarkRow
from arena_assets.store.statements import upsert


def read_mark(db: Database, name: str) -> int:
    """The number a reader has come to; 0 before the first."""
    with db.read() as session:
        row = session.get(MarkRow, name)
        return 0 if row is None else row.seq


def move_mark(db: Database, name: str, seq: int) -> None:
    """Move a mark on; never back."""
    with db.write() as session:
        new = upsert(session, MarkRow, name=name, seq=seq)
        session.execute(
            new.on_conflict_do_update(
                index_elements=["name"], set_={"seq": seq}, where=MarkRow.seq < seq
            )
        )
