"""One flag that says: stop."""

from __future__ import annotations

import threading

from arena_assets.errors import Cancelled


class CancelFlag:
    """Set by whoever stops the work, looked at by the work itself between its steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        self._event.set()

    def check(self) -> None:
        """Raise :class:`Cancelled` once the flag is set."""
        if self._event.is_set():
            raise Cancelled(
                "The work was cancelled",
                "Run the arena again when you want it; what was finished is kept",
            )
