"""Takes: which attempt at a slot counts. A redo is the next; an undo goes back to an old one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from arena_assets.domain.slots import Slot, SlotName
from arena_assets.errors import UsageFault
from arena_assets.store.database import Database
from arena_assets.store.statements import upsert
from arena_assets.store.tables import TakeRow

_KEY = ["arena_id", "asset", "name"]


def current_take(db: Database, slot: Slot) -> int:
    """The take that counts; 1 when nobody has asked for another."""
    with db.read() as session:
        found = session.scalar(
            select(TakeRow.take).where(
                TakeRow.arena_id == slot.arena_id,
                TakeRow.asset == slot.where.asset,
                TakeRow.name == slot.where.name,
            )
        )
        return found or 1


def takes_of(db: Database, arena_id: int) -> dict[SlotName, int]:
    """The takes of an arena that are not the first."""
    with db.read() as session:
        rows = session.scalars(select(TakeRow).where(TakeRow.arena_id == arena_id))
        return {SlotName(row.asset, row.name): row.take for row in rows if row.take != 1}


def next_take(db: Database, slot: Slot) -> int:
    """Go on to the next take and return it; callers at once get different ones."""
    with db.write() as session:
        new = upsert(session, TakeRow, **_identity(slot), take=2)
        taken = session.execute(
            new.on_conflict_do_update(
                index_elements=_KEY, set_={"take": TakeRow.take + 1}
            ).returning(TakeRow.take)
        )
        return taken.scalar_one()


def set_take(db: Database, slot: Slot, take: int) -> None:
    """Choose a take by its number, 1 or more."""
    if take < 1:
        raise UsageFault(f"There is no take {take}", "Takes are counted from 1")
    with db.write() as session:
        new = upsert(session, TakeRow, **_identity(slot), take=take)
        session.execute(new.on_conflict_do_update(index_elements=_KEY, set_={"take": take}))


def _identity(slot: Slot) -> dict[str, Any]:
    return {"arena_id": slot.arena_id, "asset": slot.where.asset, "name": slot.where.name}
