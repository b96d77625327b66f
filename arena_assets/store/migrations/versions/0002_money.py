"""Money: calls to services, budgets, what is reserved and spent, the ledger, and breakers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_TIME = sa.DateTime(timezone=True)
_USD = sa.Numeric(14, 6).with_variant(sa.Float(), "sqlite")
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _purpose() -> list[sa.Column[Any]]:
    return [
        sa.Column("arena_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("project", sa.String(length=48), nullable=False),
        sa.Column("slot", sa.String(length=160), nullable=True),
    ]


def _place() -> list[sa.Column[Any]]:
    return [
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=255), nullable=False),
        sa.Column("endpoint", sa.String(length=255), nullable=False),
        sa.Column("model", sa.String(length=255), nullable=True),
    ]


def upgrade() -> None:
    _calls()
    _budgets()
    _ledger()
    _breakers()


def _calls() -> None:
    op.create_table(
        "paid_calls",
        sa.Column("key", sa.String(length=64), nullable=False),
        *_place(),
        sa.Column("take", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("body", _JSON, nullable=False),
        *_purpose(),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ceiling_usd", _USD, nullable=False),
        sa.Column("reserved_usd", _USD, nullable=False),
        sa.Column("price_usd", _USD, nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("lease_until", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", _JSON, nullable=True),
        sa.Column("answer", sa.String(length=100), nullable=True),
        sa.Column("size", _BIG, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state IN ('intent', 'sent', 'done', 'spoiled', 'failed', 'unknown')",
            name=op.f("ck_paid_calls_state"),
        ),
        sa.CheckConstraint("reserved_usd >= 0", name=op.f("ck_paid_calls_reserved")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_paid_calls")),
    )
    op.create_index("ix_paid_calls_state", "paid_calls", ["state"])
    op.create_index("ix_paid_calls_arena_id", "paid_calls", ["arena_id"])
    op.create_index("ix_paid_calls_service", "paid_calls", ["service", "project"])


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=48), nullable=False),
        sa.Column("cap_usd", _USD, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "kind IN ('request', 'project', 'project_month', 'month')",
            name=op.f("ck_budgets_kind"),
        ),
        sa.CheckConstraint("cap_usd >= 0", name=op.f("ck_budgets_cap")),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_budgets")),
    )
    op.create_table(
        "spending",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=48), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("reserved_usd", _USD, nullable=False),
        sa.Column("spent_usd", _USD, nullable=False),
        sa.CheckConstraint("reserved_usd >= 0", name=op.f("ck_spending_reserved")),
        sa.PrimaryKeyConstraint("kind", "subject", "month", name=op.f("pk_spending")),
    )


def _ledger() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("call_key", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("reserved_usd", _USD, nullable=False),
        sa.Column("spent_usd", _USD, nullable=False),
        *_place(),
        *_purpose(),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('reserve', 'settle', 'release', 'charge', 'refund')",
            name=op.f("ck_ledger_entries_kind"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_entries")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ledger_entries_arena_id", "ledger_entries", ["arena_id", "seq"])
    op.create_index("ix_ledger_entries_project", "ledger_entries", ["project", "seq"])
    op.create_index("ix_ledger_entries_call_key", "ledger_entries", ["call_key"])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER ledger_no_{change.lower()} BEFORE {change} ON ledger_entries "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = '23514'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger_entries "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()"
    )


def _breakers() -> None:
    op.create_table(
        "breakers",
        sa.Column("service", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("backoff_seconds", sa.Float(), nullable=False),
        sa.Column("opened_at", _TIME, nullable=True),
        sa.Column("open_until", _TIME, nullable=True),
        sa.Column("probe", sa.String(length=300), nullable=True),
        sa.Column("probe_until", _TIME, nullable=True),
        sa.Column("down_seconds", sa.Float(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('closed', 'open', 'half_open')", name=op.f("ck_breakers_state")
        ),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_breakers")),
    )
    op.create_table(
        "outage_waits",
        sa.Column("arena_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("service", sa.String(length=255), nullable=False),
        sa.Column("project", sa.String(length=48), nullable=False),
        sa.Column("slot", sa.String(length=160), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("arena_id", name=op.f("pk_outage_waits")),
    )
