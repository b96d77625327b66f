"""Pools: what runs of several arenas share, and how a failed step is tried again."""

from __future__ import annotations

from typing import Final

import dagster as dg


class Pool:
    """A cap over all runs. A step holds its pool while it works, never while it waits."""

    LORE: Final = "lore"
    RENDER: Final = "render"
    ENCODE: Final = "encode"
    COMPOSE: Final = "compose"
    RELEASE: Final = "release"


POOL_LIMITS: dict[str, int] = {
    Pool.LORE: 4,
    Pool.RENDER: 1,
    Pool.ENCODE: 1,
    Pool.COMPOSE: 1,
    Pool.RELEASE: 2,
}
"""Limits at first start, for one machine: rendering and encoding each use every core themselves.

They live in Dagster's instance; change one with ``dagster instance concurrency set render 2`` or on
the Deployment → Concurrency page.
"""

RETRY = dg.RetryPolicy(
    max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
"""For faults that pass. Errors that a retry can't help say so themselves and fail at once."""
