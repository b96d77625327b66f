"""The executor's and launcher's private Dagster names, and how they behave."""

import inspect
import os
import signal
import time
from pathlib import Path

import dagster as dg
import psutil
import pytest
from dagster._core.execution.api import execute_run_iterator
from dagster._core.execution.plan import execute_plan
from dagster._core.execution.plan.active import ActiveExecution
from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext
from dagster._core.launcher.base import WorkerStatus

from arena_assets.definitions import defs
from arena_assets.defs.executor import (
    PatientConcurrencyContext,
    patient_in_process_executor,
)
from arena_assets.defs.launcher import PID_TAG, STARTED_TAG, HostRunLauncher
from arena_assets.defs.pools import FIRST


def waiting_context(instance: dg.DagsterInstance) -> PatientConcurrencyContext:
    """A run whose one step waits for a pool that someone else holds."""
    run = instance.create_run_for_job(defs.resolve_job_def("make_arena"))
    instance.event_log_storage.set_concurrency_slots("render", 1)
    instance.event_log_storage.claim_concurrency_slot("render", "another-run", "its-step")
    return PatientConcurrencyContext(instance, run)


def test_the_stock_context_still_has_the_names_the_executor_overrides() -> None:
    assert {"claim", "interval_to_next_pending_claim_check"} <= set(dir(InstanceConcurrencyContext))
    source = inspect.getsource(InstanceConcurrencyContext)
    for name in ("_pending_timeouts", "_pending_claims", "_pending_claim_counts", "_run_id"):
        assert name in source
    assert {"sleep_til_ready", "sleep_interval"} <= set(dir(ActiveExecution))
    assert "execution_plan.start(" in inspect.getsource(execute_plan)


def test_a_blocked_pool_is_looked_at_again_within_two_seconds_and_not_before(
    tmp_path: Path,
) -> None:
    with (
        dg.DagsterInstance.local_temp(str(tmp_path)) as instance,
        waiting_context(instance) as context,
    ):
        assert not context.claim("render", "image_set")
        pause = context.interval_to_next_pending_claim_check()
        assert 0 < pause <= 2.0


@dg.op(pool="render", tags=FIRST)
def pictures() -> None:
    """Waits, as another run renders."""


@dg.op
def busy() -> None:
    raise dg.RetryRequested(max_retries=60, seconds_to_wait=3600)


@dg.job(executor_def=patient_in_process_executor)
def waits_for_a_pool() -> None:
    pictures()


@dg.job(executor_def=patient_in_process_executor)
def waits_for_its_next_attempt() -> None:
    busy()


@pytest.mark.parametrize("job", [waits_for_a_pool, waits_for_its_next_attempt])
def test_a_cancel_is_heard_within_a_second_while_a_step_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: dg.JobDefinition
) -> None:
    logs = {"module": "dagster.core.storage.noop_compute_log_manager"}
    overrides = {"compute_logs": {**logs, "class": "NoOpComputeLogManager"}}
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides) as instance:
        instance.event_log_storage.set_concurrency_slots("render", 1)
        instance.event_log_storage.claim_concurrency_slot("render", "another-run", "its-step")
        run = instance.create_run_for_job(job)

        def cancelled_asleep(seconds: float) -> None:
            assert seconds <= 1.0
            instance.report_run_canceling(run)
            signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(time, "sleep", cancelled_asleep)
        events = [
            event.event_type_value
            for event in execute_run_iterator(dg.reconstructable(job), run, instance)
        ]
    assert events[-1] == "PIPELINE_CANCELED"


@dg.op(pool="compose")
def music(context: dg.OpExecutionContext) -> None:
    """While it works, the other run ends its rendering, and a third one wants to begin."""
    storage = context.instance.event_log_storage
    storage.free_concurrency_slot_for_step("another-run", "its-step")
    claim = storage.claim_concurrency_slot("render", "third-run", "its-step")
    _THIRD.append(claim.is_claimed)
    storage.free_concurrency_slot_for_step("third-run", "its-step")


@dg.job(executor_def=patient_in_process_executor)
def two_pools() -> None:
    pictures()
    music()


_THIRD: list[bool] = []


def test_a_run_that_works_keeps_no_pool_that_it_only_waits_for(tmp_path: Path) -> None:
    _THIRD.clear()
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        for pool in ("render", "compose"):
            instance.event_log_storage.set_concurrency_slots(pool, 1)
        instance.event_log_storage.claim_concurrency_slot("render", "another-run", "its-step")
        done = dg.execute_job(dg.reconstructable(two_pools), instance=instance)
        assert done.success
        ended = [event.step_key for event in done.all_events if event.is_step_success]
    assert ended == ["music", "pictures"]
    assert _THIRD == [True]


def test_the_launcher_tells_a_living_worker_from_a_gone_one() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        launcher = HostRunLauncher()
        launcher.register_instance(instance)
        job = defs.resolve_job_def("make_arena")
        mine = {
            PID_TAG: str(os.getpid()),
            STARTED_TAG: f"{psutil.Process().create_time():.2f}",
        }
        other = {**mine, STARTED_TAG: f"{time.time() - 10_000:.2f}"}
        alive, reused = (instance.create_run_for_job(job, tags=tags) for tags in (mine, other))
        assert launcher.check_run_worker_health(alive).status is WorkerStatus.RUNNING
        assert launcher.check_run_worker_health(reused).status is WorkerStatus.NOT_FOUND
