"""Pools: what runs of several arenas share, and how a failed step is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dagster as dg

from arena_assets.domain.quote import POOL_LIMITS as EMBEDDED_LIMITS
from arena_assets.domain.quote import pool_limits as limits_of

if TYPE_CHECKING:
    from arena_assets.settings import Settings


class Pool:
    """A cap over all runs. A step holds its pool while it works, never while it waits."""

    LORE: Final = "lore"
    RENDER: Final = "render"
    ENCODE: Final = "encode"
    COMPOSE: Final = "compose"
    RELEASE: Final = "release"


POOL_LIMITS = EMBEDDED_LIMITS
"""Limits of the embedded studio on one machine: rendering and encoding each use every core
themselves.

They live in Dagster's instance; change one with ``dagster instance concurrency set render 2`` or on
the Deployment → Concurrency page.
"""


def pool_limits(settings: Settings) -> dict[str, int]:
    """The limits that fit the chosen services.

    A step that waits for a service leaves this machine's cores to another one, so a second may
    begin: its work fills the service's queue while the first has its last results made ready. How
    many calls a service really gets at once is held by the ledger's places, over all runs.
    """
    from arena_assets.ledger.quoting import services_of

    return limits_of(services_of(settings))


FIRST = {"dagster/priority": "1"}
"""Of the steps of a run that could begin, those with this tag do. What leads to the pictures goes
before music, so that the first arena of a batch gives the GPU work at once; a run that finds the
pool taken makes its music meanwhile."""

RETRY = dg.RetryPolicy(
    max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
"""For faults that pass. Errors that a retry can't help say so themselves and fail at once."""
