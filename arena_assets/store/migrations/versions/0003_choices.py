"""Choices: arenas whose lore is asked for in batches, and projects that may fall back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("fallback", "publish_fallbacks"):
        op.add_column(
            "projects",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.create_table(
        "economy_drafts",
        sa.Column("arena_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("call_key", sa.String(length=64), nullable=True),
        sa.Column("batch_id", sa.String(length=100), nullable=True),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state IN ('wanted', 'sent', 'in_batch', 'released')",
            name=op.f("ck_economy_drafts_state"),
        ),
        sa.ForeignKeyConstraint(
            ["arena_id"],
            ["arena_plans.id"],
            name=op.f("fk_economy_drafts_arena_id_arena_plans"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("arena_id", name=op.f("pk_economy_drafts")),
    )
