"""API tokens: made once, shown once, looked up by their SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from arena_assets.errors import NotFound, UsageFault
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.people import User, digest, new_secret, user_from
from arena_assets.store.sign_in_tables import ApiTokenRow, UserRow

PREFIX = "arena_"
"""How every token begins, so that scanners for leaked secrets can know one."""
_SHOWN = 12
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """``start`` is what may be shown of it."""

    id: int
    name: str
    start: str
    owner: str
    scopes: tuple[str, ...]
    projects: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    @property
    def live(self) -> bool:
        return self.revoked_at is None and self.expires_at > utc_now()


def create_token(
    db: Database,
    user: User,
    name: str,
    scopes: Sequence[str],
    lasts: timedelta,
    *,
    projects: tuple[str, ...] | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can read again."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise UsageFault("A token needs a name", "Say in up to 80 letters what it is for")
    secret, now = PREFIX + new_secret(), utc_now()
    row = ApiTokenRow(
        secret=digest(secret),
        user_id=user.id,
        name=name,
        start=secret[:_SHOWN],
        scopes=list(scopes),
        projects=None if projects is None else list(projects),
        created_at=now,
        expires_at=now + lasts,
        used_at=None,
        revoked_at=None,
    )
    with db.write() as session:
        session.add(row)
        session.flush()
        return _token(row, user.name), secret


def tokens_of(db: Database, user_id: int | None = None) -> list[ApiToken]:
    """A person's tokens, or everybody's, newest first."""
    query = select(ApiTokenRow, UserRow.name).join(UserRow, UserRow.id == ApiTokenRow.user_id)
    if user_id is not None:
        query = query.where(ApiTokenRow.user_id == user_id)
    with db.read() as session:
        rows = session.execute(query.order_by(ApiTokenRow.id.desc())).all()
        return [_token(row, name) for row, name in rows]


def token_owner(db: Database, secret: str) -> tuple[ApiToken, User] | None:
    """The token and whom it belongs to; None when it is unknown, revoked, over, or they are out."""
    now = utc_now()
    with db.read() as session:
        row = session.scalars(
            select(ApiTokenRow).where(ApiTokenRow.secret == digest(secret))
        ).first()
        if row is None or row.revoked_at is not None or row.expires_at <= now:
            return None
        owner = session.get(UserRow, row.user_id)
        if owner is None or owner.disabled:
            return None
        found, user = _token(row, owner.name), user_from(owner)
    if found.used_at is None or now - found.used_at > _USED_EVERY:
        with db.write() as session:
            session.execute(
                update(ApiTokenRow).where(ApiTokenRow.id == found.id).values(used_at=now)
            )
    return found, user


def revoke_token(db: Database, token_id: int, user_id: int | None = None) -> None:
    """End a token for ever; with ``user_id`` only one of that person's."""
    statement = update(ApiTokenRow).where(
        ApiTokenRow.id == token_id, ApiTokenRow.revoked_at.is_(None)
    )
    if user_id is not None:
        statement = statement.where(ApiTokenRow.user_id == user_id)
    with db.write() as session:
        changed = session.execute(
            statement.values(revoked_at=utc_now()).returning(ApiTokenRow.id)
        ).first()
    if changed is None:
        raise NotFound(f"There is no live token {token_id}", "'arena token list' shows them")


def _token(row: ApiTokenRow, owner: str) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        start=row.start,
        owner=owner,
        scopes=tuple(row.scopes),
        projects=None if row.projects is None else tuple(row.projects),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
