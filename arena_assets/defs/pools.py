"""Pools: what runs of several arenas share, and how a failed step is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dagster as dg

if TYPE_CHECKING:
    from arena_assets.settings import Settings


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
    limits = dict(POOL_LIMITS)
    if settings.lore == "claude":
        limits[Pool.LORE] = settings.claude_at_once
    if settings.pictures == "comfyui":
        limits[Pool.RENDER] = 2
    if settings.clips == "comfyui":
        limits[Pool.ENCODE] = 2
    if settings.music == "elevenlabs":
        limits[Pool.COMPOSE] = 2
    return limits


RETRY = dg.RetryPolicy(
    max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
"""For faults that pass. Errors that a retry can't help say so themselves and fail at once."""
