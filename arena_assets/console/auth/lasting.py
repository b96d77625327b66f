"""Streams and sockets last no longer than the right to open them.

A request is judged when it comes; a stream is open for hours. So every few seconds the database is
asked again, without touching the session: a page that only listens is as idle as one that is shut.
"""

from __future__ import annotations

import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from arena_assets.console.auth.principal import Principal
from arena_assets.console.auth.recognise import recognise
from arena_assets.console.desk import Desk, desk
from arena_assets.errors import ArenaError

RECHECK_SECONDS = 5.0


class Lasting:
    """Whether the one who opened a stream may still have it.

    It ends when the session or token has ended or expired, its owner was shut out, and when what
    they may do or see has changed: whoever comes back gets what they may now.
    """

    def __init__(self, connection: HTTPConnection, principal: Principal) -> None:
        self._connection = connection
        self._principal = principal
        self._asked = time.monotonic()

    async def over(self) -> bool:
        """Asked as often as one likes; looks every :data:`RECHECK_SECONDS`, and says yes at once
        when the server stops."""
        at: Desk = desk(self._connection)
        if at.stopping.is_set():
            return True
        if time.monotonic() - self._asked < RECHECK_SECONDS:
            return False
        self._asked = time.monotonic()
        return await run_in_threadpool(self._changed, at)

    def _changed(self, at: Desk) -> bool:
        try:
            return recognise(at, self._connection, touch=False) != self._principal
        except ArenaError:
            return False  # the database is away: nothing can be told, nothing is read either
