"""From a claim in the database to a run in Dagster, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from arena_assets.store.database import Database

RUN_KEY_TAG = "dagster/run_key"


@contextmanager
def open_database() -> Iterator[Database]:
    """The application database, migrated, for the length of a tick."""
    from arena_assets.settings import settings
    from arena_assets.store.database import Database

    db = Database(settings().sqlalchemy_url)
    db.migrate()
    try:
        yield db
    finally:
        db.dispose()


def confirm(instance: dg.DagsterInstance, db: Database) -> int:
    """Confirm every claimed launch whose run exists by now, and say how many.

    The run's key is the proof: it is the same for every try at one launch.
    """
    from arena_assets.store.claims import open_claims
    from arena_assets.store.launches import confirm_launch

    confirmed = 0
    for launch in open_claims(db):
        runs = instance.get_runs(dg.RunsFilter(tags={RUN_KEY_TAG: launch.run_key}), limit=1)
        if runs:
            alive = confirm_launch(db, launch.arena_id, launch.launch, runs[0].run_id)
            confirmed += 1
            if not alive and not runs[0].is_finished:
                instance.run_coordinator.cancel_run(runs[0].run_id)
    return confirmed
