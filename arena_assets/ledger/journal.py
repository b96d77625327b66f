"""The journal of work: who makes the result of a content key, so that no two do at once.

A row per content key moves ``intent`` → ``done`` | ``failed``. The work may always be repeated:
money is the calls' own, whose journal (:mod:`~arena_assets.ledger.call_journal`) lies beneath this
one. Over all processes that share the database:

1. Of callers at once exactly one holds the turn, and whoever was taken over records nothing any
   more.
2. Work is handed on as soon as its holder has died (noticed at once on the same host) or its lease
   has run out.
3. ``done`` stays until the bytes are lost (:meth:`Journal.reopen`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from arena_assets.ledger.owner import owner_alive
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.work import Work, WorkState, change_work, current_work, locked_work


class Outcome(StrEnum):
    """What :meth:`Journal.begin` decided."""

    GO = "go"
    """Do the work; the turn is yours."""
    REPLAY = "replay"
    """It is done: use the result."""
    BUSY = "busy"
    """Someone alive is at it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to ``begin``. ``work`` is the row as it is now.

    With ``GO`` the turn is the right to do the work, and the row's ``attempts`` the fence: once
    another turn was given out, this one can record nothing any more.
    """

    outcome: Outcome
    work: Work

    @property
    def key(self) -> str:
        return self.work.key


class Journal:
    """Turns at work, one holder per key. Every method is one committed transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(
        self, key: str, slot: str, recipe: str, provider: str, owner: str, lease_seconds: float
    ) -> Turn:
        """Ask for a turn at the work of a content key; of callers at once exactly one gets ``GO``.

        ``owner`` is :func:`~arena_assets.ledger.owner.owner_id` of the process that will work. A
        holder that stops without :meth:`done` or :meth:`failed` blocks its own process until the
        lease ends, so record the end in every case.
        """
        now = utc_now()
        new = Work(
            key=key,
            slot=slot,
            recipe=recipe,
            provider=provider,
            state=WorkState.INTENT,
            owner=owner,
            lease_until=now + timedelta(seconds=lease_seconds),
            attempts=1,
            error=None,
            created_at=now,
            updated_at=now,
        )
        with self._db.write() as session:
            work, inserted = locked_work(session, new)
            outcome = Outcome.GO if inserted else _decide(work)
            if outcome is Outcome.GO and not inserted:
                change_work(
                    session,
                    work.key,
                    work.state,
                    state=WorkState.INTENT.value,
                    owner=new.owner,
                    lease_until=new.lease_until,
                    attempts=work.attempts + 1,
                    error=None,
                )
            # Read before the lock is let go, so that the fence is this turn's and no later one's.
            return Turn(outcome, current_work(session, key) or work)

    def renew(self, turn: Turn, lease_seconds: float) -> bool:
        """Hold the turn for longer; False when it was lost."""
        return self._change(turn, lease_until=utc_now() + timedelta(seconds=lease_seconds))

    def done(self, turn: Turn) -> bool:
        """Record the end; False when the turn was lost."""
        return self._change(turn, state=WorkState.DONE.value)

    def failed(self, turn: Turn, error: str) -> bool:
        """Record that it came to nothing: the work may begin anew. False when the turn was lost."""
        return self._change(turn, state=WorkState.FAILED.value, error=error)

    def reopen(self, key: str, reason: str) -> None:
        """Let work that is done be done again, because its bytes were lost or damaged."""
        with self._db.write() as session:
            failed = WorkState.FAILED.value
            change_work(session, key, WorkState.DONE, state=failed, error=reason)

    def _change(self, turn: Turn, **values: object) -> bool:
        with self._db.write() as session:
            return change_work(session, turn.key, WorkState.INTENT, held=turn.work, **values)


def _decide(work: Work) -> Outcome:
    """What a second comer may do with a row."""
    if work.state is WorkState.DONE:
        return Outcome.REPLAY
    if work.state is WorkState.FAILED:
        return Outcome.GO
    busy = utc_now() < work.lease_until and owner_alive(work.owner) is not False
    return Outcome.BUSY if busy else Outcome.GO
