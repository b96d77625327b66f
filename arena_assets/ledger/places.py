"""How many calls a service may have in work together, over all processes of this machine.

Each place is a locked file, so the places of a process that dies are free at once.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_LOOK_SECONDS = 0.1


class Places:
    """``limits`` gives the number of places by service; one that is not named has no limit."""

    def __init__(self, folder: Path, limits: Mapping[str, int]) -> None:
        self._folder = folder
        self._limits = dict(limits)

    @contextmanager
    def held(self, service: str, cancel: Callable[[], None]) -> Iterator[None]:
        """Wait for a place and keep it; ``cancel`` raises once the wait should stop."""
        limit = self._limits.get(service)
        if limit is None:
            yield
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        while (taken := self._take(service, limit)) is None:
            cancel()
            threading.Event().wait(_LOOK_SECONDS)
        try:
            yield
        finally:
            os.close(taken)

    def _take(self, service: str, limit: int) -> int | None:
        for number in range(limit):
            place = os.open(
                self._folder / f"{service}.{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(place)
                continue
            return place
        return None
