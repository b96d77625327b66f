"""The audit log: who changed what, when and from where. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from arena_assets.store import base
from arena_assets.store.database import Database
from arena_assets.store.sign_in_tables import AuditRow

_WHO, _ORIGIN, _ACTION, _TARGET = 160, 64, 64, 200


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, a token or the command line, and the address it came from."""

    who: str
    origin: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    seq: int
    at: datetime
    who: str
    origin: str
    action: str
    target: str | None
    project: str | None
    data: Mapping[str, Any]


def note(
    db: Database,
    actor: Actor,
    action: str,
    target: str | None = None,
    *,
    project: str | None = None,
    **data: Any,
) -> None:
    """Add a line, e.g. ``note(db, actor, "user.role", "mira", role="admin")``.

    ``data`` must hold no secret: it is shown as it is.
    """
    with db.write() as session:
        session.add(
            AuditRow(
                at=base.utc_now(),
                user_id=actor.user_id,
                who=actor.who[:_WHO],
                origin=actor.origin[:_ORIGIN],
                action=action[:_ACTION],
                target=None if target is None else target[:_TARGET],
                project=project,
                data=data,
            )
        )


def entries(
    db: Database, *, before: int | None = None, limit: int = 100, action: str | None = None
) -> list[AuditEntry]:
    """The newest lines first, those below ``before``; ``action`` is a beginning: ``user.``."""
    wanted = select(AuditRow).order_by(AuditRow.seq.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(AuditRow.seq < before)
    if action:
        wanted = wanted.where(AuditRow.action.startswith(action, autoescape=True))
    with db.read() as session:
        return [
            AuditEntry(
                row.seq, row.at, row.who, row.origin, row.action, row.target, row.project, row.data
            )
            for row in session.scalars(wanted)
        ]
