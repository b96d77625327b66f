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


def succeed(instance: dg.DagsterInstance, db: Database, arena_id: int, run: dg.DagsterRun) -> None:
    """Make a run its arena's, when it is another try of one that was and has ended.

    Dagster starts such a run by itself after a worker was lost, and it may end in the queue.
    Raises :class:`NotFound`.
    """
    from arena_assets.store.launches import succeed_run

    ended: set[str] = set()
    before: dg.DagsterRun | None = run
    while before is not None and before.parent_run_id is not None:
        before = instance.get_run_by_id(before.parent_run_id)
        if before is not None and before.is_finished:
            ended.add(before.run_id)
    if ended:
        succeed_run(db, arena_id, run.run_id, after=ended)
