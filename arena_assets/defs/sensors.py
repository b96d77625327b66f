"""Sensors: new requests become runs; what became of a run is written to its arena."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import dagster as dg

from arena_assets.defs.jobs import ARENA_JOB
from arena_assets.defs.partitions import ARENAS
from arena_assets.domain.identity import arena_id_of
from arena_assets.errors import ArenaError, NotFound, UsageFault

if TYPE_CHECKING:
    from arena_assets.store.database import Database

REQUEST_SENSOR = "new_requests"
CLAIM_SECONDS = 60.0
_LAUNCHES_PER_TICK = 25


def run_tags(project: str, request_id: int, priority: int) -> dict[str, str]:
    """The tags of an arena's run: what the queue sorts and limits by, and people filter by."""
    return {
        "dagster/priority": str(priority),
        "arena/project": project,
        "arena/request": str(request_id),
    }


@dg.sensor(
    name=REQUEST_SENSOR,
    job=ARENA_JOB,
    minimum_interval_seconds=1,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts one run per arena that was asked for and has none yet.",
)
def new_requests(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Launches are claimed in the database, so a second daemon or a double tick launches nothing
    twice; an unconfirmed claim returns after a minute and meets its own ``run_key`` again. What
    needs a service that is down waits, and goes on by itself once it is back. What follows from
    people's decisions is asked for first."""
    from arena_assets.defs.launches import confirm, open_database
    from arena_assets.store.launches import claim_launches
    from arena_assets.workshop.holds import held_back, resume_waiting
    from arena_assets.workshop.review import follow_decisions

    with open_database() as db:
        confirm(context.instance, db)
        resume_waiting(db)
        follow_decisions(db)
        holds = held_back(db)
        launches = claim_launches(db, _LAUNCHES_PER_TICK, CLAIM_SECONDS, without=holds.arenas)
        if not launches:
            return dg.SkipReason(holds.sentence or "Every arena that was asked for has its run.")
        if holds.sentence:
            context.log.info(holds.sentence)
        wanted = [launch.partition for launch in launches]
        requests = [
            dg.RunRequest(
                run_key=launch.run_key,
                partition_key=launch.partition,
                tags=run_tags(launch.project, launch.request_id, launch.priority),
            )
            for launch in launches
        ]
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[ARENAS.build_add_request(wanted)],
    )


def _noted(
    context: dg.RunStatusSensorContext, note: Callable[["Database", int], str | None]
) -> dg.SkipReason | None:
    """Let ``note`` write what became of a run to its arena; what it answers is why it did not.

    The arena is told its run first: one that ends before it begins any work may be unknown to it.
    """
    from arena_assets.defs.launches import confirm, open_database, succeed

    try:
        arena_id = arena_id_of(context.dagster_run.tags.get("dagster/partition", ""))
    except UsageFault:
        return dg.SkipReason("The run belongs to no arena.")
    with open_database() as db:
        confirm(context.instance, db)
        try:
            succeed(context.instance, db, arena_id, context.dagster_run)
            skipped = note(db, arena_id)
        except ArenaError as error:
            skipped = str(error)
    return dg.SkipReason(skipped) if skipped else None


@dg.run_failure_sensor(
    name="failed_runs",
    monitor_all_code_locations=False,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=2,
    description="Writes why a run failed to its arena, in the words its error used.",
)
def failed_runs(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    from arena_assets.defs.failures import reason_for, tried_again
    from arena_assets.store.events import append
    from arena_assets.store.plans import mark_failed

    run = context.dagster_run

    def note(db: "Database", arena_id: int) -> str | None:
        if tried_again(context):
            data = {"why": reason_for(context), "run_id": run.run_id}
            append(db, "run_lost", arena_id=arena_id, data=data)
            return "The run is tried again."
        try:
            mark_failed(db, arena_id, reason_for(context), only_run=run.run_id)
        except NotFound:
            return "The partition has no plan."
        return None

    return _noted(context, note)


@dg.run_status_sensor(
    name="cancelled_runs",
    run_status=dg.DagsterRunStatus.CANCELED,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=2,
    description="Marks an arena whose run a person cancelled, so that nothing starts it again.",
)
def cancelled_runs(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
    from arena_assets.store.plans import get_plan, mark_cancelled

    def note(db: "Database", arena_id: int) -> str | None:
        if get_plan(db, arena_id).run_id != context.dagster_run.run_id:
            return "The arena has, or waits for, another run."
        mark_cancelled(db, arena_id, "its run was cancelled")
        return None

    return _noted(context, note)


@dg.run_status_sensor(
    name="finished_runs",
    run_status=dg.DagsterRunStatus.SUCCESS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=2,
    description="Settles the state of an arena of which only some assets were materialized.",
)
def finished_runs(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
    from arena_assets.workshop.settle import settle

    def note(db: "Database", arena_id: int) -> None:
        settle(db, arena_id, context.dagster_run.run_id)

    return _noted(context, note)


SENSORS = [new_requests, failed_runs, cancelled_runs, finished_runs]
