"""Launches: which arenas want a run, each handed to exactly one launcher."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from arena_assets.domain.identity import partition_key
from arena_assets.store import events
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.plan_states import IN_FLIGHT, PlanState
from arena_assets.store.plans import locked_plan, move
from arena_assets.store.tables import EconomyDraftRow, PlanRow, ProjectRow

_IN_A_BATCH = select(EconomyDraftRow.arena_id).where(EconomyDraftRow.state != "released")
_NOT_NOW = [state.value for state in (*sorted(IN_FLIGHT), PlanState.CANCELLED)]


@dataclass(frozen=True, slots=True)
class Launch:
    """A run to start. ``run_key`` is the same for every try at the same launch."""

    arena_id: int
    launch: int
    project: str
    request_id: int
    priority: int

    @property
    def partition(self) -> str:
        return partition_key(self.arena_id)

    @property
    def run_key(self) -> str:
        return f"{self.partition}-launch-{self.launch}"


def wanted(db: Database) -> list[tuple[int, str]]:
    """Arena and project of every launch that could be claimed, in the order of claiming."""
    query = (
        select(PlanRow.id, ProjectRow.slug)
        .join(ProjectRow, PlanRow.project_id == ProjectRow.id)
        .where(PlanRow.launch > PlanRow.launched, PlanRow.state.not_in(_NOT_NOW))
        .where(PlanRow.id.not_in(_IN_A_BATCH))
        .order_by(PlanRow.priority.desc(), PlanRow.id)
    )
    with db.read() as session:
        return list(session.execute(query).tuples())


def claim_launches(
    db: Database, limit: int, lease_seconds: float, *, without: Collection[int] = ()
) -> list[Launch]:
    """Take up to ``limit`` wanted launches, highest priority first, then oldest.

    Arenas in ``without`` are left for later.

    Each is given to one caller at a time: nobody else gets it before it is confirmed or its lease
    has run out. An arena whose run is still in flight, whose lore
    is in a batch, or that was cancelled, waits.
    """
    now = utc_now()
    lease = timedelta(seconds=lease_seconds)
    query = (
        select(PlanRow, ProjectRow.slug)
        .join(ProjectRow, PlanRow.project_id == ProjectRow.id)
        .where(PlanRow.launch > PlanRow.launched, PlanRow.state.not_in(_NOT_NOW))
        .where(PlanRow.id.not_in(_IN_A_BATCH))
        # A claim from the future was made before the clock was set back; it must not last for ever.
        .where(
            or_(
                PlanRow.claimed_at.is_(None),
                PlanRow.claimed_at <= now - lease,
                PlanRow.claimed_at > now + lease,
            )
        )
        .where(PlanRow.id.not_in(without))
        .order_by(PlanRow.priority.desc(), PlanRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=PlanRow)
    )
    with db.write() as session:
        claimed = []
        for row, slug in session.execute(query).all():
            row.claimed_at = now
            # A launch wanted in flight finds its arena where the last run left it.
            move(session, row, PlanState.PLANNED, "launched again")
            claimed.append(Launch(row.id, row.launch, slug, row.request_id, row.priority))
        return claimed


def confirm_launch(db: Database, arena_id: int, launch: int, run_id: str | None = None) -> bool:
    """Record that a launch was handed over; its arena becomes ``queued``.

    False when there is nothing left to run: the arena was cancelled meanwhile (the launch still
    counts as handed over, so stop its run). Confirming twice changes nothing.
    """
    with db.write() as session:
        row = locked_plan(session, arena_id)
        if row.launched < launch:
            row.launched, row.claimed_at = launch, None
            if run_id is not None:
                row.run_id = run_id
            # Runs start fast: by now it may be running, or even through.
            if row.state == PlanState.PLANNED:
                move(session, row, PlanState.QUEUED)
        return row.state != PlanState.CANCELLED


def succeed_run(db: Database, arena_id: int, run_id: str, *, after: Collection[str]) -> None:
    """Give an arena in flight the run that follows one of the ended runs ``after``, if its run is
    one of them. Raises :class:`NotFound`."""
    with db.write() as session:
        row = locked_plan(session, arena_id)
        if row.run_id in after and row.state in IN_FLIGHT:
            row.run_id = run_id


def want_launch(target: Database | Session, arena_id: int, reason: str) -> int:
    """Ask for another launch (a redo, a resume) and return its number.

    A launch that is still waiting serves for this wish too, so a double click starts one run. An
    arena in flight keeps its state and is launched again when its run has ended. In a transaction
    of its own, or as the last act of the caller's.
    """
    if isinstance(target, Database):
        with target.write() as session:
            return want_launch(session, arena_id, reason)
    row = locked_plan(target, arena_id)
    if row.launch == row.launched:
        row.launch += 1
    row.updated_at = utc_now()
    if row.state not in IN_FLIGHT:
        move(target, row, PlanState.PLANNED, reason)
    target.flush()
    data: dict[str, JsonValue] = {"launch": row.launch, "reason": reason}
    events.append(target, "launch_wanted", arena_id=arena_id, data=data)
    return row.launch
