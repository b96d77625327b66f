"""The game's rows and the record of what was published: always changed together."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from arena_assets.domain.identity import partition_key
from arena_assets.errors import Refused
from arena_assets.store import events
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.game_tables import GameArenaRow, GameClipRow
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import locked_plan, move
from arena_assets.store.tables import PublicationRow


@dataclass(frozen=True, slots=True)
class GameArena:
    """One row of ``arenas``, as the game reads it. Paths are relative to the published root."""

    id: int
    name: str
    mana_color: str
    passive_effect: dict[str, Any]
    objective: dict[str, Any]
    hazard: dict[str, Any]
    special_rules: list[dict[str, Any]]
    story_text: str
    flavor_text: str
    background_music: str
    ambient_sounds: str
    difficulty_rating: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class GameClip:
    """One row of ``arena_clips``; the database numbers it. ``resolution`` as ``1920x1080``."""

    arena_id: int
    clip_type: str
    file_path: str
    trigger_condition: dict[str, Any] | None
    duration_seconds: float
    resolution: str
    file_size_mb: float
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """What stands published: under which folder, by which manifest, for which time (1, 2, …)."""

    arena_id: int
    root: str
    manifest_hash: str
    revision: int
    published_at: datetime


def publish_rows(
    db: Database, arena: GameArena, clips: list[GameClip], publication: Publication
) -> None:
    """Put an arena before the game, in place of what it was: rows, record, state and event at once.

    Readers see the whole old arena or the whole new one. Raises :class:`Refused` when the arena is
    not running, made or published, or when a newer revision stands; :class:`Cancelled`.
    """
    if {arena.id, *(clip.arena_id for clip in clips)} != {publication.arena_id}:
        raise ValueError(f"rows of another arena cannot be published as {publication.arena_id}")
    with db.write() as session:
        plan = locked_plan(session, arena.id)
        standing = session.get(PublicationRow, arena.id)
        _refuse_older(standing, publication)
        _remove(session, arena.id)
        session.execute(insert(GameArenaRow).values(**asdict(arena)))
        for clip in clips:
            session.execute(insert(GameClipRow).values(**asdict(clip)))
        session.merge(PublicationRow(**asdict(publication)))
        if plan.state == PlanState.PUBLISHED:
            plan.updated_at = utc_now()
            session.flush()
            events.append(session, "arena_published", arena_id=arena.id)
            return
        if plan.state == PlanState.RUNNING:  # the run that made the last slot publishes it too
            move(session, plan, PlanState.MADE)
        move(session, plan, PlanState.PUBLISHED)


def unpublish_rows(db: Database, arena_id: int) -> Publication | None:
    """Take an arena away from the game; what stood published, or None when nothing did.

    A published plan becomes ``made`` again; in any other state it keeps it.
    """
    with db.write() as session:
        plan = locked_plan(session, arena_id)
        standing = session.get(PublicationRow, arena_id)
        if standing is None:
            return None
        was = _publication(standing)
        _remove(session, arena_id)
        session.delete(standing)
        session.flush()
        if plan.state == PlanState.PUBLISHED:
            move(session, plan, PlanState.MADE, "unpublished")
        events.append(session, "arena_unpublished", arena_id=arena_id)
        return was


def game_arena(db: Database, arena_id: int) -> GameArena | None:
    """The game's row of an arena, or None when it is not published."""
    with db.read() as session:
        row = session.get(GameArenaRow, arena_id)
        if row is None:
            return None
        return GameArena(**{name: getattr(row, name) for name in GameArena.__slots__})


def game_clips(db: Database, arena_id: int) -> list[GameClip]:
    """The game's clips of an arena, in the order they were published."""
    query = select(GameClipRow).where(GameClipRow.arena_id == arena_id).order_by(GameClipRow.id)
    with db.read() as session:
        return [
            GameClip(**{name: getattr(row, name) for name in GameClip.__slots__})
            for row in session.scalars(query)
        ]


def publication(db: Database, arena_id: int) -> Publication | None:
    """What stands published for an arena."""
    with db.read() as session:
        row = session.get(PublicationRow, arena_id)
        return None if row is None else _publication(row)


def publications(db: Database) -> list[Publication]:
    """Everything that stands published, by arena."""
    with db.read() as session:
        rows = session.scalars(select(PublicationRow).order_by(PublicationRow.arena_id))
        return [_publication(row) for row in rows]


def _refuse_older(standing: PublicationRow | None, new: Publication) -> None:
    if standing is None or standing.revision < new.revision:
        return
    if (standing.revision, standing.manifest_hash) == (new.revision, new.manifest_hash):
        return
    where = partition_key(new.arena_id)
    raise Refused(
        f"{where} was published anew meanwhile (revision {standing.revision})",
        f"Let it go on anew: 'arena resume {where}'",
    )


def _remove(session: Session, arena_id: int) -> None:
    session.execute(delete(GameArenaRow).where(GameArenaRow.id == arena_id))


def _publication(row: PublicationRow) -> Publication:
    return Publication(**{name: getattr(row, name) for name in Publication.__slots__})
