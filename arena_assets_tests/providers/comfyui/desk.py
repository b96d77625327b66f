"""A workshop and a ledger in memory, true to what a provider may count on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from arena_assets.domain.calls import Answer, Call, Found, Recover, Send, Settle
from arena_assets.errors import ArenaError, Cancelled, OutcomeUnknown


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Paper:
    """A sink: what arrived, and whether it was accepted first."""

    path: Path
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def accepted(self, status: int, headers: Mapping[str, str]) -> None:
        self.status, self.headers = status, dict(headers)
        self.path.write_bytes(b"")

    def write(self, chunk: bytes) -> None:
        assert self.status, "bytes before accepted()"
        with self.path.open("ab") as file:
            file.write(chunk)


@dataclass
class Ledger:
    """Calls by key: ``sent`` until their answer is whole. It outlives a crash."""

    folder: Path
    states: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    sends: list[str] = field(default_factory=list)
    costs: list[Decimal] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


@dataclass
class Desk:
    """A WorkContext. ``heed`` is called on every progress and may crash."""

    workdir: Path
    ledger: Ledger
    inputs: Mapping[str, Path] = field(default_factory=dict)
    heed: Callable[[float, str], None] = lambda _fraction, _note: None
    said: list[tuple[float, str]] = field(default_factory=list)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def input(self, role: str) -> Path:
        return self.inputs[role]

    def progress(self, fraction: float, note: str = "") -> None:
        self.said.append((fraction, note))
        self.heed(fraction, note)

    def check_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise Cancelled("A person stopped it", "Resume when you like")

    def call(
        self, call: Call, send: Send, settle: Settle, recover: Recover | None = None
    ) -> Answer:
        ledger, key = self.ledger, call.key
        ledger.calls.append(call)
        if key in ledger.answers:
            kept = ledger.answers[key]
            return Answer(kept.status, kept.headers, kept.body, replayed=True)
        paper = Paper(ledger.folder / f"{key}.answer")
        if ledger.states.get(key) == "sent":
            found = recover(paper) if recover else Found.UNKNOWN
            if found is Found.UNKNOWN:
                raise OutcomeUnknown("Nobody knows", "Look", money="unknown")
            if found is Found.ANSWER:
                return self._settled(key, paper, settle)
        ledger.states[key] = "sent"
        ledger.sends.append(key)
        try:
            send(paper)
        except ArenaError as error:
            if error.money == "no":
                del ledger.states[key]
            raise
        return self._settled(key, paper, settle)

    def _settled(self, key: str, paper: Paper, settle: Settle) -> Answer:
        size = int(paper.headers["content-length"])
        assert paper.path.stat().st_size == size, "a cut answer was passed on as whole"
        answer = Answer(paper.status, paper.headers, paper.path)
        self.ledger.costs.append(settle(answer))
        self.ledger.states[key] = "done"
        self.ledger.answers[key] = answer
        return answer
