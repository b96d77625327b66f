"""The tables of review and of what a project wants: decisions, wishes, versions, webhooks.

Decisions and versions are append-only: what counts is the newest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from arena_assets.store.base import Base, BigKey, Json, UtcDateTime


class DecisionRow(Base):
    """What a person decided about one take of a slot. Append-only: a trigger refuses all else."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("kind IN ('approve', 'reject', 'choose', 'unpin')", name="kind"),
        Index("ix_decisions_slot", "arena_id", "asset", "name", "seq"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    arena_id: Mapped[int]
    asset: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    take: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(100))


class WishRow(Base):
    """What a person wants otherwise in one take; never changed, as it is part of the take's key."""

    __tablename__ = "take_wishes"

    arena_id: Mapped[int] = mapped_column(
        ForeignKey("arena_plans.id", ondelete="CASCADE"), primary_key=True
    )
    asset: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    take: Mapped[int] = mapped_column(primary_key=True)
    wish: Mapped[str] = mapped_column(Text)


class VersionRow(Base):
    """One version of a project's style or rules, whole."""

    __tablename__ = "project_versions"
    __table_args__ = (CheckConstraint("kind IN ('style', 'rules')", name="kind"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    who: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MarkRow(Base):
    """How far a reader of a numbered log has come."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(BigKey)


class OnceRow(Base):
    """One act by its idempotency key, and what was answered. ``status`` is None while it is done.

    ``body`` is the SHA-256 of what was asked.
    """

    __tablename__ = "idempotent_acts"

    who: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    route: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    answer: Mapped[Any | None] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WebhookRow(Base):
    """Where a project's events are sent. Without ``kinds`` all of them are."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(100))
    kinds: Mapped[list[str]] = mapped_column(Json)
    who: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paused: Mapped[bool] = mapped_column(server_default=false())


class DeliveryRow(Base):
    """One event on its way to one webhook; a trial's ``event_seq`` is below 0."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_seq"),
        CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name="state"),
        Index("ix_webhook_deliveries_due", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event_seq: Mapped[int] = mapped_column(BigKey)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
