"""People and what lets them in: users, sessions, invitations, failed sign-ins.

Secrets come in plain and are looked up by their SHA-256; none is ever stored or handed out again.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.sign_in_tables import (
    InvitationRow,
    SessionRow,
    SignInAttemptRow,
    UserRow,
)

_SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last sight of a session is kept: one write a minute, not one a request."""
_MOST_NAME = 80


class Role(IntEnum):
    """What a person may do; each includes those before it."""

    VIEWER = 0
    REVIEWER = 1
    PRODUCER = 2
    ADMIN = 3

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def named(cls, name: str) -> Role:
        """The role of that name; raises :class:`UsageFault`."""
        try:
            return cls[name.strip().upper()]
        except KeyError:
            raise UsageFault(
                f"'{name[:40]}' is no role", "Use viewer, reviewer, producer or admin"
            ) from None


@dataclass(frozen=True, slots=True)
class User:
    """A person. ``projects`` is None for one who may see all."""

    id: int
    name: str
    role: Role
    projects: tuple[str, ...] | None
    disabled: bool
    has_password: bool
    created_at: datetime


def digest(secret: str) -> str:
    """How a secret is stored: its SHA-256, as it is 256 random bits itself."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def add_user(
    db: Database, name: str, role: Role, *, projects: tuple[str, ...] | None = None
) -> User:
    """A person who cannot sign in until an invitation set a password."""
    with db.write() as session:
        return user_from(_insert(session, name, role, projects, None))


def list_users(db: Database) -> list[User]:
    with db.read() as session:
        return [
            user_from(row) for row in session.scalars(select(UserRow).order_by(UserRow.name_key))
        ]


def find_user(db: Database, name: str) -> User:
    """The person of that name, whatever its case; raises :class:`NotFound`."""
    with db.read() as session:
        return user_from(_by_name(session, name))


def change_user(
    db: Database, name: str, *, role: Role | None = None, disabled: bool | None = None
) -> User:
    """Give a person another role, or shut them out at once, sessions included.

    The last admin who can sign in stays one.
    """
    with db.write() as session:
        row = _by_name(session, name)
        row.role = str(role) if role is not None else row.role
        row.disabled = disabled if disabled is not None else row.disabled
        row.updated_at = utc_now()
        session.flush()
        admins = select(func.count()).where(UserRow.role == "admin", UserRow.disabled.is_(False))
        if not session.scalar(admins):
            raise Refused(f"{row.name} is the last admin", "Make somebody else admin first")
        if row.disabled:
            session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
        return user_from(row)


def has_users(db: Database) -> bool:
    """Whether anybody can sign in yet."""
    with db.read() as session:
        return bool(session.scalar(select(func.count()).where(UserRow.password.is_not(None))))


def invite(db: Database, user: User | None, lasts: timedelta) -> str:
    """The secret of a link that sets a password once; without a user, that of the first admin."""
    secret = new_secret()
    with db.write() as session:
        if user is None:  # a new link for the first admin replaces the one before
            session.execute(delete(InvitationRow).where(InvitationRow.user_id.is_(None)))
        row = InvitationRow(
            secret=digest(secret),
            user_id=None if user is None else user.id,
            expires_at=utc_now() + lasts,
            used_at=None,
        )
        session.add(row)
    return secret


def invited(db: Database, secret: str) -> User | None:
    """Whom an invitation is for, None for the first admin; raises :class:`NotFound`."""
    with db.read() as session:
        row = _open_invitation(session, secret)
        return None if row.user_id is None else user_from(_by_id(session, row.user_id))


def accept(db: Database, secret: str, name: str, password_hash: str) -> User:
    """Use an invitation up: its person gets that password, or the first admin that name."""
    with db.write() as session:
        row = _open_invitation(session, secret)
        taken = session.execute(
            update(InvitationRow)
            .where(InvitationRow.secret == row.secret, InvitationRow.used_at.is_(None))
            .values(used_at=utc_now())
            .returning(InvitationRow.secret)
        ).first()
        if taken is None:
            raise _no_invitation()
        if row.user_id is None:
            return user_from(_insert(session, name, Role.ADMIN, None, password_hash))
        user = _by_id(session, row.user_id)
        user.password, user.updated_at = password_hash, utc_now()
        session.execute(delete(SessionRow).where(SessionRow.user_id == user.id))
        return user_from(user)


def password_of(db: Database, name: str) -> tuple[User, str] | None:
    """A person who may sign in, and their password's hash; None when there is none such."""
    with db.read() as session:
        row = session.scalars(select(UserRow).where(UserRow.name_key == _key(name))).first()
        if row is None or row.disabled or row.password is None:
            return None
        return user_from(row), row.password


def set_password(db: Database, user: User, password_hash: str) -> None:
    with db.write() as session:
        _by_id(session, user.id).password = password_hash


def open_session(db: Database, user: User, lasts: timedelta) -> str:
    """A new session's secret, for a cookie."""
    secret, now = new_secret(), utc_now()
    with db.write() as session:
        session.execute(delete(SessionRow).where(SessionRow.expires_at < now))
        session.add(
            SessionRow(
                secret=digest(secret),
                user_id=user.id,
                created_at=now,
                seen_at=now,
                expires_at=now + lasts,
            )
        )
    return secret


def session_user(db: Database, secret: str, idle: timedelta) -> User | None:
    """Whose session it is; None when it is over, was idle for too long, or its owner is out."""
    now = utc_now()
    with db.read() as session:
        row = session.get(SessionRow, digest(secret))
        if row is None or row.expires_at <= now or row.seen_at + idle <= now:
            return None
        owner = session.get(UserRow, row.user_id)
        if owner is None or owner.disabled:
            return None
        user, seen_at = user_from(owner), row.seen_at
    if now - seen_at > _SEEN_EVERY:
        with db.write() as session:
            session.execute(
                update(SessionRow).where(SessionRow.secret == digest(secret)).values(seen_at=now)
            )
    return user


def close_session(db: Database, secret: str) -> None:
    with db.write() as session:
        session.execute(delete(SessionRow).where(SessionRow.secret == digest(secret)))


def note_failure(db: Database, subject: str) -> None:
    """Remember a failed sign-in of an account or from an address."""
    with db.write() as session:
        session.execute(
            delete(SignInAttemptRow).where(SignInAttemptRow.at < utc_now() - timedelta(days=1))
        )
        session.add(SignInAttemptRow(subject=subject[:260], at=utc_now()))


def failures(db: Database, subject: str, within: timedelta) -> int:
    """How often signing in failed of late."""
    query = select(func.count()).where(
        SignInAttemptRow.subject == subject[:260], SignInAttemptRow.at > utc_now() - within
    )
    with db.read() as session:
        return session.scalar(query) or 0


def _insert(
    session: Session,
    name: str,
    role: Role,
    projects: tuple[str, ...] | None,
    password: str | None,
) -> UserRow:
    name = " ".join(name.split())
    if not 1 <= len(name) <= _MOST_NAME or not name.isprintable():
        raise UsageFault("That is no name for a person", f"Use 1 to {_MOST_NAME} letters")
    if session.scalars(select(UserRow).where(UserRow.name_key == _key(name))).first():
        raise Refused(f"There is a person called {name} already", "Choose another name")
    now = utc_now()
    row = UserRow(
        name=name,
        name_key=_key(name),
        role=str(role),
        projects=None if projects is None else list(projects),
        password=password,
        disabled=False,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _open_invitation(session: Session, secret: str) -> InvitationRow:
    row = session.get(InvitationRow, digest(secret))
    if row is None or row.used_at is not None or row.expires_at <= utc_now():
        raise _no_invitation()
    return row


def _no_invitation() -> NotFound:
    return NotFound(
        "This link was used already, or is too old",
        "Ask an admin for another: 'arena user invite NAME', or People in the console",
    )


def _by_name(session: Session, name: str) -> UserRow:
    row = session.scalars(select(UserRow).where(UserRow.name_key == _key(name))).first()
    if row is None:
        raise NotFound(f"There is nobody called {name[:80]}", "'arena user list' says who there is")
    return row


def _by_id(session: Session, user_id: int) -> UserRow:
    row = session.get(UserRow, user_id)
    if row is None:
        raise NotFound("This person is gone", "'arena user list' says who there is")
    return row


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()[:240]


def user_from(row: UserRow) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=Role.named(row.role),
        projects=None if row.projects is None else tuple(row.projects),
        disabled=row.disabled,
        has_password=row.password is not None,
        created_at=row.created_at,
    )
