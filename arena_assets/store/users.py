"""People: names, roles, password hashes. There is always an admin left who can sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from arena_assets.domain.roles import ROLES, Role
from arena_assets.errors import NotFound, Refused
from arena_assets.store import base
from arena_assets.store.database import Database
from arena_assets.store.sign_in_tables import LinkRow, SessionRow, UserRow


@dataclass(frozen=True, slots=True)
class User:
    """``password_hash`` is None for somebody who has set no password yet."""

    user_id: int
    name: str
    role: Role
    password_hash: str | None
    disabled: bool
    created_at: datetime

    @classmethod
    def of(cls, row: UserRow) -> User:
        role = ROLES[row.role]
        return cls(row.id, row.name, role, row.password_hash, row.disabled, row.created_at)


def add_user(
    db: Database, name: str, role: Role, password_hash: str | None, *, only_first: bool = False
) -> User:
    """A new person; raises :class:`Refused` when the name is taken, or with ``only_first`` when
    there is anybody already."""
    row = UserRow(
        name=name,
        name_key=name.casefold(),
        role=role.label,
        password_hash=password_hash,
        created_at=base.utc_now(),
    )
    try:
        with db.write() as session:
            if only_first and session.scalar(select(func.count()).select_from(UserRow)):
                raise Refused("The first admin is there already", "Sign in, or ask that admin")
            session.add(row)
            session.flush()
            return User.of(row)
    except IntegrityError as error:
        raise Refused(f"There is a user '{name}' already", "Choose another name") from error


def find_user(db: Database, name: str) -> User | None:
    """The person of that name, however it is capitalised."""
    with db.read() as session:
        row = session.scalar(select(UserRow).where(UserRow.name_key == name.casefold()))
        return None if row is None else User.of(row)


def need_user(db: Database, name: str) -> User:
    """The person of that name; raises :class:`NotFound`."""
    found = find_user(db, name)
    if found is None:
        raise NotFound(f"There is no user '{name[:64]}'", "'arena user list' shows everybody")
    return found


def list_users(db: Database) -> list[User]:
    with db.read() as session:
        return [User.of(row) for row in session.scalars(select(UserRow).order_by("name_key"))]


def anybody(db: Database) -> bool:
    """Whether there is a user at all."""
    with db.read() as session:
        return session.scalar(select(UserRow.id).limit(1)) is not None


def set_role(db: Database, user_id: int, role: Role) -> None:
    """Change a role; raises :class:`Refused` for the last admin's."""
    with db.write() as session:
        row = _locked(session, user_id)
        row.role = role.label
        session.flush()
        _keep_an_admin(session)


def set_disabled(db: Database, user_id: int, disabled: bool) -> None:
    """Let somebody in no more, or again. What they are signed in with ends at once."""
    with db.write() as session:
        row = _locked(session, user_id)
        row.disabled = disabled
        session.flush()
        _keep_an_admin(session)
        if disabled:
            _forget_doors(session, user_id)


def set_password(db: Database, user_id: int, password_hash: str) -> None:
    """Change it, and sign its owner out everywhere; links to set it work no more."""
    with db.write() as session:
        _locked(session, user_id).password_hash = password_hash
        _forget_doors(session, user_id)


def _forget_doors(session: Session, user_id: int) -> None:
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))
    session.execute(delete(LinkRow).where(LinkRow.user_id == user_id))


def _locked(session: Session, user_id: int) -> UserRow:
    # Every admin's row is locked, so that two who dismiss each other come one after the other.
    admins = select(UserRow).where(UserRow.role == Role.ADMIN.label).order_by(UserRow.id)
    session.scalars(admins.with_for_update()).all()
    row = session.get(UserRow, user_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such user", "'arena user list' shows everybody")
    return row


def _keep_an_admin(session: Session) -> None:
    admins = select(UserRow.id).where(UserRow.role == Role.ADMIN.label, UserRow.disabled.is_(False))
    if session.scalar(admins.limit(1)) is None:
        raise Refused("This is the last admin", "Make somebody else an admin first")
