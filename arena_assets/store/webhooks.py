"""Webhooks and their deliveries. A delivery is a row, so that none is lost with its process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from arena_assets.errors import NotFound
from arena_assets.store.audit import record
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.review_tables import DeliveryRow, WebhookRow
from arena_assets.store.statements import upsert
from arena_assets.store.tables import ProjectRow

_WITH_SLUG = (
    select(WebhookRow, ProjectRow.slug)
    .join(ProjectRow, WebhookRow.project_id == ProjectRow.id)
    .order_by(WebhookRow.id)
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events go. ``kinds`` empty means all but passing progress.

    While it is ``paused`` nothing is sent and what happens is not kept for it; what was waiting
    goes on once it is resumed.
    """

    webhook_id: int
    project_id: int
    project: str
    url: str
    secret: str
    kinds: tuple[str, ...]
    who: str
    created_at: datetime
    paused: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook, as it stands since ``at``. A trial's number is below 0."""

    delivery_id: int
    webhook_id: int
    event_seq: int
    body: str
    state: str
    attempts: int
    next_at: datetime
    status: int | None
    error: str | None
    at: datetime

    @property
    def trial(self) -> bool:
        return self.event_seq < 0


def add_webhook(
    db: Database, project_id: int, url: str, secret: str, kinds: tuple[str, ...], who: str
) -> int:
    with db.write() as session:
        row = WebhookRow(
            project_id=project_id,
            url=url,
            secret=secret,
            kinds=list(kinds),
            who=who,
            created_at=utc_now(),
        )
        session.add(row)
        session.flush()
        slug = session.scalar(select(ProjectRow.slug).where(ProjectRow.id == project_id))
        record(session, "webhook.add", f"webhook {row.id}", project=slug, url=url, kinds=[*kinds])
        return row.id


def list_webhooks(db: Database, project: str | None = None) -> list[Webhook]:
    """A project's webhooks, or all."""
    query = _WITH_SLUG if project is None else _WITH_SLUG.where(ProjectRow.slug == project)
    with db.read() as session:
        return [_webhook(row, slug) for row, slug in session.execute(query)]


def held_webhooks(session: Session) -> list[Webhook]:
    """All webhooks, none of which is taken away before the transaction ends."""
    query = _WITH_SLUG.with_for_update(read=True, key_share=True, of=WebhookRow)
    return [_webhook(row, slug) for row, slug in session.execute(query)]


def get_webhook(db: Database, webhook_id: int, project: str | None = None) -> Webhook:
    """One of a project's webhooks, or of all; raises :class:`NotFound`."""
    for each in list_webhooks(db, project):
        if each.webhook_id == webhook_id:
            return each
    raise _no_webhook(webhook_id)


def pause_webhook(db: Database, webhook_id: int, paused: bool) -> None:
    """Stop sending there, or go on."""
    with db.write() as session:
        row = session.get(WebhookRow, webhook_id, with_for_update=True)
        if row is not None and row.paused is not paused:
            row.paused = paused
            _record(session, "webhook.pause" if paused else "webhook.resume", row)


def remove_webhook(db: Database, webhook_id: int) -> None:
    """Take a webhook away with what was still to be sent to it."""
    with db.write() as session:
        row = session.get(WebhookRow, webhook_id)
        if row is not None:
            slug = session.scalar(select(ProjectRow.slug).where(ProjectRow.id == row.project_id))
            record(session, "webhook.remove", f"webhook {webhook_id}", project=slug, url=row.url)
            session.expunge(row)
        session.execute(delete(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id))
        session.execute(delete(WebhookRow).where(WebhookRow.id == webhook_id))


def queue_delivery(session: Session, webhook_id: int, event_seq: int, body: str) -> None:
    """Have an event sent; the same again changes nothing."""
    now = utc_now()
    new = upsert(
        session,
        DeliveryRow,
        webhook_id=webhook_id,
        event_seq=event_seq,
        body=body,
        state="waiting",
        attempts=0,
        next_at=now,
        updated_at=now,
    )
    session.execute(new.on_conflict_do_nothing(index_elements=["webhook_id", "event_seq"]))


def begin_trial(db: Database, webhook_id: int, body: str, lease: timedelta) -> Delivery:
    """A delivery of no event, in the hands of the caller, who sends it once; raises
    :class:`NotFound`."""
    now = utc_now()
    with db.write() as session:
        # Held, so that two trials at once do not take the same number.
        hook = session.get(WebhookRow, webhook_id, with_for_update=True)
        if hook is None:
            raise _no_webhook(webhook_id)
        lowest = session.scalar(
            select(func.min(DeliveryRow.event_seq)).where(DeliveryRow.webhook_id == webhook_id)
        )
        row = DeliveryRow(
            webhook_id=webhook_id,
            event_seq=min(lowest or 0, 0) - 1,
            body=body,
            state="waiting",
            attempts=1,
            next_at=now + lease,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        _record(session, "webhook.test", hook)
        return _delivery(row)


def send_again(db: Database, webhook_id: int, delivery_id: int) -> None:
    """Have a delivery that is over sent anew, now; raises :class:`NotFound`.

    One that waits is due at once, its tries counted on.
    """
    with db.write() as session:
        row = session.get(DeliveryRow, delivery_id, with_for_update=True)
        if row is None or row.webhook_id != webhook_id or row.event_seq < 0:
            raise NotFound(f"There is no delivery {delivery_id}", "See those of the webhook")
        if row.state != "waiting":
            row.state, row.attempts = "waiting", 0
        row.next_at = row.updated_at = utc_now()
        hook = session.get_one(WebhookRow, webhook_id)
        _record(session, "webhook.retry", hook, delivery=delivery_id)


def due_webhooks(db: Database) -> list[int]:
    """The webhooks for which a delivery's time has come, the one that waits longest first."""
    query = (
        select(DeliveryRow.webhook_id)
        .where(*_due())
        .group_by(DeliveryRow.webhook_id)
        .order_by(func.min(DeliveryRow.next_at), DeliveryRow.webhook_id)
    )
    with db.read() as session:
        return list(session.scalars(query))


def claim_due(db: Database, webhook_id: int, lease: timedelta) -> Delivery | None:
    """The webhook's next delivery whose time has come, given to one caller until the lease is
    over; None when there is none."""
    query = (
        select(DeliveryRow)
        .where(DeliveryRow.webhook_id == webhook_id, *_due())
        .order_by(DeliveryRow.next_at, DeliveryRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with db.write() as session:
        row = session.scalars(query).first()
        if row is None:
            return None
        row.next_at, row.attempts = utc_now() + lease, row.attempts + 1
        session.flush()
        return _delivery(row)


def settle_delivery(
    db: Database,
    delivery_id: int,
    state: str,
    *,
    status: int | None,
    error: str | None,
    next_at: datetime | None = None,
) -> None:
    """Write down how an attempt went; ``next_at`` is when the next one is due."""
    now = utc_now()
    values = {"state": state, "status": status, "error": error, "updated_at": now}
    with db.write() as session:
        session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == delivery_id)
            .values(**values, next_at=next_at or now)
        )


def deliveries_of(
    db: Database, webhook_id: int, *, before: int | None = None, limit: int = 100
) -> list[Delivery]:
    """A webhook's deliveries, the newest first: those below number ``before``."""
    query = select(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id)
    if before is not None:
        query = query.where(DeliveryRow.id < before)
    with db.read() as session:
        rows = session.scalars(query.order_by(DeliveryRow.id.desc()).limit(limit))
        return [_delivery(row) for row in rows]


def forget_deliveries(db: Database, older_than: timedelta) -> int:
    """Forget deliveries that are over and past their time, and say how many."""
    before = utc_now() - older_than
    with db.write() as session:
        gone = session.execute(
            delete(DeliveryRow)
            .where(DeliveryRow.state != "waiting", DeliveryRow.updated_at < before)
            .returning(DeliveryRow.id)
        )
        return len(gone.all())


def _due() -> tuple[ColumnElement[bool], ...]:
    running = select(WebhookRow.id).where(WebhookRow.paused.is_(False))
    return (
        DeliveryRow.state == "waiting",
        DeliveryRow.next_at <= utc_now(),
        DeliveryRow.webhook_id.in_(running),
    )


def _no_webhook(webhook_id: int) -> NotFound:
    return NotFound(f"There is no webhook {webhook_id}", "See the project's webhooks")


def _record(session: Session, action: str, row: WebhookRow, **data: Any) -> None:
    slug = session.scalar(select(ProjectRow.slug).where(ProjectRow.id == row.project_id))
    record(session, action, f"webhook {row.id}", project=slug, url=row.url, **data)


def _webhook(row: WebhookRow, slug: str) -> Webhook:
    return Webhook(
        webhook_id=row.id,
        project_id=row.project_id,
        project=slug,
        url=row.url,
        secret=row.secret,
        kinds=tuple(row.kinds),
        who=row.who,
        created_at=row.created_at,
        paused=row.paused,
    )


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        delivery_id=row.id,
        webhook_id=row.webhook_id,
        event_seq=row.event_seq,
        body=row.body,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        status=row.status,
        error=row.error,
        at=row.updated_at,
    )
