"""Mixes of kept stems by take, and people's votes between them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_TIME = sa.DateTime(timezone=True)
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mixes",
        sa.Column("arena_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("track", sa.String(length=16), nullable=False),
        sa.Column("take", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", _JSON, nullable=False),
        sa.Column("sheet", _JSON, nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("tournament", _JSON, nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["arena_id"],
            ["arena_plans.id"],
            name=op.f("fk_mixes_arena_id_arena_plans"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("arena_id", "track", "take", name=op.f("pk_mixes")),
    )
    op.create_table(
        "mix_votes",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("arena_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=16), nullable=False),
        sa.Column("tournament_take", sa.Integer(), nullable=False),
        sa.Column("better", sa.Integer(), nullable=False),
        sa.Column("worse", sa.Integer(), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.CheckConstraint("better <> worse", name=op.f("ck_mix_votes_two")),
        sa.ForeignKeyConstraint(
            ["arena_id"],
            ["arena_plans.id"],
            name=op.f("fk_mix_votes_arena_id_arena_plans"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mix_votes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mix_votes_track", "mix_votes", ["arena_id", "track", "tournament_take"])
