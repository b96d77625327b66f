"""API tokens: shown once, kept as hashes, with scopes, projects and an end."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from arena_assets.domain.roles import Scope
from arena_assets.errors import NotFound
from arena_assets.store import base
from arena_assets.store.database import Database
from arena_assets.store.sessions import door_hash
from arena_assets.store.sign_in_tables import ApiTokenRow, UserRow
from arena_assets.store.users import User

PREFIX = "arena_"
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it is listed. ``projects`` None is every project."""

    token_id: int
    user_id: int
    owner: str
    name: str
    scopes: frozenset[Scope]
    projects: frozenset[str] | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None

    @property
    def ended(self) -> bool:
        over = self.expires_at is not None and self.expires_at <= base.utc_now()
        return over or self.revoked_at is not None


def create_token(
    db: Database,
    user_id: int,
    name: str,
    scopes: Collection[Scope],
    projects: Collection[str] | None,
    lasts: timedelta | None,
) -> tuple[int, str]:
    """A new token's number and its secret, which nobody can read again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    now = base.utc_now()
    row = ApiTokenRow(
        user_id=user_id,
        name=name,
        token_hash=door_hash(secret),
        scopes=sorted(scopes),
        projects=None if projects is None else sorted(projects),
        created_at=now,
        expires_at=None if lasts is None else now + lasts,
    )
    with db.write() as session:
        session.add(row)
        session.flush()
        return row.id, secret


def token_holder(db: Database, secret: str, *, touch: bool = True) -> tuple[ApiToken, User] | None:
    """The token and its owner; None when it is wrong, ended, or its owner is disabled."""
    now = base.utc_now()
    with db.read() as session:
        found = session.execute(
            select(ApiTokenRow, UserRow)
            .join(UserRow, UserRow.id == ApiTokenRow.user_id)
            .where(ApiTokenRow.token_hash == door_hash(secret), UserRow.disabled.is_(False))
        ).first()
        if found is None:
            return None
        token, user = _token(found[0], found[1].name), User.of(found[1])
    if token.ended:
        return None
    if touch and (token.used_at is None or now - token.used_at > _USED_EVERY):
        with db.write() as session:
            session.execute(
                update(ApiTokenRow).where(ApiTokenRow.id == token.token_id).values(used_at=now)
            )
    return token, user


def list_tokens(db: Database, user_id: int | None = None) -> list[ApiToken]:
    """The tokens of one person, or everybody's; the newest first."""
    wanted = select(ApiTokenRow, UserRow.name).join(UserRow, UserRow.id == ApiTokenRow.user_id)
    if user_id is not None:
        wanted = wanted.where(ApiTokenRow.user_id == user_id)
    with db.read() as session:
        found = session.execute(wanted.order_by(ApiTokenRow.id.desc()))
        return [_token(row, owner) for row, owner in found]


def revoke_token(db: Database, token_id: int, user_id: int | None = None) -> None:
    """End a token, with ``user_id`` only one of theirs; raises :class:`NotFound`."""
    change = update(ApiTokenRow).where(ApiTokenRow.id == token_id)
    if user_id is not None:
        change = change.where(ApiTokenRow.user_id == user_id)
    with db.write() as session:
        ended = session.execute(
            change.values(revoked_at=base.utc_now()).returning(ApiTokenRow.id)
        ).all()
    if not ended:
        raise NotFound(f"There is no token {token_id}", "'arena token list' shows them")


def _token(row: ApiTokenRow, owner: str) -> ApiToken:
    return ApiToken(
        row.id,
        row.user_id,
        owner,
        row.name,
        frozenset(Scope(each) for each in row.scopes),
        None if row.projects is None else frozenset(row.projects),
        row.created_at,
        row.expires_at,
        row.used_at,
        row.revoked_at,
    )
