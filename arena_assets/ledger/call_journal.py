"""The journal of calls: one row per content key, its money, and who may send it.

A row moves ``intent`` → ``sent`` → ``done`` | ``spoiled`` | ``failed`` | ``unknown``. Over all
processes that share the database:

1. A call is sent only under a committed reservation of its ceiling (:meth:`CallJournal.begin`),
   and only after ``sent`` was committed by the one holder whom the row then named.
2. Of a row that was sent and has no recorded end, the next holder gets ``RECOVER``, never ``GO``:
   it salvages, asks the service, or parks; it does not send unless the service says that nothing
   had arrived.
3. Money is held exactly as long as the row is ``intent``, ``sent`` or ``unknown``.
4. ``attempts`` is the fence: who was taken over changes nothing any more, except that a late
   answer may still settle the attempt it belongs to.

Every method is one transaction. Rows are locked in one order: the call, its spending, the events.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from pydantic import JsonValue
from sqlalchemy.orm import Session

from arena_assets.domain.calls import Call
from arena_assets.errors import Busy
from arena_assets.ledger.answers import Whole
from arena_assets.ledger.budget import require_room
from arena_assets.ledger.owner import owner_alive, owner_id
from arena_assets.store import events
from arena_assets.store.base import usd, utc_now
from arena_assets.store.budgets import ZERO, EntryKind, locked_budgets, month_of, move_money
from arena_assets.store.calls import (
    CallState,
    PaidCall,
    Purpose,
    change_call,
    insert_call,
    lock_call,
)
from arena_assets.store.database import Database

LEASE_SECONDS = 120.0


class Outcome(StrEnum):
    """What :meth:`CallJournal.begin` decided."""

    GO = "go"
    REPLAY = "replay"
    RECOVER = "recover"
    SPOILED = "spoiled"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class CallTurn:
    """The answer to ``begin``; ``row`` is the call as it is now."""

    outcome: Outcome
    row: PaidCall


class CallJournal:
    """The transitions of calls."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, call: Call, purpose: Purpose) -> CallTurn:
        """Ask for a turn at a call. With ``GO`` its ceiling is reserved when this returns.

        Raises :class:`Refused` when a cap leaves no room; then nothing was written. Only one
        thread of a process may hold a key at a time: its own open row counts as abandoned.
        """
        new = _fresh(call, purpose)
        with self._db.write() as session:
            row = lock_call(session, new.key)
            if row is None:
                return self._first(session, new)
            outcome = _decide(row)
            if outcome is Outcome.GO:
                row = self._take_over(session, row, new)
                self._event(session, "call_reserved", row, usd=str(row.reserved_usd))
            elif outcome is Outcome.RECOVER:
                taken = replace(
                    row,
                    state=CallState.SENT,
                    owner=new.owner,
                    lease_until=new.lease_until,
                    attempts=row.attempts + 1,
                )
                write(session, row, taken)
                row = taken
            return CallTurn(outcome, row)

    def sent(self, row: PaidCall) -> PaidCall:
        """Record that the call is about to be made. Only after this returns may it be made.

        Raises :class:`Busy` when another holder has taken it over: then do not send.
        """
        with self._db.write() as session:
            if not change_call(session, row, state=CallState.SENT.value):
                raise Busy("The call was taken over", "It goes on elsewhere", retry_after=5)
            self._event(session, "call_sent", row)
        return replace(row, state=CallState.SENT)

    def again(self, row: PaidCall) -> PaidCall:
        """Record that a call which was sent never arrived: it may be sent, its money still held."""
        with self._db.write() as session:
            if not change_call(session, row, state=CallState.INTENT.value):
                raise Busy("The call was taken over", "It goes on elsewhere", retry_after=5)
        return replace(row, state=CallState.INTENT)

    def renew(self, row: PaidCall) -> bool:
        """Hold the call for longer; False when it was lost."""
        with self._db.write() as session:
            until = utc_now() + timedelta(seconds=LEASE_SECONDS)
            return change_call(session, row, lease_until=until)

    def answered(self, row: PaidCall, whole: Whole) -> None:
        """Tell that the whole answer is on disk."""
        with self._db.write() as session:
            self._event(session, "call_answered", row, status=whole.status, size=whole.size)

    def done(self, row: PaidCall, whole: Whole, price: Decimal, note: str | None) -> bool:
        """Settle: the answer's place and price are recorded, the reservation ends.

        A late answer settles a call that was parked, or that a person has settled meanwhile. False
        when it was handed to somebody else; the answer stays on disk, where it is found.
        """
        price = max(ZERO, usd(price))
        with self._db.write() as session:
            now = self._held(session, row, set(CallState) - {CallState.INTENT, CallState.DONE})
            if now is None:
                return False
            paid = now.price_usd or ZERO
            move_money(
                session,
                now,
                EntryKind.SETTLE,
                reserved=-now.reserved_usd,
                spent=price - paid,
                note=note,
            )
            settled = replace(
                now,
                state=CallState.DONE,
                reserved_usd=ZERO,
                price_usd=price,
                status=whole.status,
                headers=dict(whole.headers),
                answer=whole.path.name,
                size=whole.size,
                sha256=whole.sha256,
                error=note,
            )
            write(session, now, settled)
            self._event(session, "call_settled", now, usd=str(price))
        return True

    def spoiled(self, row: PaidCall, price: Decimal, error: str) -> bool:
        """Record that it was charged and gave nothing to use."""
        price = max(ZERO, usd(price))
        with self._db.write() as session:
            now = self._held(session, row, {CallState.SENT, CallState.UNKNOWN})
            if now is None:
                return False
            spoil(session, now, price, EntryKind.SETTLE, error)
            self._event(session, "call_settled", now, usd=str(price), why=error)
        return True

    def failed(self, row: PaidCall, error: str) -> bool:
        """Record that it came to nothing and *was not charged*; its reservation is given back."""
        with self._db.write() as session:
            states = {CallState.INTENT, CallState.SENT, CallState.UNKNOWN}
            now = self._held(session, row, states)
            if now is None:
                return False
            release(session, now, error)
            self._event(session, "call_released", now, why=error)
        return True

    def park(self, row: PaidCall, error: str) -> bool:
        """Park a call whose outcome cannot be known; its reservation stays."""
        with self._db.write() as session:
            now = self._held(session, row, {CallState.SENT})
            if now is None:
                return False
            write(session, now, replace(now, state=CallState.UNKNOWN, error=error))
            self._event(session, "call_parked", now, usd=str(now.reserved_usd), why=error)
        return True

    def replayed(self, row: PaidCall, purpose: Purpose) -> None:
        """Tell that an answer was used again, for free."""
        shown = replace(row, arena_id=purpose.arena_id, slot=purpose.slot)
        with self._db.write() as session:
            self._event(session, "call_replayed", shown, usd="0")

    def _first(self, session: Session, new: PaidCall) -> CallTurn:
        """Begin a call nobody has begun. Room is looked for first: a refusal writes nothing."""
        _require_room(session, new)
        reserved = replace(new, reserved_usd=new.ceiling_usd)
        if not insert_call(session, reserved):
            return CallTurn(Outcome.BUSY, new)
        move_money(session, reserved, EntryKind.RESERVE, reserved=new.ceiling_usd)
        self._event(session, "call_reserved", reserved, usd=str(new.ceiling_usd))
        return CallTurn(Outcome.GO, reserved)

    @staticmethod
    def _take_over(session: Session, before: PaidCall, new: PaidCall) -> PaidCall:
        """Begin a call anew for whom it is now, at today's ceiling; an old reservation ends.

        It is a call of today from here on: a provider counts it on the day on which it was made,
        not on the one on which it was first tried.
        """
        note = "taken over"
        move_money(session, before, EntryKind.RELEASE, reserved=-before.reserved_usd, note=note)
        _require_room(session, new)
        move_money(session, new, EntryKind.RESERVE, reserved=new.ceiling_usd)
        taken = replace(
            new,
            attempts=before.attempts + 1,
            reserved_usd=new.ceiling_usd,
        )
        write(session, before, taken)
        return taken

    @staticmethod
    def _held(session: Session, row: PaidCall, states: Collection[CallState]) -> PaidCall | None:
        """The row as it is now, locked, if it is still in the hands and in one of the states."""
        now = lock_call(session, row.key)
        if now is None or now.state not in states:
            return None
        return now if (now.owner, now.attempts) == (row.owner, row.attempts) else None

    @staticmethod
    def _event(session: Session, kind: str, row: PaidCall, **data: JsonValue) -> None:
        what = {"call": row.key[:16], "provider": row.provider, "endpoint": row.endpoint}
        events.append(
            session,
            kind,
            request_id=row.request_id,
            arena_id=row.arena_id,
            slot=row.slot,
            data={**what, **data},
        )


def release(session: Session, now: PaidCall, note: str) -> None:
    """Give a locked call's reservation back and let it begin anew."""
    move_money(session, now, EntryKind.RELEASE, reserved=-now.reserved_usd, note=note)
    write(session, now, replace(now, state=CallState.FAILED, reserved_usd=ZERO, error=note))


def spoil(session: Session, now: PaidCall, price: Decimal, kind: EntryKind, note: str) -> None:
    """End a locked call as charged without an answer."""
    move_money(session, now, kind, reserved=-now.reserved_usd, spent=price, note=note)
    ended = replace(now, state=CallState.SPOILED, reserved_usd=ZERO, price_usd=price, error=note)
    write(session, now, ended)


def _fresh(call: Call, purpose: Purpose) -> PaidCall:
    now = utc_now()
    model = call.body.get("model", call.body.get("model_id"))
    return PaidCall(
        key=call.key,
        provider=call.provider,
        service=call.service,
        endpoint=call.endpoint,
        model=model if isinstance(model, str) else None,
        take=call.take,
        turn=call.turn,
        body=dict(call.body),
        arena_id=purpose.arena_id,
        request_id=purpose.request_id,
        project=purpose.project,
        slot=purpose.slot,
        state=CallState.INTENT,
        ceiling_usd=usd(call.ceiling_usd),
        reserved_usd=ZERO,
        price_usd=None,
        month=month_of(now),
        owner=owner_id(),
        lease_until=now + timedelta(seconds=LEASE_SECONDS),
        attempts=1,
        status=None,
        headers=None,
        answer=None,
        size=None,
        sha256=None,
        error=None,
        created_at=now,
        updated_at=now,
    )


def _require_room(session: Session, new: PaidCall) -> None:
    if new.ceiling_usd:
        budgets = locked_budgets(session, new.project, new.request_id, new.month)
        require_room(budgets, new.ceiling_usd, new.purpose)


def _decide(row: PaidCall) -> Outcome:
    """What a second comer may do with a row."""
    match row.state:
        case CallState.DONE:
            return Outcome.REPLAY
        case CallState.SPOILED:
            return Outcome.SPOILED
        case CallState.FAILED:
            return Outcome.GO
        case CallState.UNKNOWN:
            return Outcome.RECOVER
    if in_use(row):
        return Outcome.BUSY
    return Outcome.GO if row.state is CallState.INTENT else Outcome.RECOVER


def in_use(row: PaidCall, *, own: bool = False) -> bool:
    """Whether the holder of an open row is still at it.

    On its own host a process is seen to live or not, so that a clock set forward takes nothing from
    it; elsewhere its lease must do. ``own`` is the answer for a row of this very process.
    """
    if row.owner == owner_id():
        return own
    alive = owner_alive(row.owner)
    return utc_now() < row.lease_until if alive is None else alive


def write(session: Session, before: PaidCall, after: PaidCall) -> None:
    """Write what differs. The row is locked, so nobody can have changed it in between."""
    changed = {
        name: getattr(after, name)
        for name in PaidCall.__slots__
        if getattr(after, name) != getattr(before, name)
    }
    if "state" in changed:
        changed["state"] = after.state.value
    changed.pop("updated_at", None)
    if changed and not change_call(session, before, **changed):
        raise Busy("The call was taken over", "It goes on elsewhere", retry_after=5)
