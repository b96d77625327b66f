"""Requests: what people asked for, turned into plans in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from arena_assets.domain.palette import ManaColor, Pair, Theme, allocate
from arena_assets.domain.request import RequestSpec
from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.store import events
from arena_assets.store.audit import record
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.plan_states import PlanState
from arena_assets.store.statements import upsert
from arena_assets.store.tables import EconomyDraftRow, PlanRow, ProjectRow, RequestRow
from arena_assets.store.versions import VersionKind, newest_version

IDEMPOTENCY_KEY_MAX = 200


@dataclass(frozen=True, slots=True)
class PlacedRequest:
    """A request's arenas in order. ``fresh`` is False when this key had placed it before."""

    request_id: int
    arena_ids: tuple[int, ...]
    fresh: bool


@dataclass(frozen=True, slots=True)
class RequestRecord:
    request_id: int
    spec: RequestSpec
    idempotency_key: str | None
    arena_ids: tuple[int, ...]
    created_at: datetime


def place_request(
    db: Database,
    spec: RequestSpec,
    idempotency_key: str | None = None,
    *,
    told: Mapping[str, JsonValue] | None = None,
) -> PlacedRequest:
    """Record a request and plan its arenas, all or nothing.

    ``told`` is what its event keeps besides: the price and time that were expected.

    Requests of one project wait for each other here, so the second goes on in the round of pairs
    where the first stopped. The same key with the same spec is the same request again; with
    another spec it is :class:`Refused`.
    """
    _require_usable(idempotency_key)
    with db.write() as session:
        project = _locked_project(session, spec.project)
        if idempotency_key is not None:
            earlier = _placed_before(session, project, spec, idempotency_key)
            if earlier is not None:
                return earlier
        return _place(session, project, spec, idempotency_key, told or {})


def find_placed(
    db: Database, spec: RequestSpec, idempotency_key: str | None
) -> PlacedRequest | None:
    """What this key has placed before; :class:`Refused` when that was another request."""
    _require_usable(idempotency_key)
    if idempotency_key is None:
        return None
    with db.read() as session:
        project = session.scalar(select(ProjectRow).where(ProjectRow.slug == spec.project))
        if project is None:
            return None
        return _placed_before(session, project, spec, idempotency_key)


def placed_with(db: Database, project: str, key: str) -> int | None:
    """The request that a key has placed in a project; None for a key that is free there."""
    query = select(RequestRow.id).join(ProjectRow, RequestRow.project_id == ProjectRow.id)
    with db.read() as session:
        return session.scalar(
            query.where(ProjectRow.slug == project, RequestRow.idempotency_key == key)
        )


def get_request(db: Database, request_id: int) -> RequestRecord:
    """A request with its arenas; raises :class:`NotFound`."""
    with db.read() as session:
        row = session.get(RequestRow, request_id)
        if row is None:
            raise NotFound(
                f"There is no request {request_id}", "'arena list' shows every arena's request"
            )
        return _records(session, [row])[0]


def list_requests(
    db: Database,
    *,
    projects: Collection[str] | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[RequestRecord]:
    """Requests, newest first: pass a page's last id as ``before`` for the next page."""
    query = select(RequestRow).order_by(RequestRow.id.desc()).limit(limit)
    if projects is not None:
        query = query.join(ProjectRow, RequestRow.project_id == ProjectRow.id)
        query = query.where(ProjectRow.slug.in_(projects))
    if before is not None:
        query = query.where(RequestRow.id < before)
    with db.read() as session:
        return _records(session, session.scalars(query).all())


def list_projects(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(ProjectRow.slug).order_by(ProjectRow.slug)))


def _require_usable(key: str | None) -> None:
    if key is not None and not 1 <= len(key) <= IDEMPOTENCY_KEY_MAX:
        raise UsageFault(
            "The idempotency key cannot be used",
            f"Use 1 to {IDEMPOTENCY_KEY_MAX} characters, a fresh UUID for instance",
        )


def _locked_project(session: Session, slug: str) -> ProjectRow:
    new = upsert(session, ProjectRow, slug=slug, next_pair=0, created_at=utc_now())
    session.execute(new.on_conflict_do_nothing(index_elements=["slug"]))
    return session.scalars(
        select(ProjectRow).where(ProjectRow.slug == slug).with_for_update()
    ).one()


def _placed_before(
    session: Session, project: ProjectRow, spec: RequestSpec, key: str
) -> PlacedRequest | None:
    row = session.scalars(
        select(RequestRow).where(
            RequestRow.project_id == project.id, RequestRow.idempotency_key == key
        )
    ).first()
    if row is None:
        return None
    if RequestSpec.model_validate(row.spec) != spec:
        raise Refused(
            f"The idempotency key '{key[:60]}' already placed another request ({row.id})",
            "Use a new key for a new request",
        )
    return PlacedRequest(row.id, _arena_ids(session, row.id), fresh=False)


def _place(
    session: Session,
    project: ProjectRow,
    spec: RequestSpec,
    key: str | None,
    told: Mapping[str, JsonValue],
) -> PlacedRequest:
    now = utc_now()
    pairs, project.next_pair = allocate(
        spec.count,
        project.next_pair,
        theme=spec.theme,
        mana_color=spec.mana_color,
        used=_used_pairs(session, project, spec),
    )
    request = RequestRow(
        project_id=project.id,
        spec=spec.model_dump(mode="json"),
        idempotency_key=key,
        created_at=now,
    )
    session.add(request)
    session.flush()
    style = newest_version(session, project.id, VersionKind.STYLE)
    plans = [
        PlanRow(
            request_id=request.id,
            project_id=project.id,
            mana_color=pair.mana_color.value,
            theme=pair.theme.value,
            brief=spec.brief,
            priority=spec.priority,
            state=PlanState.PLANNED.value,
            launch=1,
            launched=0,
            style_version=style,
            created_at=now,
            updated_at=now,
        )
        for pair in pairs
    ]
    session.add_all(plans)
    session.flush()
    if spec.economy:
        session.add_all(
            EconomyDraftRow(arena_id=plan.id, state="wanted", updated_at=now) for plan in plans
        )
    record(
        session,
        "request.place",
        f"request {request.id}",
        project=project.slug,
        count=spec.count,
        arenas=[plans[0].id, plans[-1].id],
        cap_usd=None if spec.cap_usd is None else str(spec.cap_usd),
    )
    events.append(
        session,
        "request_placed",
        project_id=project.id,
        request_id=request.id,
        data={"count": spec.count, **told},
    )
    for plan in plans:
        events.append(
            session,
            "arena_planned",
            project_id=project.id,
            request_id=request.id,
            arena_id=plan.id,
            data={"mana_color": plan.mana_color, "theme": plan.theme},
        )
    return PlacedRequest(request.id, tuple(plan.id for plan in plans), fresh=True)


def _used_pairs(session: Session, project: ProjectRow, spec: RequestSpec) -> list[Pair]:
    """The project's earlier pairs that fit a pinned theme or colour, oldest first."""
    if spec.theme is None and spec.mana_color is None:
        return []
    query = select(PlanRow.mana_color, PlanRow.theme).where(PlanRow.project_id == project.id)
    if spec.theme is not None:
        query = query.where(PlanRow.theme == spec.theme.value)
    if spec.mana_color is not None:
        query = query.where(PlanRow.mana_color == spec.mana_color.value)
    found = session.execute(query.order_by(PlanRow.id))
    return [Pair(ManaColor(color), Theme(theme)) for color, theme in found]


def _arena_ids(session: Session, request_id: int) -> tuple[int, ...]:
    query = select(PlanRow.id).where(PlanRow.request_id == request_id).order_by(PlanRow.id)
    return tuple(session.scalars(query))


def _records(session: Session, rows: Sequence[RequestRow]) -> list[RequestRecord]:
    arenas: dict[int, list[int]] = {row.id: [] for row in rows}
    query = select(PlanRow.request_id, PlanRow.id).where(PlanRow.request_id.in_(arenas))
    for request_id, arena_id in session.execute(query.order_by(PlanRow.id)):
        arenas[request_id].append(arena_id)
    return [
        RequestRecord(
            request_id=row.id,
            spec=RequestSpec.model_validate(row.spec),
            idempotency_key=row.idempotency_key,
            arena_ids=tuple(arenas[row.id]),
            created_at=row.created_at,
        )
        for row in rows
    ]
