"""Sessions and one-time links. The database knows only hashes of what people hold."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from arena_assets.store import base
from arena_assets.store.database import Database
from arena_assets.store.sign_in_tables import LinkRow, SessionRow, UserRow
from arena_assets.store.users import User

_SEEN_EVERY = timedelta(minutes=1)


def door_hash(secret: str) -> str:
    """SHA-256: enough for 256 random bits, which nobody can try out."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OpenLink:
    """``user`` is None in the link that makes the first admin."""

    user: User | None
    expires_at: datetime


def open_session(db: Database, user_id: int, address: str, lasts: timedelta) -> str:
    """A new session's id, for a cookie; it ends after ``lasts`` whatever happens."""
    session_id = secrets.token_urlsafe(32)
    now = base.utc_now()
    with db.write() as session:
        session.execute(delete(SessionRow).where(SessionRow.expires_at < now))
        session.add(
            SessionRow(
                id_hash=door_hash(session_id),
                user_id=user_id,
                created_at=now,
                seen_at=now,
                expires_at=now + lasts,
                address=address[:64],
            )
        )
    return session_id


def session_user(
    db: Database, session_id: str, idle: timedelta, *, touch: bool = True
) -> User | None:
    """Who holds the session; None when it ended, was idle for longer, or its owner is disabled.

    ``touch``: that somebody did something with it counts against its being idle.
    """
    now = base.utc_now()
    held = door_hash(session_id)
    with db.read() as session:
        found = session.execute(
            select(SessionRow, UserRow)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .where(
                SessionRow.id_hash == held,
                SessionRow.expires_at > now,
                SessionRow.seen_at > now - idle,
                UserRow.disabled.is_(False),
            )
        ).first()
        if found is None:
            return None
        seen_at, user = found[0].seen_at, User.of(found[1])
    if touch and now - seen_at > _SEEN_EVERY:  # at most one write a minute
        with db.write() as session:
            session.execute(
                update(SessionRow).where(SessionRow.id_hash == held).values(seen_at=now)
            )
    return user


def close_session(db: Database, session_id: str) -> None:
    with db.write() as session:
        session.execute(delete(SessionRow).where(SessionRow.id_hash == door_hash(session_id)))


def make_link(db: Database, user_id: int | None, lasts: timedelta) -> str:
    """A link's code, in place of an earlier one for the same person."""
    code = secrets.token_urlsafe(32)
    now = base.utc_now()
    with db.write() as session:
        session.execute(delete(LinkRow).where(LinkRow.expires_at < now))
        session.execute(delete(LinkRow).where(LinkRow.user_id.is_not_distinct_from(user_id)))
        session.add(
            LinkRow(
                code_hash=door_hash(code), user_id=user_id, created_at=now, expires_at=now + lasts
            )
        )
    return code


def see_link(db: Database, code: str) -> OpenLink | None:
    """What the link is for, without using it up."""
    with db.read() as session:
        row = session.get(LinkRow, door_hash(code))
        if row is None or row.expires_at <= base.utc_now():
            return None
        owner = None if row.user_id is None else session.get(UserRow, row.user_id)
        if owner is not None and owner.disabled:
            return None
        return OpenLink(None if owner is None else User.of(owner), row.expires_at)


def use_link(db: Database, code: str) -> bool:
    """Use it up; True for exactly one caller, however many come at once."""
    with db.write() as session:
        gone = session.execute(
            delete(LinkRow)
            .where(LinkRow.code_hash == door_hash(code), LinkRow.expires_at > base.utc_now())
            .returning(LinkRow.code_hash)
        ).all()
        return bool(gone)
