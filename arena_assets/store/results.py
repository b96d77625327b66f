"""Results: the manifests of finished work, found by content key from any arena."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import Slot, SlotName
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.decisions import Decision, pin_of
from arena_assets.store.plans import locked_plan
from arena_assets.store.tables import ResultRow


def find(db: Database, key: str) -> SlotManifest | None:
    """The newest result with a content key, whichever arena it was made for."""
    query = select(ResultRow.manifest).where(ResultRow.key == key)
    newest_first = query.order_by(ResultRow.created_at.desc(), ResultRow.arena_id.desc())
    with db.read() as session:
        found = session.scalar(newest_first.limit(1))
    return None if found is None else SlotManifest.model_validate(found)


def keep(db: Database, slot: Slot, manifest: SlotManifest) -> Decision | None:
    """Make a manifest the slot's latest. Keeping what already is the latest changes nothing.

    Work found by its key (from another arena, or an earlier take) is kept the same way. Where a
    person has approved other bytes, nothing is kept, and their decision is returned.
    """
    with db.write() as session:
        locked_plan(session, slot.arena_id)
        pin = pin_of(session, slot)
        if pin is not None and pin.key != manifest.key:
            return pin
        newest = _latest_row(session, slot)
        value = manifest.model_dump(mode="json")
        if newest is not None and newest.key == manifest.key and newest.manifest == value:
            return None
        session.merge(
            ResultRow(
                arena_id=slot.arena_id,
                asset=slot.where.asset,
                name=slot.where.name,
                key=manifest.key,
                take=manifest.take,
                revision=1 if newest is None else newest.revision + 1,
                manifest=value,
                created_at=utc_now(),
            )
        )
    return None


def latest(db: Database, slot: Slot) -> SlotManifest | None:
    """What was kept last for a slot."""
    with db.read() as session:
        row = _latest_row(session, slot)
    return None if row is None else SlotManifest.model_validate(row.manifest)


def latest_key(session: Session, slot: Slot) -> str | None:
    """The content key of what was kept last, as this transaction sees it."""
    row = _latest_row(session, slot)
    return None if row is None else row.key


def for_arena(target: Database | Session, arena_id: int) -> dict[SlotName, SlotManifest]:
    """The latest manifest of every slot of an arena that has one."""
    if isinstance(target, Database):
        with target.read() as session:
            return for_arena(session, arena_id)
    query = select(ResultRow).where(ResultRow.arena_id == arena_id).order_by(ResultRow.revision)
    return {
        SlotName(row.asset, row.name): SlotManifest.model_validate(row.manifest)
        for row in target.scalars(query)
    }


def history_of(db: Database, slot: Slot) -> list[SlotManifest]:
    """Every result kept for a slot, the latest first."""
    query = _of_slot(slot).order_by(ResultRow.revision.desc())
    with db.read() as session:
        return [SlotManifest.model_validate(row.manifest) for row in session.scalars(query)]


def slots_done(db: Database, arena_ids: list[int]) -> dict[int, int]:
    """How many slots of each arena have a result: the progress of a list of arenas."""
    slots = select(ResultRow.arena_id, ResultRow.asset, ResultRow.name).distinct()
    inner = slots.where(ResultRow.arena_id.in_(arena_ids)).subquery()
    with db.read() as session:
        found = session.execute(select(inner.c.arena_id, func.count()).group_by(inner.c.arena_id))
        done = dict(found.tuples().all())
    return {arena_id: done.get(arena_id, 0) for arena_id in arena_ids}


def _of_slot(slot: Slot) -> Select[tuple[ResultRow]]:
    return select(ResultRow).where(
        ResultRow.arena_id == slot.arena_id,
        ResultRow.asset == slot.where.asset,
        ResultRow.name == slot.where.name,
    )


def _latest_row(session: Session, slot: Slot) -> ResultRow | None:
    return session.scalars(_of_slot(slot).order_by(ResultRow.revision.desc()).limit(1)).first()
