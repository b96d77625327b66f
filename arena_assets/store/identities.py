"""People as other services know them, and sign-ins that are on their way there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from arena_assets.errors import Refused, TooMany
from arena_assets.store import base
from arena_assets.store.database import Database
from arena_assets.store.sessions import door_hash
from arena_assets.store.sign_in_tables import FlowRow, IdentityRow, SessionRow, UserRow
from arena_assets.store.users import User

FLOW_LASTS = timedelta(minutes=10)
_MOST_FLOWS = 10_000


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in on its way: ``state`` goes to the provider, ``browser`` into a cookie."""

    state: str
    browser: str
    nonce: str
    verifier: str
    next: str


def begin_flow(db: Database, next_url: str) -> Flow:
    """A new sign-in; raises :class:`TooMany` when ten thousand wait already."""
    state, browser, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    flow = Flow(state, browser, nonce, secrets.token_urlsafe(48), next_url)
    now = base.utc_now()
    with db.write() as session:
        session.execute(delete(FlowRow).where(FlowRow.expires_at < now))
        if (session.scalar(select(func.count()).select_from(FlowRow)) or 0) >= _MOST_FLOWS:
            raise TooMany("Too many sign-ins are under way", "Try again in some minutes")
        session.add(
            FlowRow(
                state_hash=door_hash(flow.state),
                browser_hash=door_hash(flow.browser),
                nonce=flow.nonce,
                verifier=flow.verifier,
                next=next_url[:2000],
                expires_at=now + FLOW_LASTS,
            )
        )
    return flow


def end_flow(db: Database, state: str, browser: str) -> Flow | None:
    """Take a sign-in that came back, for exactly one caller: None for one that is used, old, or of
    another browser. Whoever brings a wrong browser uses it up."""
    now = base.utc_now()
    with db.write() as session:
        row = session.execute(
            delete(FlowRow)
            .where(FlowRow.state_hash == door_hash(state))
            .returning(
                FlowRow.browser_hash,
                FlowRow.nonce,
                FlowRow.verifier,
                FlowRow.next,
                FlowRow.expires_at,
            )
        ).first()
    if row is None or row.expires_at <= now:
        return None
    if not secrets.compare_digest(row.browser_hash, door_hash(browser)):
        return None
    return Flow(state, browser, row.nonce, row.verifier, row.next)


def user_of(db: Database, issuer: str, subject: str) -> User | None:
    """Who is bound to that; disabled or not."""
    with db.read() as session:
        row = session.scalar(
            select(UserRow)
            .join(IdentityRow, IdentityRow.user_id == UserRow.id)
            .where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
        )
        return None if row is None else User.of(row)


def bind(db: Database, user_id: int, issuer: str, subject: str) -> None:
    """Raises :class:`Refused` when somebody is bound to that already."""
    row = IdentityRow(user_id=user_id, issuer=issuer, subject=subject, bound_at=base.utc_now())
    try:
        with db.write() as session:
            session.add(row)
    except IntegrityError as error:
        raise Refused(
            "Somebody is bound to this account already", "End that first with 'arena user unbind'"
        ) from error


def unbind(db: Database, user_id: int) -> int:
    """End all bindings of somebody, and their sessions; how many bindings there were."""
    with db.write() as session:
        gone = session.execute(
            delete(IdentityRow).where(IdentityRow.user_id == user_id).returning(IdentityRow.id)
        ).all()
        session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))
        return len(gone)


def seen(db: Database, issuer: str, subject: str, email: str | None) -> None:
    """They came in, and what address they have now, to be shown alone."""
    with db.write() as session:
        session.execute(
            update(IdentityRow)
            .where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
            .values(seen_at=base.utc_now(), email=email)
        )
