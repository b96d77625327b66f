"""The first tables: requests, plans, results, work, events, and the game's two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_TIME = sa.DateTime(timezone=True)
_USD = sa.Numeric(14, 6).with_variant(sa.Float(), "sqlite")
_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "arenas",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("mana_color", sa.String(length=20), nullable=False),
        sa.Column("passive_effect", _JSON, nullable=False),
        sa.Column("objective", _JSON, nullable=False),
        sa.Column("hazard", _JSON, nullable=False),
        sa.Column("special_rules", _JSON, nullable=False),
        sa.Column("story_text", sa.Text(), nullable=False),
        sa.Column("flavor_text", sa.Text(), nullable=False),
        sa.Column("background_music", sa.String(length=255), nullable=False),
        sa.Column("ambient_sounds", sa.String(length=255), nullable=False),
        sa.Column("difficulty_rating", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arenas")),
    )
    op.create_table(
        "events",
        sa.Column("seq", _BIG_KEY, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("arena_id", sa.Integer(), nullable=True),
        sa.Column("slot", sa.String(length=160), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("data", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_arena_id", "events", ["arena_id", "seq"], unique=False)
    op.create_index("ix_events_at", "events", ["at"], unique=False)
    op.create_index("ix_events_kind", "events", ["kind", "seq"], unique=False)
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=48), nullable=False),
        sa.Column("next_pair", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("slug", name=op.f("uq_projects_slug")),
    )
    op.create_table(
        "work_journal",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=160), nullable=False),
        sa.Column("recipe", sa.String(length=100), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("price_ceiling_usd", _USD, nullable=False),
        sa.Column("price_usd", _USD, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("lease_until", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state IN ('intent', 'sent', 'done', 'failed', 'unknown')",
            name=op.f("ck_work_journal_state"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_work_journal")),
    )
    op.create_index("ix_work_journal_state", "work_journal", ["state"], unique=False)
    op.create_table(
        "arena_clips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("arena_id", sa.Integer(), nullable=False),
        sa.Column("clip_type", sa.String(length=32), nullable=False),
        sa.Column("file_path", sa.String(length=255), nullable=False),
        sa.Column("trigger_condition", _JSON, nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=False),
        sa.Column("resolution", sa.String(length=20), nullable=False),
        sa.Column("file_size_mb", sa.Float(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["arena_id"],
            ["arenas.id"],
            name=op.f("fk_arena_clips_arena_id_arenas"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arena_clips")),
    )
    op.create_index(op.f("ix_arena_clips_arena_id"), "arena_clips", ["arena_id"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("spec", _JSON, nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_requests_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint(
            "project_id", "idempotency_key", name=op.f("uq_requests_project_id_idempotency_key")
        ),
    )
    op.create_table(
        "arena_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("mana_color", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=32), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("name_key", sa.String(length=300), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("launch", sa.Integer(), nullable=False),
        sa.Column("launched", sa.Integer(), nullable=False),
        sa.Column("claimed_at", _TIME, nullable=True),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'queued', 'running', 'made', 'published', 'failed', 'cancelled')",
            name=op.f("ck_arena_plans_state"),
        ),
        sa.CheckConstraint(
            "launched >= 0 AND launched <= launch", name=op.f("ck_arena_plans_launches")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_arena_plans_project_id_projects")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_arena_plans_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arena_plans")),
        sa.UniqueConstraint(
            "project_id", "name_key", name=op.f("uq_arena_plans_project_id_name_key")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_arena_plans_request_id"), "arena_plans", ["request_id"], unique=False)
    op.create_index("ix_arena_plans_state", "arena_plans", ["state", "id"], unique=False)
    op.create_index(
        "ix_arena_plans_unlaunched",
        "arena_plans",
        ["priority", "id"],
        unique=False,
        sqlite_where=sa.text("launch > launched"),
        postgresql_where=sa.text("launch > launched"),
    )
    op.create_table(
        "publications",
        sa.Column("arena_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("manifest_hash", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["arena_id"], ["arena_plans.id"], name=op.f("fk_publications_arena_id_arena_plans")
        ),
        sa.PrimaryKeyConstraint("arena_id", name=op.f("pk_publications")),
    )
    op.create_table(
        "slot_results",
        sa.Column("arena_id", sa.Integer(), nullable=False),
        sa.Column("asset", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("take", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("manifest", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["arena_id"],
            ["arena_plans.id"],
            name=op.f("fk_slot_results_arena_id_arena_plans"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("arena_id", "asset", "name", "key", name=op.f("pk_slot_results")),
    )
    op.create_index(op.f("ix_slot_results_key"), "slot_results", ["key"], unique=False)
    op.create_table(
        "takes",
        sa.Column("arena_id", sa.Integer(), nullable=False),
        sa.Column("asset", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("take", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arena_id"],
            ["arena_plans.id"],
            name=op.f("fk_takes_arena_id_arena_plans"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("arena_id", "asset", "name", name=op.f("pk_takes")),
    )
    _forbid_changing_events()


def _forbid_changing_events() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER events_append_only BEFORE UPDATE ON events "
            "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION events_refuse_update() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only' USING ERRCODE = '23514'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_append_only BEFORE UPDATE ON events "
        "FOR EACH ROW EXECUTE FUNCTION events_refuse_update()"
    )
