"""The tables of money: calls to services, what was reserved and spent, and the breakers.

A call outlives the arena it was made for, as its cost does; hence no foreign keys to arenas.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from arena_assets.store.base import Base, BigKey, Json, Usd, UtcDateTime


class PaidCallRow(Base):
    """One call by its content key: what was asked, how far it is, what it holds and what it cost.

    ``reserved_usd`` is above 0 exactly while money is held for it; ``month`` is the one its money
    counts for, fixed at the reservation, whatever the clock says later.
    """

    __tablename__ = "paid_calls"
    __table_args__ = (
        CheckConstraint(
            "state IN ('intent', 'sent', 'done', 'spoiled', 'failed', 'unknown')", name="state"
        ),
        CheckConstraint("reserved_usd >= 0", name="reserved"),
        Index("ix_paid_calls_state", "state"),
        Index("ix_paid_calls_arena_id", "arena_id"),
        Index("ix_paid_calls_created_at", "created_at", "key"),
        Index("ix_paid_calls_service", "service", "project"),
    )

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    provider: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(255))
    endpoint: Mapped[str] = mapped_column(String(255))
    model: Mapped[str | None] = mapped_column(String(255))
    take: Mapped[int]
    turn: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    arena_id: Mapped[int | None]
    request_id: Mapped[int | None]
    project: Mapped[str] = mapped_column(String(48))
    slot: Mapped[str | None] = mapped_column(String(160))
    state: Mapped[str] = mapped_column(String(16))
    ceiling_usd: Mapped[Decimal] = mapped_column(Usd)
    reserved_usd: Mapped[Decimal] = mapped_column(Usd)
    price_usd: Mapped[Decimal | None] = mapped_column(Usd)
    month: Mapped[str] = mapped_column(String(7))
    owner: Mapped[str] = mapped_column(String(255))
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None] = mapped_column(Json)
    answer: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int | None] = mapped_column(BigKey)
    sha256: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BudgetRow(Base):
    """A cap that a person set, or took away: then ``cap_usd`` is None, and counts for more than the
    one a request was placed with. Kinds are those of
    :class:`~arena_assets.store.budgets.Scope`."""

    __tablename__ = "budgets"
    __table_args__ = (
        CheckConstraint("kind IN ('request', 'project', 'project_month', 'month')", name="kind"),
        CheckConstraint("cap_usd >= 0", name="cap"),
    )

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    subject: Mapped[str] = mapped_column(String(48), primary_key=True)
    cap_usd: Mapped[Decimal | None] = mapped_column(Usd)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SpendingRow(Base):
    """What is reserved and spent under one cap: the sums of the ledger, kept for locking."""

    __tablename__ = "spending"
    __table_args__ = (CheckConstraint("reserved_usd >= 0", name="reserved"),)

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    subject: Mapped[str] = mapped_column(String(48), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    reserved_usd: Mapped[Decimal] = mapped_column(Usd)
    spent_usd: Mapped[Decimal] = mapped_column(Usd)


class LedgerRow(Base):
    """Append-only: a trigger refuses all else. Amounts are changes, with their sign."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('reserve', 'settle', 'release', 'charge', 'refund')", name="kind"
        ),
        Index("ix_ledger_entries_arena_id", "arena_id", "seq"),
        Index("ix_ledger_entries_project", "project", "seq"),
        Index("ix_ledger_entries_call_key", "call_key"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(16))
    call_key: Mapped[str] = mapped_column(String(64))
    month: Mapped[str] = mapped_column(String(7))
    reserved_usd: Mapped[Decimal] = mapped_column(Usd)
    spent_usd: Mapped[Decimal] = mapped_column(Usd)
    provider: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(255))
    endpoint: Mapped[str] = mapped_column(String(255))
    model: Mapped[str | None] = mapped_column(String(255))
    arena_id: Mapped[int | None]
    request_id: Mapped[int | None]
    project: Mapped[str] = mapped_column(String(48))
    slot: Mapped[str | None] = mapped_column(String(160))
    note: Mapped[str | None] = mapped_column(Text)


class BreakerRow(Base):
    """The state of one service as every process sees it."""

    __tablename__ = "breakers"
    __table_args__ = (CheckConstraint("state IN ('closed', 'open', 'half_open')", name="state"),)

    service: Mapped[str] = mapped_column(String(255), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    failures: Mapped[int]
    backoff_seconds: Mapped[float]
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    open_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    probe: Mapped[str | None] = mapped_column(String(300))
    probe_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    down_seconds: Mapped[float]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


class OutageWaitRow(Base):
    """An arena that stopped because a service was down, to go on by itself once it is back."""

    __tablename__ = "outage_waits"

    arena_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    service: Mapped[str] = mapped_column(String(255))
    project: Mapped[str] = mapped_column(String(48))
    slot: Mapped[str | None] = mapped_column(String(160))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
