"""The audit log: who changed what, when and from where. Rows are only ever added.

Who acts is said once, by the door through which they came (:func:`acting`, :func:`acts`); what they
do is noted where it is done (:func:`record`), in the transaction of the change itself, so that
neither is there without the other. What no person does (a sensor, a run) is in the events alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from arena_assets.store import base
from arena_assets.store.database import Database
from arena_assets.store.sign_in_tables import AuditRow

ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "sign_in": "signed in",
        "sign_in.refused": "tried to sign in",
        "sign_out": "signed out",
        "user.add": "added a person",
        "user.role": "gave somebody another role",
        "user.disable": "shut somebody out",
        "user.enable": "let somebody in again",
        "user.link": "made a link to set a password",
        "user.password": "set their password",
        "user.bind": "bound a person to a sign-in elsewhere",
        "user.unbind": "ended such a binding",
        "token.create": "made an API token",
        "token.revoke": "ended an API token",
        "request.place": "asked for arenas",
        "arena.resume": "let an arena go on",
        "arena.cancel": "stopped an arena",
        "arena.publish": "had an arena published",
        "arena.unpublish": "took an arena out of the game",
        "arena.withhold": "kept an arena back from publishing",
        "pack.export": "took an engine pack",
        "slot.approve": "approved an item",
        "slot.reject": "rejected an item",
        "slot.choose": "chose another take",
        "slot.unpin": "took an approval back",
        "slot.redo": "had an item made again",
        "mix.remix": "mixed a track anew",
        "mix.vote": "chose between two mixes",
        "project.make": "made a project",
        "project.rules": "changed a project's rules",
        "project.choices": "changed what a project does when a service is out",
        "style.save": "saved a style",
        "style.apply": "had an arena made anew in a style",
        "style.reference": "kept a reference picture",
        "prompt.help": "had a service help with a brief",
        "budget.set": "changed a budget",
        "call.settle": "said what became of a paid call",
        "webhook.add": "had events sent somewhere",
        "webhook.pause": "paused sending events somewhere",
        "webhook.resume": "had events sent there again",
        "webhook.retry": "had a delivery sent again",
        "webhook.test": "sent a test message",
        "webhook.remove": "had events sent there no more",
        "dagster.change": "changed something in Dagster's UI",
        "other": "did what names no action of its own",
    }
)
"""Every action there is, and what it says. Nothing else can be noted."""
_WHO, _ORIGIN, _TARGET = 160, 64, 200


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, a token or the command line, and the address it came from."""

    who: str
    origin: str
    user_id: int | None = None


@dataclass(slots=True)
class Trail:
    """One actor's acts through one door: ``lines`` counts what was noted of them."""

    actor: Actor
    lines: int = 0


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


_TRAIL: ContextVar[Trail | None] = ContextVar("arena_audit_trail", default=None)


def acts(actor: Actor) -> Trail:
    """From here on, in this task or thread and what it starts, ``actor`` acts."""
    trail = Trail(actor)
    _TRAIL.set(trail)
    return trail


@contextmanager
def acting(actor: Actor) -> Iterator[Trail]:
    """Within the block ``actor`` acts."""
    trail = Trail(actor)
    before = _TRAIL.set(trail)
    try:
        yield trail
    finally:
        _TRAIL.reset(before)


def note(
    target: Database | Session,
    actor: Actor,
    action: str,
    on: str | None = None,
    *,
    project: str | None = None,
    **data: Any,
) -> None:
    """Add a line, e.g. ``note(db, actor, "user.role", "mira", was="viewer", role="admin")``.

    In a transaction of its own or in the caller's. ``data`` must hold no secret: it is shown as it
    is. Raises LookupError for an action that is not in :data:`ACTIONS`.
    """
    if action not in ACTIONS:
        raise LookupError(f"'{action}' is no action of the audit log: add it to ACTIONS")
    if isinstance(target, Database):
        with target.write() as session:
            note(session, actor, action, on, project=project, **data)
        return
    target.add(
        AuditRow(
            at=base.utc_now(),
            user_id=actor.user_id,
            who=actor.who[:_WHO],
            origin=actor.origin[:_ORIGIN],
            action=action,
            target=None if on is None else on[:_TARGET],
            project=project,
            data=data,
        )
    )
    trail = _TRAIL.get()
    if trail is not None:
        trail.lines += 1


def record(
    target: Database | Session,
    action: str,
    on: str | None = None,
    *,
    project: str | None = None,
    **data: Any,
) -> None:
    """:func:`note` in the name of who acts now; nothing where no person does."""
    trail = _TRAIL.get()
    if trail is not None:
        note(target, trail.actor, action, on, project=project, **data)


def recorded(db: Database, action: str, on: str, **data: Any) -> bool:
    """Whether who acts now, from the same address, did this already: their newest line of it holds
    ``data``."""
    trail = _TRAIL.get()
    if trail is None:
        return False
    actor = trail.actor
    return any(
        (each.who, each.origin, each.target) == (actor.who, actor.origin, on)
        and data.items() <= each.data.items()
        for each in entries(db, who=actor.who, action=action, on=on, limit=1)
    )


def entries(
    db: Database,
    *,
    before: int | None = None,
    limit: int = 100,
    action: str | None = None,
    who: str | None = None,
    on: str | None = None,
    project: str | None = None,
) -> list[AuditEntry]:
    """The newest lines first, those below ``before``.

    ``action`` and ``on`` are beginnings: ``user.``, ``arena-000042``. ``who`` is a whole name,
    however capitalised, and means all that somebody did by whatever door.
    """
    wanted = select(AuditRow).order_by(AuditRow.seq.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(AuditRow.seq < before)
    if action:
        wanted = wanted.where(AuditRow.action.startswith(action, autoescape=True))
    if on:
        wanted = wanted.where(AuditRow.target.startswith(on, autoescape=True))
    if project:
        wanted = wanted.where(AuditRow.project == project)
    if who:
        name = func.lower(AuditRow.who)
        by = who.lower()
        wanted = wanted.where(or_(name == by, name.startswith(f"{by} (", autoescape=True)))
    with db.read() as session:
        return [
            AuditEntry(
                row.seq, row.at, row.who, row.origin, row.action, row.target, row.project, row.data
            )
            for row in session.scalars(wanted)
        ]
