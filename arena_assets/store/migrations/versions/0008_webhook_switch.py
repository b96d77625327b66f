"""A switch that pauses a webhook; calls by the time they began, which their page goes by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "webhooks", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_paid_calls_created_at", "paid_calls", ["created_at", "key"])
