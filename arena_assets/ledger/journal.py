"""The journal of work: who is doing what, and what must never be sent twice.

A row per content key moves ``intent`` → ``sent`` → ``done`` | ``failed`` | ``unknown``. The
invariants, over all processes that share the database:

1. For one key at most one holder of a turn at a time may send: :meth:`Journal.sent` succeeds only
   for the turn that the row still names, and commits before it returns.
2. Paid work that was sent and has no recorded end is never handed out again. Once its holder is
   gone it becomes ``unknown`` and stays so until a person (or a late answer) settles it.
3. ``done`` is final for paid work; free work may be reopened when its bytes were lost.
4. Work that was never sent, and free work in any state, is handed on as soon as its holder has
   died (noticed at once on the same host) or its lease has run out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from arena_assets.errors import Busy, NotFound, Refused
from arena_assets.ledger.owner import owner_alive
from arena_assets.store.base import usd, utc_now
from arena_assets.store.database import Database
from arena_assets.store.work import (
    Work,
    WorkState,
    change_work,
    current_work,
    get_work,
    locked_work,
)

_OPEN = (WorkState.INTENT, WorkState.SENT)


class Outcome(StrEnum):
    """What :meth:`Journal.begin` decided."""

    GO = "go"
    """Do the work; the turn is yours."""
    REPLAY = "replay"
    """It is done: use the result."""
    BUSY = "busy"
    """Someone alive is at it."""
    UNKNOWN = "unknown"
    """Paid for, perhaps; it waits for a person and is never sent again by itself."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to ``begin``. ``work`` is the row as it is now.

    With ``GO`` the turn is the right to do the work, and its ``attempt`` number the fence: once
    another turn was given out, this one can record nothing any more.
    """

    outcome: Outcome
    work: Work

    @property
    def key(self) -> str:
        return self.work.key

    @property
    def attempt(self) -> int:
        return self.work.attempts


class Journal:
    """Turns at work, one holder per key. Every method is one committed transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(
        self,
        key: str,
        slot: str,
        recipe: str,
        provider: str,
        ceiling_usd: float | Decimal,
        owner: str,
        lease_seconds: float,
    ) -> Turn:
        """Ask for a turn at the work of a content key; of callers at once exactly one gets ``GO``.

        ``owner`` is :func:`~arena_assets.ledger.owner.owner_id` of the process that will work. A
        holder that stops without :meth:`done`, :meth:`failed` or :meth:`unknown` blocks its own
        process until the lease ends, so record the end in every case.
        """
        now = utc_now()
        new = Work(
            key=key,
            slot=slot,
            recipe=recipe,
            provider=provider,
            price_ceiling_usd=usd(ceiling_usd),
            price_usd=None,
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
                _hand_over(session, work, new)
            elif outcome is Outcome.UNKNOWN:
                _park(session, work)
            # Read before the lock is let go, so that the fence is this turn's and no later one's.
            return Turn(outcome, current_work(session, key) or work)

    def sent(self, turn: Turn) -> None:
        """Record that the call is about to be made. Only after this returns may it be made.

        Raises :class:`Busy` when another holder has taken the work over: then do not send.
        """
        if not self._change(turn, (WorkState.INTENT,), state=WorkState.SENT.value):
            raise Busy(f"The work on {turn.work.slot} was taken over", "It goes on elsewhere")

    def renew(self, turn: Turn, lease_seconds: float) -> bool:
        """Hold the turn for longer; False when it was lost, then stop working."""
        until = utc_now() + timedelta(seconds=lease_seconds)
        return self._change(turn, _OPEN, lease_until=until)

    def done(self, turn: Turn, price_usd: float | Decimal = 0.0) -> bool:
        """Record the end and the real price; a late answer settles ``unknown`` work too.

        Paid work must have been ``sent``. False when the row belongs to another turn.
        """
        states = (WorkState.SENT, WorkState.UNKNOWN) if turn.work.paid else _OPEN
        return self._change(
            turn, states, state=WorkState.DONE.value, price_usd=usd(price_usd), error=None
        )

    def failed(self, turn: Turn, error: str) -> bool:
        """Record that it came to nothing and *was not billed*; the work may begin anew.

        When a paid call may have been billed, call :meth:`unknown` instead.
        """
        return self._change(
            turn, (*_OPEN, WorkState.UNKNOWN), state=WorkState.FAILED.value, error=error
        )

    def unknown(self, turn: Turn, error: str) -> bool:
        """Park a call that was sent and whose outcome cannot be known (a read timeout, a 500)."""
        return self._change(turn, (WorkState.SENT,), state=WorkState.UNKNOWN.value, error=error)

    def reopen(self, key: str, reason: str) -> None:
        """Let free work that is done be done again, because its bytes were lost or damaged.

        Raises :class:`Refused` for paid work: that takes a new take, which is a new key.
        """
        work = get_work(self._db, key)
        if work is None:
            raise NotFound("That work was never begun", "Run it; it begins anew")
        if work.paid:
            raise Refused(
                f"The work on {work.slot} was paid for and is not sent again by itself",
                "Ask for another take with 'arena redo'",
            )
        with self._db.write() as session:
            change_work(
                session,
                key,
                states=(WorkState.DONE,),
                state=WorkState.FAILED.value,
                error=reason,
            )

    def _change(self, turn: Turn, states: tuple[WorkState, ...], **values: object) -> bool:
        with self._db.write() as session:
            return change_work(
                session,
                turn.key,
                states=states,
                held=turn.work,
                **values,
            )


def _decide(work: Work) -> Outcome:
    """What a second comer may do with a row."""
    if work.state is WorkState.DONE:
        return Outcome.REPLAY
    if work.state is WorkState.FAILED:
        return Outcome.GO
    if work.state is WorkState.UNKNOWN:
        return Outcome.UNKNOWN if work.paid else Outcome.GO
    if utc_now() < work.lease_until and owner_alive(work.owner) is not False:
        return Outcome.BUSY
    return Outcome.UNKNOWN if work.paid and work.state is WorkState.SENT else Outcome.GO


def _hand_over(session: Session, work: Work, new: Work) -> None:
    change_work(
        session,
        work.key,
        states=(work.state,),
        state=WorkState.INTENT.value,
        owner=new.owner,
        lease_until=new.lease_until,
        attempts=work.attempts + 1,
        price_ceiling_usd=max(work.price_ceiling_usd, new.price_ceiling_usd),
        error=None,
    )


def _park(session: Session, work: Work) -> None:
    change_work(
        session,
        work.key,
        states=(WorkState.SENT,),
        state=WorkState.UNKNOWN.value,
        error="its sender ended without an answer",
    )
