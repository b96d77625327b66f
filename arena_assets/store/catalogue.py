"""Lists of arenas as people leaf through them: newest first, by several marks at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import exists, false, func, or_, select
from sqlalchemy.orm import aliased

from arena_assets.domain.manifest import FileRef
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.slots import IMAGES, UPSTREAM
from arena_assets.store import results
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.decisions import Verdict
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan, plan_of
from arena_assets.store.review_tables import DecisionRow
from arena_assets.store.tables import EventRow, PlanRow, ProjectRow, ResultRow

TOTAL = len(UPSTREAM)
FIRST_PICTURE = "view_01"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which arenas. None means all; ``before`` is the last id of the page before."""

    projects: Collection[str] | None = None
    states: Collection[PlanState] | None = None
    theme: Theme | None = None
    mana_color: ManaColor | None = None
    text: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """An arena on a list: its plan, how many slots it has, and its first picture if made."""

    plan: Plan
    done: int
    picture: FileRef | None


def leaf(db: Database, choice: Choice, limit: int = 24) -> list[Plan]:
    """One page of arenas, newest first."""
    query = select(PlanRow, ProjectRow.slug).join(ProjectRow, PlanRow.project_id == ProjectRow.id)
    if choice.projects is not None:
        query = query.where(ProjectRow.slug.in_(choice.projects))
    if choice.states is not None:
        query = query.where(PlanRow.state.in_([each.value for each in choice.states]))
    if choice.theme is not None:
        query = query.where(PlanRow.theme == choice.theme.value)
    if choice.mana_color is not None:
        query = query.where(PlanRow.mana_color == choice.mana_color.value)
    if choice.text:
        query = query.where(PlanRow.name_key.contains(choice.text.casefold(), autoescape=True))
    if choice.before is not None:
        query = query.where(PlanRow.id < choice.before)
    with db.read() as session:
        rows = session.execute(query.order_by(PlanRow.id.desc()).limit(limit))
        return [plan_of(row, slug) for row, slug in rows]


def undecided(
    db: Database, review: Mapping[str, Collection[str]], after: int = 0, limit: int = 24
) -> list[Plan]:
    """Made arenas, oldest first, those above ``after``, that hold something nobody has decided
    about: ``review`` are the assets that count, by project."""
    later, newer = aliased(ResultRow), aliased(DecisionRow)
    superseded = exists().where(
        later.arena_id == ResultRow.arena_id,
        later.asset == ResultRow.asset,
        later.name == ResultRow.name,
        later.revision > ResultRow.revision,
    )
    decided_again = exists().where(
        newer.arena_id == DecisionRow.arena_id,
        newer.asset == DecisionRow.asset,
        newer.name == DecisionRow.name,
        newer.seq > DecisionRow.seq,
    )
    decided = exists().where(
        DecisionRow.arena_id == ResultRow.arena_id,
        DecisionRow.asset == ResultRow.asset,
        DecisionRow.name == ResultRow.name,
        DecisionRow.key == ResultRow.key,
        DecisionRow.kind != Verdict.UNPIN.value,
        ~decided_again,
    )
    projects: dict[frozenset[str], list[str]] = {}
    for slug, assets in review.items():
        projects.setdefault(frozenset(assets), []).append(slug)
    reviewed = [
        ProjectRow.slug.in_(slugs) & ResultRow.asset.in_(assets)
        for assets, slugs in projects.items()
    ]
    open_item = exists().where(
        ResultRow.arena_id == PlanRow.id, or_(false(), *reviewed), ~superseded, ~decided
    )
    query = (
        select(PlanRow, ProjectRow.slug)
        .join(ProjectRow, PlanRow.project_id == ProjectRow.id)
        .where(PlanRow.state == PlanState.MADE.value, PlanRow.id > after)
        .where(ProjectRow.slug.in_(review), open_item)
        .order_by(PlanRow.id)
        .limit(limit)
    )
    with db.read() as session:
        return [plan_of(row, slug) for row, slug in session.execute(query)]


def cards(db: Database, plans: Sequence[Plan]) -> list[Card]:
    """The plans with what a list shows of each, in three queries whatever their number."""
    ids = [each.arena_id for each in plans]
    done = results.slots_done(db, ids)
    query = (
        select(ResultRow.arena_id, ResultRow.manifest)
        .where(
            ResultRow.arena_id.in_(ids),
            ResultRow.asset == IMAGES,
            ResultRow.name == FIRST_PICTURE,
        )
        .order_by(ResultRow.revision)
    )
    with db.read() as session:
        pictures = {
            arena_id: FileRef.model_validate(manifest["files"]["picture"])
            for arena_id, manifest in session.execute(query)
            if "picture" in manifest["files"]
        }
    return [Card(each, done[each.arena_id], pictures.get(each.arena_id)) for each in plans]


def states_of(db: Database, projects: Collection[str] | None) -> dict[PlanState, int]:
    """How many arenas of these projects are in each state, every state named."""
    query = select(PlanRow.state, func.count()).group_by(PlanRow.state)
    if projects is not None:
        query = query.join(ProjectRow, PlanRow.project_id == ProjectRow.id)
        query = query.where(ProjectRow.slug.in_(projects))
    with db.read() as session:
        found = dict(session.execute(query).tuples().all())
    return {state: found.get(state.value, 0) for state in PlanState}


def states_of_requests(
    db: Database, request_ids: Collection[int]
) -> dict[int, dict[PlanState, int]]:
    """How many arenas of each request are in which state, in one reading."""
    query = (
        select(PlanRow.request_id, PlanRow.state, func.count())
        .where(PlanRow.request_id.in_(request_ids))
        .group_by(PlanRow.request_id, PlanRow.state)
    )
    found: dict[int, dict[PlanState, int]] = {each: {} for each in request_ids}
    with db.read() as session:
        for request_id, state, count in session.execute(query):
            found[request_id][PlanState(state)] = count
    return found


def queue_positions(db: Database) -> dict[int, int]:
    """The arenas that wait for a run, with their places: 1 for the one that is launched next."""
    waiting = (PlanState.PLANNED.value, PlanState.QUEUED.value)
    query = (
        select(PlanRow.id)
        .where(PlanRow.state.in_(waiting))
        .order_by(PlanRow.priority.desc(), PlanRow.id)
    )
    with db.read() as session:
        return {arena_id: place for place, arena_id in enumerate(session.scalars(query), 1)}


def waiting(db: Database, projects: Collection[str] | None, limit: int = 8) -> list[Plan]:
    """The arenas that are launched next, the first first."""
    query = (
        select(PlanRow, ProjectRow.slug)
        .join(ProjectRow, PlanRow.project_id == ProjectRow.id)
        .where(PlanRow.state.in_((PlanState.PLANNED.value, PlanState.QUEUED.value)))
        .order_by(PlanRow.priority.desc(), PlanRow.id)
        .limit(limit)
    )
    if projects is not None:
        query = query.where(ProjectRow.slug.in_(projects))
    with db.read() as session:
        return [plan_of(row, slug) for row, slug in session.execute(query)]


def published_per_day(db: Database, days: int = 14) -> dict[date, int]:
    """How many arenas were published on each of the last days (UTC), gaps as 0."""
    today = utc_now().date()
    first = today - timedelta(days=days - 1)
    start = datetime.combine(first, time(), UTC)
    with db.read() as session:
        # SQLite keeps times in UTC without a zone; PostgreSQL would take the session's.
        sqlite = session.get_bind().dialect.name == "sqlite"
        day = func.date(EventRow.at if sqlite else func.timezone("UTC", EventRow.at))
        query = select(day, func.count()).where(EventRow.kind == "arena_published")
        found = session.execute(query.where(EventRow.at >= start).group_by(day)).tuples().all()
    counts = {first + timedelta(days=number): 0 for number in range(days)}
    counts.update({date.fromisoformat(str(each)): count for each, count in found})
    return counts
