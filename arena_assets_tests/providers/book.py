"""A journal in memory that keeps the contract of ``WorkContext.call``, for tests of providers.

One book outlives many runs of the same work, as the real journal outlives processes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from arena_assets.domain.calls import Answer, Call, Found, Recover, Send, Settle
from arena_assets.domain.recipe import Produced, Recipe
from arena_assets.errors import ArenaError, ContentFault, OutcomeUnknown


@dataclass
class Row:
    """One call. ``state`` as in the real journal, without the steps before ``sent``."""

    call: Call
    state: Literal["sent", "done", "spoiled", "unknown"]
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    cost: Decimal = Decimal(0)
    sends: int = 0


@dataclass
class Book:
    """The journal's rows and the folder of the answers' bytes."""

    folder: Path
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def spent(self) -> Decimal:
        return sum((row.cost for row in self.rows.values()), Decimal(0))

    @property
    def paid(self) -> int:
        """How many calls were paid for."""
        return sum(row.cost > 0 for row in self.rows.values())

    def body(self, key: str) -> Path:
        return self.folder / f"{key}.answer"

    def mark_sent(self, call: Call) -> None:
        """What a sensor does before it submits a batch: reserve, and commit ``sent``."""
        self.rows[call.key] = Row(call, "sent")

    def was_not_billed(self) -> None:
        """A person looked at the usage page: what is unknown never happened."""
        self.rows = {key: row for key, row in self.rows.items() if row.cost}

    def run(self, recipe: Recipe, workdir: Path, inputs: Mapping[str, Path] | None = None) -> Run:
        workdir.mkdir(parents=True, exist_ok=True)
        run = Run(self, workdir, inputs or {})
        run.produced = recipe.work(run)
        return run

    def stored_text(self) -> str:
        """Everything the journal wrote down, as text."""
        kept = [[row.call.provider, row.call.endpoint, row.call.body, dict(row.headers)]
                for row in self.rows.values()]  # fmt: skip
        bodies = [path.read_bytes().decode("latin-1") for path in self.folder.iterdir()]
        return json.dumps(kept, default=str) + "".join(bodies)


class _FileSink:
    def __init__(self, row: Row, path: Path) -> None:
        self._row, self._path = row, path
        self._open = False

    def accepted(self, status: int, headers: Mapping[str, str]) -> None:
        assert not self._open, "an answer begins once"
        self._open = True
        self._row.status, self._row.headers = status, dict(headers)
        self._path.write_bytes(b"")

    def write(self, chunk: bytes) -> None:
        assert self._open, "a body follows its headers"
        with self._path.open("ab") as file:
            file.write(chunk)


class Run:
    """One run of a recipe's work: a :class:`~arena_assets.domain.recipe.WorkContext`."""

    produced: Produced

    def __init__(self, book: Book, workdir: Path, inputs: Mapping[str, Path]) -> None:
        self._book, self._workdir, self._inputs = book, workdir, inputs
        self.said: list[str] = []

    @property
    def workdir(self) -> Path:
        return self._workdir

    def input(self, role: str) -> Path:
        return self._inputs[role]

    def progress(self, fraction: float, note: str = "") -> None:
        self.said.append(f"{fraction:.3f} {note}")

    def check_cancelled(self) -> None:
        pass

    def call(
        self, call: Call, send: Send, settle: Settle, recover: Recover | None = None
    ) -> Answer:
        row = self._book.rows.get(call.key)
        if row is not None and row.state == "done":
            return self._answer(row, replayed=True)
        if row is not None and row.state == "spoiled":
            raise ContentFault("It was paid for and is of no use", "Redo it", money="yes")
        if row is not None:
            found = recover(self._sink(row)) if recover else Found.UNKNOWN
            if found is Found.ANSWER:
                return self._settle(row, settle)
            if found is Found.UNKNOWN:
                row.state = "unknown"
                raise OutcomeUnknown("It was sent", "Look at the usage page", money="unknown")
        row = row or Row(call, "sent")
        self._book.rows[call.key] = row
        row.sends += 1
        try:
            send(self._sink(row))
        except ArenaError as error:
            if error.money == "no":
                del self._book.rows[call.key]
            elif error.money == "yes":
                row.state, row.cost = "spoiled", call.ceiling_usd
            else:
                row.state = "unknown"
            raise
        except BaseException:
            row.state = "unknown"
            raise
        return self._settle(row, settle)

    def sink_for(self, call: Call) -> _FileSink:
        return self._sink(Row(call, "sent"))

    def _sink(self, row: Row) -> _FileSink:
        return _FileSink(row, self._book.body(row.call.key))

    def _settle(self, row: Row, settle: Settle) -> Answer:
        answer = self._answer(row, replayed=False)
        row.cost = settle(answer)
        assert Decimal(0) < row.cost <= row.call.ceiling_usd
        row.state = "done"
        return answer

    def _answer(self, row: Row, *, replayed: bool) -> Answer:
        return Answer(row.status, row.headers, self._book.body(row.call.key), replayed)
