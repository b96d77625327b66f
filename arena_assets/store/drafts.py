"""Lore that is asked for in batches: which arenas wait for one, and in which."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update

from arena_assets.domain.slots import metadata_slot
from arena_assets.store import events
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.plan_states import PlanState
from arena_assets.store.tables import EconomyDraftRow, PlanRow


class DraftState(StrEnum):
    """How far an arena's draft is. Only a ``released`` arena is launched."""

    WANTED = "wanted"
    """It goes into the next batch."""
    SENT = "sent"
    """A batch with it may have been made; nobody recorded which."""
    IN_BATCH = "in_batch"
    RELEASED = "released"
    """Its batch has ended, or its own run shall ask: in either case the run finds out."""


@dataclass(frozen=True, slots=True)
class Draft:
    arena_id: int
    state: DraftState
    call_key: str | None
    batch_id: str | None
    updated_at: datetime

    @property
    def sentence(self) -> str | None:
        """What the arena waits for; None when it waits for no batch."""
        match self.state:
            case DraftState.WANTED:
                return "waits for the next batch to Claude"
            case DraftState.SENT:
                return "waits to hear what became of its batch to Claude"
            case DraftState.IN_BATCH:
                return (
                    f"waits for Claude's batch {self.batch_id}, "
                    f"asked for at {self.updated_at:%Y-%m-%d %H:%M} UTC"
                )
            case DraftState.RELEASED:
                return None


def drafts(db: Database, *states: DraftState) -> list[Draft]:
    """Drafts in these states, by arena; cancelled arenas' wishes are left out."""
    query = (
        select(EconomyDraftRow, PlanRow.state)
        .join(PlanRow, PlanRow.id == EconomyDraftRow.arena_id)
        .where(EconomyDraftRow.state.in_([state.value for state in states]))
        .order_by(EconomyDraftRow.arena_id)
    )
    with db.read() as session:
        return [
            _draft(row)
            for row, plan in session.execute(query)
            if (row.state, plan) != (DraftState.WANTED, PlanState.CANCELLED)
        ]


def any_open(db: Database) -> bool:
    """Whether any arena waits for a batch."""
    query = select(EconomyDraftRow.arena_id).where(
        EconomyDraftRow.state != DraftState.RELEASED.value
    )
    with db.read() as session:
        return session.scalar(query.limit(1)) is not None


def draft_of(db: Database, arena_id: int) -> Draft | None:
    """An arena's draft; None when its request chose no economy."""
    with db.read() as session:
        row = session.get(EconomyDraftRow, arena_id)
        return None if row is None else _draft(row)


def mark_sent(db: Database, keys: dict[int, str]) -> None:
    """Record, before a batch is made, which arenas' calls it will hold."""
    with db.write() as session:
        for arena_id, key in keys.items():
            change = {"state": DraftState.SENT.value, "call_key": key, "batch_id": None}
            session.execute(_set(arena_id, **change))


def mark_in_batch(db: Database, arena_ids: Iterable[int], batch_id: str) -> None:
    """Record the batch that holds these arenas' calls, and tell it where progress is read."""
    note = f"waits for Claude's batch {batch_id}"
    with db.write() as session:
        for arena_id in arena_ids:
            session.execute(_set(arena_id, state=DraftState.IN_BATCH.value, batch_id=batch_id))
            events.append(
                session,
                "slot_started",
                arena_id=arena_id,
                slot=str(metadata_slot()),
                data={"provider": "claude", "note": note, "batch": batch_id},
            )


def release(db: Database, arena_ids: Collection[int]) -> None:
    """Let arenas have their runs."""
    with db.write() as session:
        for arena_id in arena_ids:
            session.execute(_set(arena_id, state=DraftState.RELEASED.value))


def want_again(db: Database, arena_ids: Collection[int]) -> None:
    """Put arenas whose batch was never made into the next one."""
    with db.write() as session:
        for arena_id in arena_ids:
            session.execute(_set(arena_id, state=DraftState.WANTED.value, call_key=None))


def _set(arena_id: int, **values: Any) -> Any:
    statement = update(EconomyDraftRow).where(EconomyDraftRow.arena_id == arena_id)
    return statement.values(**values, updated_at=utc_now())


def _draft(row: EconomyDraftRow) -> Draft:
    return Draft(row.arena_id, DraftState(row.state), row.call_key, row.batch_id, row.updated_at)
