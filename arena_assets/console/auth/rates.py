"""How often somebody may knock: a sliding window per key, in this process.

The console is one process, so that is all of them; a restart forgets the counts.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from arena_assets.errors import TooMany

_MOST_KEYS = 10_000


class Rate:
    """At most ``limit`` hits of one key within ``seconds``."""

    def __init__(
        self, limit: int, seconds: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._hits: dict[str, deque[float]] = {}
        self._lock = Lock()

    def hit(self, key: str, what: str) -> None:
        """Count one; raises :class:`TooMany`, which does not count, with the time to wait."""
        now = self._clock()
        with self._lock:
            hits = self._hits.pop(key, deque())
            while hits and now - hits[0] >= self._seconds:
                hits.popleft()
            # Put back at the end, so that the front of the mapping is who was seen longest ago.
            self._hits[key] = hits
            if len(hits) >= self._limit:
                wait = max(1.0, self._seconds - (now - hits[0]))
                raise TooMany(what, f"Try again in {_span(wait)}", retry_after=wait)
            hits.append(now)
            while len(self._hits) > _MOST_KEYS:
                self._hits.pop(next(iter(self._hits)))


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"
