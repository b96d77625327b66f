"""Claims still open: launches handed to a launcher that nobody has confirmed yet."""

from __future__ import annotations

from sqlalchemy import select

from arena_assets.store.database import Database
from arena_assets.store.launches import Launch
from arena_assets.store.tables import PlanRow, ProjectRow


def open_claims(db: Database) -> list[Launch]:
    """Launches claimed and not confirmed, oldest arena first."""
    query = (
        select(PlanRow, ProjectRow.slug)
        .join(ProjectRow, PlanRow.project_id == ProjectRow.id)
        .where(PlanRow.launch > PlanRow.launched, PlanRow.claimed_at.is_not(None))
        .order_by(PlanRow.id)
    )
    with db.read() as session:
        return [
            Launch(row.id, row.launch, slug, row.request_id, row.priority)
            for row, slug in session.execute(query)
        ]
