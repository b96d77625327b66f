"""The one way to a service: at most once for its key, its money reserved before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from arena_assets.domain.calls import Call, Recover, Send, Settle
from arena_assets.errors import Busy, Outage
from arena_assets.ledger.answers import AnswerFolder
from arena_assets.ledger.attempt import Attempt, Called, parked, replay, spoiled
from arena_assets.ledger.breaker import CLOSED, Breakers, Health
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.ledger.places import Places
from arena_assets.ledger.retries import Patience, patiently
from arena_assets.store.breakers import note_outage, read_breaker
from arena_assets.store.calls import CallState, Purpose, get_call
from arena_assets.store.database import Database

_LOOK_SECONDS = 0.5
_AT_WORK: set[tuple[URL, str]] = set()
"""What any thread of this process calls, by database and key, whoever made its :class:`Caller`."""
_AT_WORK_LOCK = threading.Lock()


class Caller:
    """Makes calls: breaker, budget, journal, answer on disk, settlement, in that order.

    What it promises, over all processes that share the database and the folder:

    a. nothing is sent without a committed reservation, and spent + reserved ≤ every cap;
    b. at most one request is sent per key, unless the service says that an earlier one never
       arrived, or said when it arrived that it was not charged;
    c. the whole answer is on disk (flushed, renamed) before :meth:`call` returns it.
    """

    def __init__(
        self,
        db: Database,
        folder: Path,
        *,
        breakers: Breakers | None = None,
        patience: Patience | None = None,
        places: Places | None = None,
    ) -> None:
        self._db = db
        self._folder = AnswerFolder(folder)
        self._journal = CallJournal(db)
        self._breakers = breakers or Breakers(db)
        self._patience = patience or Patience()
        self._places = places or Places(folder, {})
        self._probes: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def call(
        self,
        call: Call,
        send: Send,
        settle: Settle,
        recover: Recover | None = None,
        *,
        purpose: Purpose,
        cancel: Callable[[], None] = lambda: None,
    ) -> Called:
        """The answer, and what it cost when it was made; a kept one is free and needs no service.

        ``cancel`` raises once the work should stop; between reservation and sending that gives the
        money back. Raises :class:`Refused` (a cap), :class:`Outage` (the breaker is open; the arena
        is noted to go on later), :class:`Busy` (another process is at it, or the service asked for
        a long wait), :class:`OutcomeUnknown` (parked), and what ``send`` raised.
        """
        with self._alone(call.key):
            kept = self._kept(call.key, purpose, recoverable=recover is not None)
            if kept is not None:
                return kept

            def once() -> Called:
                cancel()
                return self._try(
                    Attempt(
                        self._db,
                        self._journal,
                        self._folder,
                        call,
                        send,
                        settle,
                        recover,
                        purpose,
                        cancel,
                    )
                )

            return patiently(once, self._patience)

    def _kept(self, key: str, purpose: Purpose, *, recoverable: bool) -> Called | None:
        """What needs neither the service nor its breaker."""
        row = get_call(self._db, key)
        if row is None:
            return None
        if row.state is CallState.SPOILED:
            raise spoiled(row)
        if row.state is CallState.DONE:
            return replay(self._folder, self._journal, row, purpose)
        waits = row.state is CallState.UNKNOWN and row.ceiling_usd and not recoverable
        if waits and self._folder.salvage(key) is None:
            raise parked(row, row.error or "no answer came back")
        return None

    def _try(self, attempt: Attempt) -> Called:
        # Waited for before anything is reserved or a probe is taken.
        service = attempt.call.service
        with self._places.held(service, attempt.cancel), self._after_probe(service, attempt.cancel):
            return self._try_now(attempt)

    @contextmanager
    def _after_probe(self, service: str, cancel: Callable[[], None]) -> Iterator[None]:
        """Wait for a probe that this process makes: twelve pictures that come to a service as it
        returns shall not see eleven fail because one of them asks first."""
        if not self._in_trouble(service):
            yield
            return
        with self._lock:
            probe = self._probes.setdefault(service, threading.Lock())
        while not probe.acquire(timeout=_LOOK_SECONDS):
            cancel()
        if not self._in_trouble(service):
            probe.release()
            yield
            return
        try:
            yield
        finally:
            probe.release()

    def _in_trouble(self, service: str) -> bool:
        row = read_breaker(self._db, service)
        return row is not None and row.state != CLOSED

    def _try_now(self, attempt: Attempt) -> Called:
        error: str | None = None
        try:
            permit = self._breakers.admit(attempt.call.service)
            try:
                return attempt.run()
            except BaseException as raised:
                error = str(raised) or type(raised).__name__
                raise
            finally:
                self._breakers.report(permit, attempt.health, error)
        except Outage:
            note_outage(self._db, attempt.call.service, attempt.purpose)
            raise

    def note_outage(self, service: str, purpose: Purpose, error: Outage) -> None:
        """Note an outage that was met before there was a call, so that the service's breaker knows
        of it and the arena goes on by itself."""
        try:
            permit = self._breakers.admit(service)
        except Outage:
            pass  # it is known already
        else:
            self._breakers.report(permit, Health.DOWN, str(error))
        note_outage(self._db, service, purpose)

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """One thread of this process per key; the journal sees to other processes."""
        mine = self._db.url, key
        with _AT_WORK_LOCK:
            if mine in _AT_WORK:
                raise Busy(
                    "The same call is being made already",
                    "Its answer will be free: ask again shortly",
                    retry_after=5,
                )
            _AT_WORK.add(mine)
        try:
            yield
        finally:
            with _AT_WORK_LOCK:
                _AT_WORK.discard(mine)
