"""Plans: each arena that was asked for, its name, and how far it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from arena_assets.domain.identity import partition_key
from arena_assets.domain.metadata import name_key
from arena_assets.domain.palette import ManaColor, Pair, Theme
from arena_assets.errors import Cancelled, NotFound, Refused
from arena_assets.store import events
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.plan_states import FOLLOWS, IN_FLIGHT, PlanState
from arena_assets.store.tables import EventRow, PlanRow, ProjectRow


@dataclass(frozen=True, slots=True)
class Plan:
    """One arena. ``launch`` counts the launches wanted, ``launched`` those handed over."""

    arena_id: int
    request_id: int
    project: str
    mana_color: ManaColor
    theme: Theme
    brief: str
    priority: int
    name: str | None
    state: PlanState
    reason: str | None
    launch: int
    launched: int
    withheld: bool
    """A person took it out of the game: it is made, and not published until they say so."""
    run_id: str | None
    style_version: int | None
    """The version of its project's style that it is made in; None for no style."""
    created_at: datetime
    updated_at: datetime

    @property
    def partition(self) -> str:
        return partition_key(self.arena_id)

    @property
    def pair(self) -> Pair:
        return Pair(self.mana_color, self.theme)


def get_plan(db: Database, arena_id: int) -> Plan:
    """The plan of an arena; raises :class:`NotFound`."""
    query = select(PlanRow, ProjectRow.slug).join(ProjectRow, _SAME_PROJECT)
    with db.read() as session:
        found = session.execute(query.where(PlanRow.id == arena_id)).first()
    if found is None:
        raise _no_such_arena(arena_id)
    return plan_of(*found)


def list_plans(
    db: Database,
    *,
    project: str | None = None,
    states: Collection[PlanState] | None = None,
    request_id: int | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Plan]:
    """Plans by rising arena id, those above ``after`` first: pass a page's last id for the next."""
    query = select(PlanRow, ProjectRow.slug).join(ProjectRow, _SAME_PROJECT)
    query = query.where(PlanRow.id > after).order_by(PlanRow.id).limit(limit)
    if project is not None:
        query = query.where(ProjectRow.slug == project)
    if states is not None:
        query = query.where(PlanRow.state.in_([state.value for state in states]))
    if request_id is not None:
        query = query.where(PlanRow.request_id == request_id)
    with db.read() as session:
        return [plan_of(row, slug) for row, slug in session.execute(query)]


def count_by_state(db: Database, project: str | None = None) -> dict[PlanState, int]:
    """How many arenas are in each state, every state named."""
    query = select(PlanRow.state, func.count()).group_by(PlanRow.state)
    if project is not None:
        query = query.join(ProjectRow, _SAME_PROJECT).where(ProjectRow.slug == project)
    with db.read() as session:
        found = dict(session.execute(query).tuples().all())
    return {state: found.get(state.value, 0) for state in PlanState}


def stale_or_incomplete(
    db: Database, *, quiet_for: timedelta = timedelta(hours=1), after: int = 0, limit: int = 1000
) -> list[Plan]:
    """Arenas that someone should look after, oldest first, none with a launch still to come; those
    above ``after``, as of :func:`list_plans`.

    Those that failed, those made and not published, and those in flight of which neither a change
    nor an event was seen for ``quiet_for``.
    """
    cutoff = utc_now() - quiet_for
    heard = exists().where(EventRow.arena_id == PlanRow.id, EventRow.at >= cutoff)
    silent = PlanRow.state.in_(IN_FLIGHT) & (PlanRow.updated_at < cutoff) & ~heard
    query = (
        select(PlanRow, ProjectRow.slug)
        .join(ProjectRow, _SAME_PROJECT)
        .where(PlanRow.state.in_((PlanState.FAILED, PlanState.MADE)) | silent)
        .where(PlanRow.launch == PlanRow.launched, PlanRow.withheld.is_(False))
        .where(PlanRow.id > after)
        .order_by(PlanRow.id)
        .limit(limit)
    )
    with db.read() as session:
        return [plan_of(row, slug) for row, slug in session.execute(query)]


def set_state(
    db: Database,
    arena_id: int,
    state: PlanState,
    *,
    reason: str | None = None,
    run_id: str | None = None,
    only_run: str | None = None,
) -> Plan:
    """Move an arena on, with an event ``arena_<state>``; the same state again changes nothing.

    ``run_id`` is the run that works on it from now on. With ``only_run``, a report about an older
    run is ignored. Raises :class:`Cancelled` when a person stopped the arena, :class:`Refused`
    when the state may not follow, :class:`NotFound`.
    """
    with db.write() as session:
        row = locked_plan(session, arena_id)
        if only_run is None or row.run_id in (None, only_run):
            if run_id is not None:
                row.run_id = run_id
            move(session, row, state, reason)
        return plan_of(row, plan_project(session, row))


def mark_running(db: Database, arena_id: int, run_id: str | None = None) -> Plan:
    return set_state(db, arena_id, PlanState.RUNNING, run_id=run_id)


def mark_made(db: Database, arena_id: int) -> Plan:
    return set_state(db, arena_id, PlanState.MADE)


def mark_published(db: Database, arena_id: int) -> Plan:
    """Only for what publishes without the game's tables; ``game.publish_rows`` does this itself."""
    return set_state(db, arena_id, PlanState.PUBLISHED)


def mark_failed(db: Database, arena_id: int, reason: str, *, only_run: str | None = None) -> Plan:
    return set_state(db, arena_id, PlanState.FAILED, reason=reason, only_run=only_run)


def mark_cancelled(db: Database, arena_id: int, reason: str = "stopped by a person") -> Plan:
    """Stop an arena for good: only a newly wanted launch lets it go on."""
    return set_state(db, arena_id, PlanState.CANCELLED, reason=reason)


def set_withheld(db: Database, arena_id: int, withheld: bool) -> Plan:
    """Keep an arena back from publishing, or let it be published again."""
    with db.write() as session:
        row = locked_plan(session, arena_id)
        if row.withheld is not withheld:
            row.withheld, row.updated_at = withheld, utc_now()
            session.flush()
            kind = "arena_withheld" if withheld else "arena_released"
            events.append(session, kind, arena_id=arena_id)
        return plan_of(row, plan_project(session, row))


def taken_names(db: Database, project: str) -> list[str]:
    """The names in use in a project, oldest arena first."""
    query = select(PlanRow.name).join(ProjectRow, _SAME_PROJECT).order_by(PlanRow.id)
    with db.read() as session:
        found = session.scalars(query.where(ProjectRow.slug == project, PlanRow.name.is_not(None)))
        return [name for name in found if name is not None]


def take_name(db: Database, arena_id: int, name: str) -> bool:
    """Give an arena its name; False, and nothing changes, when another of its project has it.

    Names are compared case-folded. Of callers that want one name at once exactly one gets it.
    """
    try:
        with db.write() as session:
            row = locked_plan(session, arena_id)
            if row.name == name:
                return True
            row.name, row.name_key = name, name_key(name)
            session.flush()
            events.append(session, "arena_named", arena_id=arena_id, data={"name": name})
    except IntegrityError:
        return False
    return True


def locked_plan(session: Session, arena_id: int) -> PlanRow:
    """The row of an arena, held against other writers until the transaction ends."""
    row = session.get(PlanRow, arena_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise _no_such_arena(arena_id)
    return row


def lock_plans(db: Database, arena_ids: Iterable[int]) -> None:
    """Hold several arenas until the caller's :meth:`Database.together` ends, each in its turn, so
    that two who want the same ones wait for one another instead of blocking each other."""
    with db.write() as session:
        for arena_id in sorted(set(arena_ids)):
            locked_plan(session, arena_id)


def move(session: Session, row: PlanRow, state: PlanState, reason: str | None = None) -> None:
    """Change a locked row's state by the rules and append the event; see :func:`set_state`."""
    before = PlanState(row.state)
    if before is state:
        return
    where = partition_key(row.id)
    if before is PlanState.CANCELLED and state is not PlanState.PLANNED:
        raise Cancelled(
            f"{where} was cancelled ({row.reason})", f"'arena resume {where}' lets it go on"
        )
    if state not in FOLLOWS[before]:
        raise Refused(f"{where} is {before} and cannot become {state}", f"See 'arena show {where}'")
    row.state, row.reason, row.updated_at = state.value, reason, utc_now()
    session.flush()
    data = {"from": before.value, "run_id": row.run_id, "reason": reason}
    events.append(session, f"arena_{state}", arena_id=row.id, data=data)


_SAME_PROJECT = PlanRow.project_id == ProjectRow.id


def plan_project(session: Session, row: PlanRow) -> str:
    return session.execute(
        select(ProjectRow.slug).where(ProjectRow.id == row.project_id)
    ).scalar_one()


def _no_such_arena(arena_id: int) -> NotFound:
    return NotFound(f"There is no {partition_key(arena_id)}", "'arena list' shows those there are")


def plan_of(row: PlanRow, project: str) -> Plan:
    """A row as it leaves this room; ``project`` is its slug."""
    return Plan(
        arena_id=row.id,
        request_id=row.request_id,
        project=project,
        mana_color=ManaColor(row.mana_color),
        theme=Theme(row.theme),
        brief=row.brief,
        priority=row.priority,
        name=row.name,
        state=PlanState(row.state),
        reason=row.reason,
        launch=row.launch,
        launched=row.launched,
        withheld=row.withheld,
        run_id=row.run_id,
        style_version=row.style_version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
