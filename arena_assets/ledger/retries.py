"""Trying again: which faults pass by themselves, and how long to wait for them here."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina
from stamina.instrumentation import set_on_retry_hooks

from arena_assets.errors import Busy, Transient

Result = TypeVar("Result")

# The event log tells of every attempt; a second log would only repeat it, with arguments in it.
set_on_retry_hooks([])


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to try and how long to wait in place, in seconds.

    Backoff is exponential with full jitter on top (stamina). A service that asks for more than
    ``longest_wait`` is not waited for here: that would hold a slot that others could use.
    """

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 8.0
    jitter: float = 1.0


def patiently(work: Callable[[], Result], patience: Patience | None = None) -> Result:
    """Do the work, again after faults that pass and cost nothing.

    Only :class:`Transient` with ``money`` ``no`` is tried again, after as long as its
    ``retry_after`` says when it does. One that asks for too long becomes :class:`Busy`, which waits
    without holding a slot.
    """
    patience = patience or Patience()
    trying = stamina.RetryingCaller(
        attempts=patience.attempts,
        timeout=None,
        wait_initial=patience.first_wait,
        wait_max=patience.longest_wait,
        wait_jitter=patience.jitter,
    )

    def once() -> Result:
        try:
            return work()
        except Transient as error:
            if error.money == "no" and (error.retry_after or 0) > patience.longest_wait:
                raise Busy(error.what, error.next_step, retry_after=error.retry_after) from error
            raise

    return trying(lambda error: worth_another_try(error, patience), once)


def worth_another_try(error: Exception, patience: Patience) -> bool | float:
    """False, or True for the usual backoff, or the seconds to wait."""
    if not isinstance(error, Transient) or error.money != "no":
        return False
    if error.retry_after is None:
        return True
    return error.retry_after + patience.jitter * random.random()  # noqa: S311  (no secret)
