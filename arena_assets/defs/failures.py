"""Why a run failed, as one sentence a person can act on."""

from __future__ import annotations

import dagster as dg

_CRASHED = (
    "The worker of the run is gone (killed, or the machine went down). "
    "Finished work is kept; the run is tried again, or start it with 'arena resume'"
)


def reason_for(context: dg.RunFailureSensorContext) -> str:
    """The first failed step's own sentence, else what Dagster says of the run."""
    for event in context.get_step_failure_events():
        failure = event.step_failure_data
        if failure.user_failure_data and failure.user_failure_data.description:
            return f"{event.step_key}: {failure.user_failure_data.description}"
        if failure.error:
            cause = failure.error.cause or failure.error
            return f"{event.step_key}: {cause.message.strip().splitlines()[0]}"
    message = context.failure_event.message or ""
    return message if "check" in message.lower() else f"{_CRASHED}. Dagster said: {message.strip()}"
