"""The rows of breakers and of arenas that wait for a service; the rules are the ledger's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from arena_assets.store import base
from arena_assets.store.calls import Purpose
from arena_assets.store.database import Database
from arena_assets.store.money_tables import BreakerRow, OutageWaitRow, PaidCallRow
from arena_assets.store.statements import upsert


@dataclass(frozen=True, slots=True)
class BreakerRecord:
    """One row as it was read."""

    service: str
    state: str
    failures: int
    backoff_seconds: float
    opened_at: datetime | None
    open_until: datetime | None
    probe: str | None
    probe_until: datetime | None
    down_seconds: float
    since: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class OutageWait:
    """An arena that stopped at a slot for want of a service."""

    arena_id: int
    service: str
    project: str
    slot: str | None


def read_breaker(db: Database, service: str) -> BreakerRecord | None:
    with db.read() as session:
        row = session.get(BreakerRow, service)
        return None if row is None else _record(row)


def list_breakers(db: Database) -> list[BreakerRecord]:
    """Every service that was ever called, by name."""
    with db.read() as session:
        return [_record(row) for row in session.scalars(select(BreakerRow).order_by("service"))]


def locked_breaker(session: Session, service: str) -> BreakerRecord:
    """The row of a service, made when it is new, held until the transaction ends."""
    new = upsert(
        session,
        BreakerRow,
        service=service,
        state="closed",
        failures=0,
        backoff_seconds=0.0,
        down_seconds=0.0,
        since=base.utc_now(),
    )
    session.execute(new.on_conflict_do_nothing(index_elements=["service"]))
    query = select(BreakerRow).where(BreakerRow.service == service).with_for_update()
    return _record(session.scalars(query.execution_options(populate_existing=True)).one())


def change_breaker(session: Session, held: BreakerRecord, **values: Any) -> bool:
    """Set ``values`` when the state and the probe are still those of ``held``."""
    statement = update(BreakerRow).where(
        BreakerRow.service == held.service,
        BreakerRow.state == held.state,
        BreakerRow.probe == held.probe if held.probe is not None else BreakerRow.probe.is_(None),
    )
    changed = statement.values(**values).returning(BreakerRow.service)
    return session.execute(changed).first() is not None


def note_outage(db: Database, service: str, purpose: Purpose) -> None:
    """Remember that an arena waits for a service."""
    if purpose.arena_id is None:
        return
    values = {
        "service": service,
        "project": purpose.project,
        "slot": purpose.slot,
        "at": base.utc_now(),
    }
    with db.write() as session:
        new = upsert(session, OutageWaitRow, arena_id=purpose.arena_id, **values)
        session.execute(new.on_conflict_do_update(index_elements=["arena_id"], set_=values))


def outage_waits(db: Database) -> list[OutageWait]:
    """Arenas that wait for a service, oldest first."""
    query = select(OutageWaitRow).order_by(OutageWaitRow.arena_id)
    with db.read() as session:
        return [
            OutageWait(row.arena_id, row.service, row.project, row.slot)
            for row in session.scalars(query)
        ]


def forget_waits(db: Database, arena_ids: Iterable[int]) -> None:
    """Take arenas off the list of those that wait."""
    ids = list(arena_ids)
    if ids:
        with db.write() as session:
            session.execute(delete(OutageWaitRow).where(OutageWaitRow.arena_id.in_(ids)))


def assets_served(db: Database, service: str) -> dict[str, set[str]]:
    """Which assets each project has made, or tried to make, with a service."""
    found: dict[str, set[str]] = {}
    with db.read() as session:
        for table in (PaidCallRow, OutageWaitRow):
            pairs = select(table.project, table.slot).where(table.service == service).distinct()
            for project, slot in session.execute(pairs):
                if slot is not None:
                    found.setdefault(project, set()).add(slot.partition("/")[0])
    return found


def _record(row: BreakerRow) -> BreakerRecord:
    return BreakerRecord(**{name: getattr(row, name) for name in BreakerRecord.__slots__})
