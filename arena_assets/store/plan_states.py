"""The states of an arena and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PlanState(StrEnum):
    """How far an arena is.

    ``planned`` waits for a launch, ``queued`` was handed to the orchestrator, ``running`` is being
    worked on, ``made`` has every slot and waits to be published, ``published`` is in the game's
    tables. ``failed`` and ``cancelled`` stand until someone wants another launch.
    """

    PLANNED = "planned"
    QUEUED = "queued"
    RUNNING = "running"
    MADE = "made"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ANY_TIME = {PlanState.FAILED, PlanState.CANCELLED}

# Only a wanted launch leaves ``cancelled``, so that no late event of an old run revives an arena.
# ``published`` is left for ``made`` by unpublishing alone. A person may start a run without a
# launch of ours, hence ``running`` follows almost everything.
FOLLOWS: Mapping[PlanState, frozenset[PlanState]] = {
    state: frozenset(following)
    for state, following in {
        PlanState.PLANNED: {PlanState.QUEUED, PlanState.RUNNING, *_ANY_TIME},
        PlanState.QUEUED: {PlanState.RUNNING, *_ANY_TIME},
        PlanState.RUNNING: {PlanState.MADE, *_ANY_TIME},
        PlanState.MADE: {PlanState.PLANNED, PlanState.RUNNING, PlanState.PUBLISHED, *_ANY_TIME},
        PlanState.PUBLISHED: {
            PlanState.PLANNED,
            PlanState.RUNNING,
            PlanState.MADE,
            PlanState.FAILED,
        },
        PlanState.FAILED: {PlanState.PLANNED, PlanState.RUNNING, PlanState.CANCELLED},
        PlanState.CANCELLED: {PlanState.PLANNED},
    }.items()
}

IN_FLIGHT = frozenset({PlanState.QUEUED, PlanState.RUNNING})
"""A run of the arena exists or is about to: another launch waits for its end."""
