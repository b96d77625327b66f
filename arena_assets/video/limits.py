"""What encoding may take of this machine: cores, memory and time, set once per process."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from arena_assets.errors import Transient

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """``cores`` encoders run side by side, each in one thread; none of them changes any byte.

    ``child_memory_mb`` is the most that one ffmpeg may allocate, in megabytes. ``minutes`` is how
    long one slot may take from its first frame to its last.
    """

    cores: int = 2
    child_memory_mb: int = 2048
    minutes: float = 60.0

    def within_time(self, check_cancelled: Callable[[], None]) -> Callable[[], None]:
        """A check, to be called often, that also ends work which takes too long, as Transient.

        The time runs from this call.
        """
        give_up = time.monotonic() + 60 * self.minutes

        def check() -> None:
            check_cancelled()
            if time.monotonic() > give_up:
                raise Transient(
                    f"The encoding took more than {self.minutes:g} minutes",
                    "Run it again when this machine has less to do, or raise ARENA_ENCODE_MINUTES",
                )

        return check

    def hold_child(self) -> None:
        """Called in a child before it becomes ffmpeg: more memory than this is refused to it.

        Counted is what it really allocates for writing (``RLIMIT_DATA``, Linux 4.7 and later).
        """
        most = self.child_memory_mb * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


_current = Limits()


def set_limits(limits: Limits) -> None:
    """Limits of all encoding in this process from now on."""
    global _current
    _current = limits


def limits() -> Limits:
    return _current
