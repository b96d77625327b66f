"""Why a run failed, as one sentence a person can act on; and whether that is the end of it."""

from __future__ import annotations

import dagster as dg
from dagster._core.events import JobFailureData
from dagster._core.execution.retries import auto_reexecution_should_retry_run

_CRASHED = (
    "The worker of the run is gone (killed, or the machine went down). "
    "Finished work is kept; start it again with 'arena resume'"
)


_WILL_RETRY = "dagster/will_retry"


def tried_again(context: dg.RunFailureSensorContext) -> bool:
    """Whether Dagster starts another try by itself.

    It says so on the run a moment after the failure is in the log, and a sensor may come between:
    then it is asked as it asks itself.
    """
    run, instance = context.dagster_run, context.instance
    told = run.tags.get(_WILL_RETRY)
    if told is not None or not instance.run_retries_enabled:
        return told == "true"
    ended = run.with_status(dg.DagsterRunStatus.FAILURE)
    data = context.failure_event.event_specific_data  # none of a run whose worker was lost
    why = data.failure_reason if isinstance(data, JobFailureData) else None
    return bool(auto_reexecution_should_retry_run(instance, ended, why))


def reason_for(context: dg.RunFailureSensorContext) -> str:
    """The failed checks, else the first failed step's own sentence, else what Dagster says."""
    checks = _failed_checks(context)
    if checks:
        slots = ", ".join(checks)
        return f"{'; '.join(checks.values())} Redo {slots}, or look at its checks."
    for event in context.get_step_failure_events():
        failure = event.step_failure_data
        if failure.user_failure_data and failure.user_failure_data.description:
            return f"{event.step_key}: {failure.user_failure_data.description}"
        if failure.error:
            cause = failure.error.cause or failure.error
            return f"{event.step_key}: {cause.message.strip().splitlines()[0]}"
    return f"{_CRASHED}. Dagster said: {(context.failure_event.message or '').strip()}"


def _failed_checks(context: dg.RunFailureSensorContext) -> dict[str, str]:
    """What each failed check of the run said, by slot."""
    found: dict[str, str] = {}
    records = context.instance.all_logs(
        context.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    )
    for record in records:
        if record.dagster_event is None:
            continue
        check = record.dagster_event.asset_check_evaluation_data
        if not check.passed:
            slot = "/".join(check.asset_key.path)
            found[slot] = f"{slot}: {check.description or check.check_name}"
    return found
