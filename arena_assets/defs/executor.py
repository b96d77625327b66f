"""The in-process executor, asleep while its steps wait for a pool, and gone when it is cancelled.

Stock (Dagster 1.13.27) a run whose steps are all blocked on pools spins a whole core, looks again
only every 15 s and hears no cancel meanwhile, nor while a step waits for its next attempt; and a
step's retry policy answers a cancel with another attempt. And a run that waits for one pool while a
step of another works keeps its place in the queue: once free, the pool is given to it, and stands
idle until that step has ended.

This file is the only one that names the private parts concerned; ``test_executor`` holds them to
the pin.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.events import DagsterEvent
from dagster._core.execution.api import ExecuteRunWithPlanIterable
from dagster._core.execution.context.system import PlanExecutionContext, PlanOrchestrationContext
from dagster._core.execution.context_creation_job import PlanExecutionContextManager
from dagster._core.execution.plan.active import ActiveExecution
from dagster._core.execution.plan.execute_plan import inner_plan_execution_iterator
from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor
from dagster._utils.interrupts import pop_captured_interrupt
from dagster_shared.error import SerializableErrorInfo

_RECHECK_SECONDS = 2.0
_HEARS_WITHIN_SECONDS = 1.0


class PatientConcurrencyContext(InstanceConcurrencyContext):
    """Looks at a blocked pool every two seconds, and lets the run sleep in between."""

    def claim(self, concurrency_key: str, step_key: str, step_priority: int = 0) -> bool:
        claimed = super().claim(concurrency_key, step_key, step_priority)
        if not claimed and step_key in self._pending_timeouts:
            soon = time.time() + _RECHECK_SECONDS
            self._pending_timeouts[step_key] = min(self._pending_timeouts[step_key], soon)
        return claimed

    def interval_to_next_pending_claim_check(self) -> float:
        if not self._pending_timeouts:
            return 0.0
        soonest: float = min(self._pending_timeouts.values())
        return max(0.0, soonest - time.time())

    def stand_back(self) -> None:
        """Leave the queues of all pools that steps of this run wait for; they queue anew the next
        time the run looks for work. A run does one step at a time: while it does, a pool given to
        another of its steps would be kept from every other run."""
        for step_key in self.pending_claim_steps():
            self._instance.event_log_storage.free_concurrency_slot_for_step(self._run_id, step_key)
            self._pending_claims.discard(step_key)
            self._pending_timeouts.pop(step_key, None)
            self._pending_claim_counts.pop(step_key, None)


class PatientActiveExecution(ActiveExecution):
    """Sleeps a second at a time while no step can go on, and hears a cancel in between."""

    def sleep_til_ready(self) -> None:
        if pop_captured_interrupt():
            raise DagsterExecutionInterruptedError
        interval: float = self.sleep_interval()  # type: ignore[no-untyped-call]
        time.sleep(max(0.0, min(interval, _HEARS_WITHIN_SECONDS)))


class PatientPlan(ExecutionPlan):
    """A plan whose execution sleeps so."""

    def start(self, *args: Any, **given: Any) -> PatientActiveExecution:
        return PatientActiveExecution(self, *args, **given)


def _steps(
    job_context: PlanExecutionContext, execution_plan: ExecutionPlan
) -> Iterator[DagsterEvent]:
    with PatientConcurrencyContext(job_context.instance, job_context.dagster_run) as concurrency:
        plan = PatientPlan(*execution_plan)
        for event in inner_plan_execution_iterator(job_context, plan, concurrency):
            if event.is_step_start:
                concurrency.stand_back()
            yield event
            if event.is_step_up_for_retry and _was_interrupted(event):
                raise DagsterExecutionInterruptedError


def _was_interrupted(event: DagsterEvent) -> bool:
    """Whether a step asks for a retry because it was cancelled: retry policies count that too."""
    cause: SerializableErrorInfo | None = event.step_retry_data.error
    while cause is not None:
        if cause.cls_name in (DagsterExecutionInterruptedError.__name__, "KeyboardInterrupt"):
            return True
        cause = cause.cause
    return False


class PatientInProcessExecutor(InProcessExecutor):
    """All steps of a run in its own worker process."""

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[DagsterEvent]:
        del execution_plan  # the context carries the same one
        manager = PlanExecutionContextManager(
            job=plan_context.job,
            retry_mode=plan_context.retry_mode,
            execution_plan=plan_context.execution_plan,
            run_config=plan_context.run_config,
            dagster_run=plan_context.dagster_run,
            instance=plan_context.instance,
            raise_on_error=plan_context.raise_on_error,
            output_capture=plan_context.output_capture,
            step_dependency_config=self.step_dependency_config,
        )
        yield from ExecuteRunWithPlanIterable(
            execution_plan=plan_context.execution_plan,
            iterator=_steps,
            execution_context_manager=manager,
        )


@dg.executor(name="patient_in_process")
def patient_in_process_executor(_init: dg.InitExecutorContext) -> PatientInProcessExecutor:
    """Default executor of the code location."""
    return PatientInProcessExecutor(retries=RetryMode.ENABLED)
