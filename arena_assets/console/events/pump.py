"""One reader of the event log per process, and a bounded queue for each listener."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field

from arena_assets.actions.words import event_data
from arena_assets.errors import ArenaError
from arena_assets.store import events
from arena_assets.store.database import Database
from arena_assets.store.events import Event
from arena_assets.store.versions import project_slugs

QUEUE_MAX = 1000
_POLL_SECONDS = 0.1
_AFTER_ERROR_SECONDS = 2.0
_PAGE = 500
_LATE_PAGES = 200


@dataclass(frozen=True, slots=True)
class Told:
    """An event as JSON, with what it is filtered by."""

    seq: int
    project: str | None
    arena_id: int | None
    request_id: int | None
    kind: str
    data: dict[str, object]


Wanted = Callable[[Told], bool]


@dataclass(eq=False, slots=True)
class Listener:
    """One stream. ``overrun`` is set when it was too slow: it ends, and resumes by its last id."""

    wanted: Wanted
    queue: asyncio.Queue[Told | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=QUEUE_MAX)
    )
    overrun: bool = False

    def offer(self, told: Told) -> None:
        if self.overrun or not self.wanted(told):
            return
        try:
            self.queue.put_nowait(told)
        except asyncio.QueueFull:
            self.overrun = True


class EventPump:
    """Reads the log while anybody listens, and gives every event to every listener once.

    The database is read in a thread. ``stop`` ends all streams at once.
    """

    def __init__(self, db: Database, *, poll_seconds: float = _POLL_SECONDS) -> None:
        self._db = db
        self._poll = poll_seconds
        self._listeners: set[Listener] = set()
        self._seq = 0
        self._task: asyncio.Task[None] | None = None
        self._slugs: dict[int, str] = {}
        self._stopped = False

    @property
    def listening(self) -> int:
        return len(self._listeners)

    async def stop(self) -> None:
        """End every stream and the reader; for the end of the process."""
        self._stopped = True
        for listener in list(self._listeners):
            listener.overrun = True
            with contextlib.suppress(asyncio.QueueFull):
                listener.queue.put_nowait(None)
        await self._stop_reading()

    async def stream(
        self, wanted: Wanted, after: int | None, heartbeat: float
    ) -> AsyncGenerator[Told | None, None]:
        """Events after a number (from now on without one), then new ones; None when all is quiet.

        Ends when the pump stops or the listener fell behind by more than its queue holds.
        """
        listener = Listener(wanted)
        # Listening before looking: what comes after the look is told, so nothing falls between.
        self._listeners.add(listener)
        try:
            now = await asyncio.to_thread(events.last_seq, self._db)
            self._start_reading(now)
            seen = now if after is None else min(after, now)
            async for told in self._missed(seen, now):
                if wanted(told):
                    yield told
            seen = now
            while not self._stopped:
                try:
                    told_now = await asyncio.wait_for(listener.queue.get(), heartbeat)
                except TimeoutError:
                    yield None
                    continue
                if told_now is None:
                    return
                if told_now.seq > seen:
                    seen = told_now.seq
                    yield told_now
                if listener.overrun and listener.queue.empty():
                    return
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                await self._stop_reading()

    async def _missed(self, after: int, until: int) -> AsyncIterator[Told]:
        for _ in range(_LATE_PAGES):
            if after >= until:
                return
            page = await asyncio.to_thread(events.since, self._db, after, limit=_PAGE)
            for event in page:
                if event.seq > until:
                    return
                after = event.seq
                yield await self._told(event)
            if len(page) < _PAGE:
                return

    def _start_reading(self, seq: int) -> None:
        if self._task is None and not self._stopped:
            self._seq = seq
            self._task = asyncio.create_task(self._read(), name="event pump")

    async def _stop_reading(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _read(self) -> None:
        while True:
            try:
                page = await asyncio.to_thread(events.since, self._db, self._seq, limit=_PAGE)
                for event in page:
                    told = await self._told(event)
                    for listener in list(self._listeners):
                        listener.offer(told)
                    self._seq = event.seq
            except ArenaError:
                await asyncio.sleep(_AFTER_ERROR_SECONDS)
                continue
            if len(page) < _PAGE:
                await asyncio.sleep(self._poll)

    async def _told(self, event: Event) -> Told:
        if event.project_id is not None and event.project_id not in self._slugs:
            self._slugs = await asyncio.to_thread(project_slugs, self._db)
        project = None if event.project_id is None else self._slugs.get(event.project_id)
        return Told(
            seq=event.seq,
            project=project,
            arena_id=event.arena_id,
            request_id=event.request_id,
            kind=event.kind,
            data=event_data(event, project),
        )
