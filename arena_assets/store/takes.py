"""Takes: which attempt at a slot counts. A redo is the next; an undo goes back to an old one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arena_assets.domain.slots import MUSIC, Slot, SlotName
from arena_assets.errors import UsageFault
from arena_assets.store.database import Database
from arena_assets.store.mix_tables import MixRow
from arena_assets.store.plans import locked_plan
from arena_assets.store.review_tables import WishRow
from arena_assets.store.statements import upsert
from arena_assets.store.tables import ResultRow, TakeRow

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


def takes_of(target: Database | Session, arena_id: int) -> dict[SlotName, int]:
    """The takes of an arena that are not the first."""
    if isinstance(target, Database):
        with target.read() as session:
            return takes_of(session, arena_id)
    rows = target.scalars(select(TakeRow).where(TakeRow.arena_id == arena_id))
    return {SlotName(row.asset, row.name): row.take for row in rows if row.take != 1}


def next_take(target: Database | Session, slot: Slot) -> int:
    """Go on to the next take that nobody has used and return it; callers at once get different
    ones. In a transaction of its own, or in the caller's."""
    if isinstance(target, Database):
        with target.write() as session:
            return next_take(session, slot)
    locked_plan(target, slot.arena_id)
    row = target.get(TakeRow, tuple(_identity(slot).values()), populate_existing=True)
    used = [1 if row is None else row.take]
    for table in (ResultRow, WishRow):  # after going back to an old take, later ones are there
        newest = select(func.max(table.take)).where(
            table.arena_id == slot.arena_id,
            table.asset == slot.where.asset,
            table.name == slot.where.name,
        )
        used.append(target.scalar(newest) or 1)
    if slot.where.asset == MUSIC:  # a mix that was asked for and is not made yet
        asked = select(func.max(MixRow.take)).where(
            MixRow.arena_id == slot.arena_id, MixRow.track == slot.where.name
        )
        used.append(target.scalar(asked) or 1)
    take = max(used) + 1
    _set(target, slot, take)
    return take


def set_take(target: Database | Session, slot: Slot, take: int) -> None:
    """Choose a take by its number, 1 or more."""
    if take < 1:
        raise UsageFault(f"There is no take {take}", "Takes are counted from 1")
    if isinstance(target, Database):
        with target.write() as session:
            _set(session, slot, take)
    else:
        _set(target, slot, take)


def _set(session: Session, slot: Slot, take: int) -> None:
    new = upsert(session, TakeRow, **_identity(slot), take=take)
    session.execute(new.on_conflict_do_update(index_elements=_KEY, set_={"take": take}))


def _identity(slot: Slot) -> dict[str, Any]:
    return {"arena_id": slot.arena_id, "asset": slot.where.asset, "name": slot.where.name}
