"""Why a run failed, as one sentence a person can act on."""

from __future__ import annotations

import dagster as dg

_CRASHED = (
    "The worker of the run is gone (killed, or the machine went down). "
    "Finished work is kept; start it again with 'arena resume'"
)


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
