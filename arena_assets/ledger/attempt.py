"""One try at one call: reserve, send, keep the answer, settle; or find out what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from arena_assets.domain.calls import Answer, Call, Found, Recover, Send, Settle
from arena_assets.domain.money import dollars
from arena_assets.errors import (
    ArenaError,
    BlobDamaged,
    Busy,
    Cancelled,
    ContentFault,
    EnvironmentFault,
    Outage,
    OutcomeUnknown,
    Transient,
)
from arena_assets.ledger.answers import AnswerFile, AnswerFolder, Whole, hash_of
from arena_assets.ledger.breaker import Health
from arena_assets.ledger.call_journal import CallJournal, Outcome
from arena_assets.ledger.heartbeat import kept_alive
from arena_assets.store.budgets import ZERO
from arena_assets.store.calls import CallState, PaidCall, Purpose, get_call
from arena_assets.store.database import Database

_SETTLE = "Look it up at the provider, then say what became of it with 'arena settle {key}'"


@dataclass(frozen=True, slots=True)
class Called:
    """An answer and what it cost when it was made."""

    answer: Answer
    price_usd: Decimal


@dataclass
class Attempt:
    """Everything of one try. ``health`` is what it showed about the service."""

    db: Database
    journal: CallJournal
    folder: AnswerFolder
    call: Call
    send: Send
    settle: Settle
    recover: Recover | None
    purpose: Purpose
    cancel: Callable[[], None]
    health: Health = Health.UNTRIED
    _asked: bool = field(default=False, repr=False)

    def run(self) -> Called:
        """The answer: replayed, recovered, or made now. The money's rules are the journal's."""
        turn = self.journal.begin(self.call, self.purpose)
        match turn.outcome:
            case Outcome.REPLAY:
                return replay(self.folder, self.journal, turn.row, self.purpose)
            case Outcome.SPOILED:
                raise spoiled(turn.row)
            case Outcome.BUSY:
                raise Busy(
                    "The same call is being made by another process",
                    "It is looked for again shortly",
                    retry_after=5,
                )
            case Outcome.GO:
                return self._send(turn.row)
            case Outcome.RECOVER:
                return self._find_out(turn.row, "its sender ended without an answer")

    def _send(self, row: PaidCall) -> Called:
        sink = self.folder.sink(row.key, row.attempts)
        try:
            self.cancel()
            sink.prepare()
        except BaseException as error:
            sink.close()
            self.folder.discard(row.key)
            self.journal.failed(row, f"not sent: {_sentence(error)}")
            raise
        row = self.journal.sent(row)
        try:
            with kept_alive(self.journal, row):
                self.send(sink)
            self.health = Health.UP
            whole = sink.finish()
        except BaseException as error:
            sink.close()
            self.health = _health(error, sink.status)
            return self._after_error(row, sink, error)
        finally:
            sink.close()
        if whole is None:
            return self._unknown(row, _cut(row))
        return self._finish(row, whole)

    def _after_error(self, row: PaidCall, sink: AnswerFile, error: BaseException) -> Called:
        """What an error of ``send`` means for the money; raises, unless the answer is saved."""
        money = error.money if isinstance(error, ArenaError) else "unknown"
        if isinstance(error, Cancelled) and (row.ceiling_usd or self.recover is not None):
            money = "unknown"  # we stopped waiting; the service may not have stopped
        if money == "no":
            # Files first: were the row let go before, a later attempt could salvage them.
            self.folder.discard(row.key)
            self.journal.failed(row, _sentence(error))
            raise error
        if money == "yes":
            whole = sink.finish() or self.folder.salvage(row.key)
            price = row.ceiling_usd if whole is None else self._price(row, whole)[0]
            self.journal.spoiled(row, price, _sentence(error))
            raise error
        return self._unknown(row, error)

    def _unknown(self, row: PaidCall, error: BaseException) -> Called:
        """Sent, and no answer came back: salvage it, ask for it, or park it."""
        stopped = isinstance(error, Cancelled) or not isinstance(error, Exception)
        whole = self.folder.salvage(row.key)
        if whole is not None:
            called = self._finish(row, whole)
            if stopped:
                raise error
            return called
        if not stopped and self.recover is not None and not self._asked:
            return self._find_out(row, _sentence(error))
        if row.ceiling_usd or self.recover is not None:
            self.journal.park(row, _sentence(error))
            if stopped:
                raise error
            raise parked(row, _sentence(error)) from error
        self.folder.discard(row.key)
        self.journal.failed(row, _sentence(error))
        if stopped or isinstance(error, ArenaError):
            raise error
        raise Transient(
            f"{row.service} did not answer ({_sentence(error)})", "It is tried again"
        ) from error

    def _find_out(self, row: PaidCall, why: str) -> Called:
        """Recover a call that was sent: its answer, or leave to send again, or park it."""
        whole = self.folder.salvage(row.key)
        if whole is not None:
            return self._finish(row, whole)
        if self.recover is None:
            found = Found.UNKNOWN if row.ceiling_usd else Found.NOTHING
        else:
            found, whole = self._ask(row, self.recover)
        if whole is not None:
            return self._finish(row, whole)
        if found is Found.NOTHING:
            self.folder.discard(row.key)
            return self._send(self.journal.again(row))
        self.journal.park(row, why)
        raise parked(row, why)

    def _ask(self, row: PaidCall, recover: Recover) -> tuple[Found, Whole | None]:
        self._asked = True
        sink = self.folder.sink(row.key, row.attempts)
        try:
            self.cancel()
            sink.prepare()
            with kept_alive(self.journal, row):
                found = recover(sink)
            self.health = Health.UP
            return found, sink.finish() if found is Found.ANSWER else None
        except BaseException as error:
            self.health = _health(error, sink.status)
            if isinstance(error, Busy):
                raise  # still in work there: no riddle for a person, asked for again later
            self.journal.park(row, f"could not be asked for: {_sentence(error)}")
            if isinstance(error, ArenaError) and row.ceiling_usd:
                error.money = "unknown"
            if isinstance(error, ArenaError) or not isinstance(error, Exception):
                raise
            raise parked(row, _sentence(error)) from error
        finally:
            sink.close()

    def _finish(self, row: PaidCall, whole: Whole) -> Called:
        self.journal.answered(row, whole)
        price, note = self._price(row, whole)
        if not self.journal.done(row, whole, price, note):
            now = get_call(self.db, row.key)
            if now is None or now.state is not CallState.DONE:
                raise Busy("The call was taken over", "It goes on elsewhere", retry_after=5)
            return replay(self.folder, self.journal, now, self.purpose)
        return Called(_answer(whole.status, whole.headers, whole.path, replayed=False), price)

    def _price(self, row: PaidCall, whole: Whole) -> tuple[Decimal, str | None]:
        """What it cost; the whole reservation where the provider cannot tell from the answer."""
        answer = _answer(whole.status, whole.headers, whole.path, replayed=False)
        try:
            return self.settle(answer), None
        except Exception as error:
            return row.ceiling_usd, f"priced at its ceiling: {_sentence(error)}"


def replay(folder: AnswerFolder, journal: CallJournal, row: PaidCall, purpose: Purpose) -> Called:
    """The kept answer of a call that is done, its bytes verified."""
    path = folder.path(row.answer or "-")
    if not path.is_file() or hash_of(path) != row.sha256:
        raise BlobDamaged(
            f"The answer to {row.provider} {row.endpoint} was paid for ({row.key[:16]}…), and its "
            f"bytes at {path} are missing or changed",
            "Restore the calls folder from a backup, or ask for another take with 'arena redo'",
            money="yes",
        )
    journal.replayed(row, purpose)
    headers = {name: str(value) for name, value in (row.headers or {}).items()}
    return Called(_answer(row.status or 0, headers, path, replayed=True), row.price_usd or ZERO)


def spoiled(row: PaidCall) -> ContentFault:
    """A call that was charged and gave nothing is not made again by itself."""
    return ContentFault(
        f"{row.provider} charged {dollars(row.price_usd or ZERO)} for an answer that cannot be "
        f"used ({row.error})",
        "Ask for another take with 'arena redo'",
        money="yes",
    )


def parked(row: PaidCall, why: str) -> OutcomeUnknown:
    """A call that waits for a person."""
    return OutcomeUnknown(
        f"A call to {row.service} was sent and its outcome is unknown ({why.rstrip('.')}); "
        f"{dollars(row.reserved_usd)} stay reserved",
        _SETTLE.format(key=row.key[:16]),
        money="unknown",
    )


def _answer(status: int, headers: object, path: Path, *, replayed: bool) -> Answer:
    kept = headers if isinstance(headers, dict) else {}
    return Answer(status, kept, path, replayed)


def _cut(row: PaidCall) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"The answer of {row.service} broke off", "It is looked for again", money="unknown"
    )


def _health(error: BaseException, status: int | None) -> Health:
    """What an error says about the service, not about the request."""
    if isinstance(error, (Outage, Transient)):
        return Health.DOWN
    if isinstance(error, (Cancelled, EnvironmentFault)) or not isinstance(error, Exception):
        return Health.UNTRIED
    if status is not None:
        return Health.UP if status < 500 else Health.DOWN
    if isinstance(error, ArenaError) and not isinstance(error, OutcomeUnknown):
        return Health.UP
    return Health.DOWN


def _sentence(error: BaseException) -> str:
    return str(error) if isinstance(error, ArenaError) else f"{type(error).__name__}: {error}"
