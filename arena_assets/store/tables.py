"""The tables of requests, plans, results, work and events; the game's own are in ``game_tables``.

Rows never leave this room: repositories hand out frozen dataclasses and manifests.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from arena_assets.store.base import Base, BigKey, Json, Usd, UtcDateTime

_UNLAUNCHED = text("launch > launched")


class ProjectRow(Base):
    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(48), unique=True)
    next_pair: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fallback: Mapped[bool] = mapped_column(server_default=false())
    publish_fallbacks: Mapped[bool] = mapped_column(server_default=false())


class RequestRow(Base):
    __tablename__ = "requests"
    __table_args__ = (UniqueConstraint("project_id", "idempotency_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    spec: Mapped[dict[str, Any]] = mapped_column(Json)
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PlanRow(Base):
    """One arena: what it shall be, how far it is, and which launch of it is wanted."""

    __tablename__ = "arena_plans"
    __table_args__ = (
        UniqueConstraint("project_id", "name_key"),
        CheckConstraint(
            "state IN ('planned', 'queued', 'running', 'made', 'published', 'failed', 'cancelled')",
            name="state",
        ),
        CheckConstraint("launched >= 0 AND launched <= launch", name="launches"),
        Index("ix_arena_plans_state", "state", "id"),
        Index(
            "ix_arena_plans_unlaunched",
            "priority",
            "id",
            sqlite_where=_UNLAUNCHED,
            postgresql_where=_UNLAUNCHED,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    mana_color: Mapped[str] = mapped_column(String(20))
    theme: Mapped[str] = mapped_column(String(32))
    brief: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    name: Mapped[str | None] = mapped_column(String(100))
    # Case-folding can make a name longer: up to three characters for one.
    name_key: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    launch: Mapped[int]
    launched: Mapped[int]
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withheld: Mapped[bool] = mapped_column(default=False)
    run_id: Mapped[str | None] = mapped_column(String(64))
    style_version: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EconomyDraftRow(Base):
    """An arena whose lore is asked for in a batch; it has no run until it is ``released``."""

    __tablename__ = "economy_drafts"
    __table_args__ = (
        CheckConstraint("state IN ('wanted', 'sent', 'in_batch', 'released')", name="state"),
    )

    arena_id: Mapped[int] = mapped_column(
        ForeignKey("arena_plans.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(String(16))
    call_key: Mapped[str | None] = mapped_column(String(64))
    batch_id: Mapped[str | None] = mapped_column(String(100))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TakeRow(Base):
    __tablename__ = "takes"

    arena_id: Mapped[int] = mapped_column(
        ForeignKey("arena_plans.id", ondelete="CASCADE"), primary_key=True
    )
    asset: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    take: Mapped[int]


class ResultRow(Base):
    """Finished work. ``revision`` counts within a slot, so that the newest needs no clock."""

    __tablename__ = "slot_results"

    arena_id: Mapped[int] = mapped_column(
        ForeignKey("arena_plans.id", ondelete="CASCADE"), primary_key=True
    )
    asset: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    take: Mapped[int]
    revision: Mapped[int]
    manifest: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WorkRow(Base):
    """Two states and both prices are those of paid work, which was journalled here before calls had
    rows of their own."""

    __tablename__ = "work_journal"
    __table_args__ = (
        CheckConstraint("state IN ('intent', 'sent', 'done', 'failed', 'unknown')", name="state"),
        Index("ix_work_journal_state", "state"),
    )

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[str] = mapped_column(String(160))
    recipe: Mapped[str] = mapped_column(String(100))
    provider: Mapped[str] = mapped_column(String(64))
    price_ceiling_usd: Mapped[Decimal] = mapped_column(Usd, default=Decimal(0))
    price_usd: Mapped[Decimal | None] = mapped_column(Usd)
    state: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(255))
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventRow(Base):
    """Append-only: a trigger refuses updates, and only retention deletes."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_arena_id", "arena_id", "seq"),
        Index("ix_events_kind", "kind", "seq"),
        Index("ix_events_at", "at"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    project_id: Mapped[int | None]
    request_id: Mapped[int | None]
    arena_id: Mapped[int | None]
    slot: Mapped[str | None] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]] = mapped_column(Json)


class PublicationRow(Base):
    __tablename__ = "publications"

    arena_id: Mapped[int] = mapped_column(
        ForeignKey("arena_plans.id"), primary_key=True, autoincrement=False
    )
    root: Mapped[str] = mapped_column(Text)
    manifest_hash: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
