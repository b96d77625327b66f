"""Sensors: each wanted launch becomes one run; what became of a run is written to its arena."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import dagster as dg
import pytest

from arena_assets.definitions import defs
from arena_assets.defs.jobs import ARENA_JOB
from arena_assets.defs.launches import RUN_KEY_TAG, confirm
from arena_assets.defs.schedules import nightly_backfill
from arena_assets.defs.sensors import (
    cancelled_runs,
    failed_runs,
    finished_runs,
    new_requests,
)
from arena_assets.domain.identity import partition_key
from arena_assets.domain.rules import Publishing, Rules
from arena_assets.domain.slots import (
    IMAGES,
    METADATA,
    SCENE,
    image_slot,
    metadata_slot,
    scene_slot,
)
from arena_assets.providers.versions import VERSIONS
from arena_assets.store import launches, plans
from arena_assets.store.plan_states import PlanState
from arena_assets.store.versions import VersionKind, save_version
from arena_assets.workshop.stale import arenas_to_renew
from arena_assets_tests.arenas import Hall

WILL_RETRY = {"dagster/will_retry": "true"}
A_NIGHT = datetime(2030, 1, 2, 3, tzinfo=UTC)


def tick(hall: Hall) -> dg.SensorResult | dg.SkipReason:
    context = dg.build_sensor_context(instance=hall.instance, definitions=defs)
    found = new_requests(context)
    assert isinstance(found, (dg.SensorResult, dg.SkipReason))
    return found


def run_of(
    hall: Hall,
    arena_id: int,
    tags: Mapping[str, str] | None = None,
    *,
    tries_again: dg.DagsterRun | None = None,
) -> dg.DagsterRun:
    return hall.instance.create_run_for_job(
        defs.resolve_job_def(ARENA_JOB.name),
        tags={"dagster/partition": partition_key(arena_id), **(tags or {})},
        parent_run_id=tries_again.run_id if tries_again else None,
        root_run_id=(tries_again.root_run_id or tries_again.run_id) if tries_again else None,
    )


def launched(hall: Hall, arena_id: int) -> dg.DagsterRun:
    """The run of an arena's wanted launch, which nobody has confirmed yet."""
    found = tick(hall)
    assert isinstance(found, dg.SensorResult)
    (request,) = found.run_requests or []
    return run_of(hall, arena_id, {RUN_KEY_TAG: str(request.run_key)})


def context_of(
    hall: Hall, sensor: str, run: dg.DagsterRun, event: dg.DagsterEvent
) -> dg.RunStatusSensorContext:
    return dg.build_run_status_sensor_context(
        sensor_name=sensor, dagster_event=event, dagster_instance=hall.instance, dagster_run=run
    )


def failure_of(hall: Hall, run: dg.ExecuteInProcessResult) -> dg.RunFailureSensorContext:
    event = next(e for e in run.all_events if e.event_type_value == "PIPELINE_FAILURE")
    return context_of(hall, "failed_runs", run.dagster_run, event).for_run_failure()


def fail(hall: Hall, run: dg.DagsterRun) -> None:
    """The run ends as one whose worker was lost, and the sensor hears of it."""
    event = hall.instance.report_run_failed(run)
    failed_runs(context_of(hall, "failed_runs", run, event).for_run_failure())


def cancel(hall: Hall, run: dg.DagsterRun) -> None:
    """A person cancels the run, and the sensor hears of it."""
    event = hall.instance.report_run_canceled(run)
    cancelled_runs(context_of(hall, "cancelled_runs", run, event))


def test_a_tick_launches_each_new_arena_once_with_its_tags(hall: Hall) -> None:
    ids = hall.request(3, priority=4)
    found = tick(hall)
    assert isinstance(found, dg.SensorResult)
    requests = found.run_requests or []
    assert [request.partition_key for request in requests] == list(map(partition_key, ids))
    assert len({request.run_key for request in requests}) == 3
    for request in requests:
        assert request.tags["dagster/priority"] == "4"
        assert request.tags["arena/project"] == "hall"
    assert isinstance(tick(hall), dg.SkipReason)


def test_a_run_confirms_its_launch_and_a_redo_is_launched_again(hall: Hall) -> None:
    (arena_id,) = hall.request()
    run = launched(hall, arena_id)
    assert confirm(hall.instance, hall.studio.db) == 1
    plan = plans.get_plan(hall.studio.db, arena_id)
    assert (plan.state, plan.launched, plan.run_id) == (PlanState.QUEUED, 1, run.run_id)
    plans.mark_running(hall.studio.db, arena_id, run.run_id)
    plans.mark_made(hall.studio.db, arena_id)
    launches.want_launch(hall.studio.db, arena_id, "redo")
    again = tick(hall)
    assert isinstance(again, dg.SensorResult)
    (second,) = again.run_requests or []
    assert second.run_key != run.tags[RUN_KEY_TAG]


def test_a_failed_run_says_why_at_its_arena(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    (arena_id,) = hall.request()
    monkeypatch.setenv("ARENA_STAND_IN", "arena_scene=fail")
    run = hall.run(arena_id, only=[metadata_slot(), scene_slot()], fails=True)
    failed_runs(failure_of(hall, run))
    plan = plans.get_plan(hall.studio.db, arena_id)
    assert plan.state is PlanState.FAILED
    assert plan.reason is not None
    assert "arena_scene is not good enough. Redo it." in plan.reason


def test_a_failed_check_is_named_with_what_it_found(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = hall.request()
    monkeypatch.setenv("ARENA_STAND_IN", "image_set/view_02=bad")
    run = hall.run(arena_id, fails=True)
    failed_runs(failure_of(hall, run))
    reason = plans.get_plan(hall.studio.db, arena_id).reason or ""
    assert reason.startswith("image_set/view_02: stand_in: it was told to be bad.")
    assert "Redo image_set/view_02" in reason


def test_a_failure_seen_before_dagster_says_that_it_tries_again_fails_no_arena(hall: Hall) -> None:
    """The tag comes after the event; the run that the sensor was given may be from in between."""
    (arena_id,) = hall.request()
    settings = {"run_retries": {"enabled": True, "max_retries": 1}}
    with dg.DagsterInstance.ephemeral(settings=settings) as instance:
        hall.instance = instance
        first = run_of(hall, arena_id)
        plans.mark_running(hall.studio.db, arena_id, first.run_id)
        fail(hall, first)
        assert plans.get_plan(hall.studio.db, arena_id).state is PlanState.RUNNING
        group = {"dagster/root_run_id": first.run_id, "dagster/parent_run_id": first.run_id}
        second = run_of(hall, arena_id, group, tries_again=first)
        plans.mark_running(hall.studio.db, arena_id, second.run_id)
        fail(hall, second)
        assert plans.get_plan(hall.studio.db, arena_id).state is PlanState.FAILED


def test_a_cancelled_run_cancels_its_arena_and_an_older_one_does_not(hall: Hall) -> None:
    (arena_id,) = hall.request()
    older, newer = run_of(hall, arena_id), run_of(hall, arena_id)
    plans.mark_running(hall.studio.db, arena_id, newer.run_id)
    for run, state in ((older, PlanState.RUNNING), (newer, PlanState.CANCELLED)):
        cancel(hall, run)
        assert plans.get_plan(hall.studio.db, arena_id).state is state


@pytest.mark.parametrize("began", [1, 2])
def test_a_try_cancelled_in_the_queue_cancels_its_arena(hall: Hall, began: int) -> None:
    """Dagster queues another try by itself after a worker was lost."""
    (arena_id,) = hall.request()
    first = run_of(hall, arena_id, WILL_RETRY)
    second = run_of(hall, arena_id, WILL_RETRY, tries_again=first)
    third = run_of(hall, arena_id, tries_again=second)
    plans.mark_running(hall.studio.db, arena_id, (first, second)[began - 1].run_id)
    for lost in (first, second):
        fail(hall, lost)
        assert plans.get_plan(hall.studio.db, arena_id).state is PlanState.RUNNING
    cancel(hall, third)
    plan = plans.get_plan(hall.studio.db, arena_id)
    assert (plan.state, plan.run_id) == (PlanState.CANCELLED, third.run_id)


def test_the_last_try_that_fails_before_it_begins_fails_its_arena(hall: Hall) -> None:
    (arena_id,) = hall.request()
    first = run_of(hall, arena_id)
    plans.mark_running(hall.studio.db, arena_id, first.run_id)
    hall.instance.report_run_failed(first)
    fail(hall, run_of(hall, arena_id, tries_again=first))
    assert plans.get_plan(hall.studio.db, arena_id).state is PlanState.FAILED


def test_a_run_executed_again_by_hand_does_not_speak_for_one_that_works(hall: Hall) -> None:
    (arena_id,) = hall.request()
    working = run_of(hall, arena_id)
    plans.mark_running(hall.studio.db, arena_id, working.run_id)
    cancel(hall, run_of(hall, arena_id, tries_again=working))
    plan = plans.get_plan(hall.studio.db, arena_id)
    assert (plan.state, plan.run_id) == (PlanState.RUNNING, working.run_id)


@pytest.mark.parametrize(
    ("ends", "state"), [(fail, PlanState.FAILED), (cancel, PlanState.CANCELLED)]
)
def test_what_became_of_a_run_is_heard_before_its_launch_is_confirmed(
    hall: Hall, ends: Callable[[Hall, dg.DagsterRun], None], state: PlanState
) -> None:
    (arena_id,) = hall.request()
    first = launched(hall, arena_id)
    plans.mark_running(hall.studio.db, arena_id, first.run_id)
    plans.mark_failed(hall.studio.db, arena_id, "the disk was full")
    confirm(hall.instance, hall.studio.db)
    launches.want_launch(hall.studio.db, arena_id, "resume")
    second = launched(hall, arena_id)
    ends(hall, second)
    assert isinstance(tick(hall), dg.SkipReason)
    plan = plans.get_plan(hall.studio.db, arena_id)
    assert (plan.state, plan.run_id) == (state, second.run_id)
    launches.want_launch(hall.studio.db, arena_id, "resume")
    assert launched(hall, arena_id).tags[RUN_KEY_TAG] != second.tags[RUN_KEY_TAG]


def test_a_run_of_some_assets_leaves_a_true_state(hall: Hall) -> None:
    (arena_id,) = hall.request()

    def settled(run: dg.ExecuteInProcessResult) -> plans.Plan:
        event = next(e for e in run.all_events if e.event_type_value == "PIPELINE_SUCCESS")
        finished_runs(context_of(hall, "finished_runs", run.dagster_run, event))
        return plans.get_plan(hall.studio.db, arena_id)

    first = settled(hall.run(arena_id, only=[metadata_slot(), scene_slot()]))
    assert first.state is PlanState.FAILED
    assert "39 of 41" in (first.reason or "")
    hall.run(arena_id)
    assert settled(hall.run(arena_id, only=[image_slot(1)])).state is PlanState.PUBLISHED


def test_the_night_takes_up_failed_arenas_and_leaves_the_rest(hall: Hall) -> None:
    good, bad = hall.request(2)
    hall.run(good)
    for each in launches.claim_launches(hall.studio.db, 5, 60.0):
        launches.confirm_launch(hall.studio.db, each.arena_id, each.launch)
    plans.mark_failed(hall.studio.db, bad, "the disk was full")
    context = dg.build_schedule_context(scheduled_execution_time=A_NIGHT)
    found = nightly_backfill(context)
    assert isinstance(found, list)
    assert [request.partition_key for request in found] == [partition_key(bad)]


def test_arenas_that_wait_for_a_review_keep_no_failed_one_from_the_night(hall: Hall) -> None:
    db, made = hall.studio.db, hall.request(3)
    (bad,) = hall.request()
    rules = Rules(publishing=Publishing.REVIEWED).model_dump(mode="json")
    save_version(db, "hall", VersionKind.RULES, rules, "ann")
    for each in launches.claim_launches(db, 5, 60.0):
        launches.confirm_launch(db, each.arena_id, each.launch)
    for arena_id in made:
        plans.mark_running(db, arena_id)
        plans.mark_made(db, arena_id)
    plans.mark_failed(db, bad, "the disk was full")
    assert [each.arena_id for each in arenas_to_renew(db, limit=len(made))] == [bad]


def test_the_night_makes_older_code_anew_only_where_no_service_is_paid(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    (good,) = hall.request()
    hall.run(good)
    db = hall.studio.db
    assert arenas_to_renew(db, limit=9) == []
    monkeypatch.setitem(VERSIONS, SCENE, "of another day")
    assert [each.arena_id for each in arenas_to_renew(db, limit=9)] == [good]
    # The words stand above the place and stay; pictures are made from it.
    assert [each.arena_id for each in arenas_to_renew(db, limit=9, bought={METADATA})] == [good]
    assert arenas_to_renew(db, limit=9, bought={IMAGES}) == []
