"""A cap that was taken away is a row without an amount."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_USD = sa.Numeric(14, 6).with_variant(sa.Float(), "sqlite")


def upgrade() -> None:
    # SQLite rebuilds the table; told how it was, no version of Alembic has to find its checks.
    was = sa.Table(
        "budgets",
        sa.MetaData(),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=48), nullable=False),
        sa.Column("cap_usd", _USD, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('request', 'project', 'project_month', 'month')",
            name=op.f("ck_budgets_kind"),
        ),
        sa.CheckConstraint("cap_usd >= 0", name=op.f("ck_budgets_cap")),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_budgets")),
    )
    with op.batch_alter_table("budgets", copy_from=was) as budgets:
        budgets.alter_column("cap_usd", nullable=True)
