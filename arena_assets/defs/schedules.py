"""Schedules: arenas that are incomplete or stale are made again at night; the house is kept."""

from __future__ import annotations

import dagster as dg

from arena_assets.defs.jobs import ARENA_JOB, housekeeping
from arena_assets.domain.identity import partition_key

_PER_NIGHT = 100


@dg.schedule(
    name="nightly_backfill",
    job=ARENA_JOB,
    cron_schedule="0 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Runs arenas that failed or stopped halfway, and of older code what costs nothing.",
)
def nightly_backfill(
    context: dg.ScheduleEvaluationContext,
) -> list[dg.RunRequest] | dg.SkipReason:
    from arena_assets.defs.launches import open_database
    from arena_assets.ledger.quoting import services_of
    from arena_assets.settings import settings
    from arena_assets.workshop.stale import arenas_to_renew

    with open_database() as db:
        renew = arenas_to_renew(db, limit=_PER_NIGHT, bought=services_of(settings()).bought)
    night = context.scheduled_execution_time.date().isoformat()
    requests = [
        dg.RunRequest(
            run_key=f"{partition_key(each.arena_id)}-night-{night}",
            partition_key=partition_key(each.arena_id),
            tags={
                "dagster/priority": "-5",
                "arena/project": each.project,
                "arena/backfill": "nightly",
                "arena/why": each.why,
            },
        )
        for each in renew
    ]
    return requests or dg.SkipReason("Every arena is complete and up to date.")


@dg.schedule(
    name="nightly_housekeeping",
    job=housekeeping,
    cron_schedule="30 4 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Removes temporary files, orphan blobs and folders, and events past retention.",
)
def nightly_housekeeping(_context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest()


SCHEDULES = [nightly_backfill, nightly_housekeeping]
