"""The place where one piece of work runs: its folder, its inputs, its voice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from arena_assets.domain.calls import Answer, Call, Recover, Send, Settle, Sink
from arena_assets.domain.manifest import FileRef
from arena_assets.errors import Outage, UsageFault
from arena_assets.ledger.calls import Caller
from arena_assets.store.blobs import BlobStore
from arena_assets.store.calls import Purpose
from arena_assets.workshop.cancel import CancelFlag

_QUIET_SECONDS = 0.7


class Bench:
    """The :class:`~arena_assets.domain.recipe.WorkContext` of one piece of work.

    ``price_usd`` adds up what its calls cost when they were made, replayed ones too. ``outage`` is
    one that a call met, which the ledger knows of.
    """

    def __init__(
        self,
        workdir: Path,
        inputs: Mapping[str, FileRef],
        blobs: BlobStore,
        cancel: CancelFlag,
        tell: Callable[[float, str], None],
        caller: Caller,
        purpose: Purpose,
    ) -> None:
        self._workdir = workdir
        self._inputs = inputs
        self._blobs = blobs
        self._cancel = cancel
        self._tell = tell
        self._caller = caller
        self._purpose = purpose
        self._prices: dict[str, Decimal] = {}
        self.outage: Outage | None = None
        self._shielded = False
        self._told_at = 0.0
        self._told_note = ""

    @property
    def workdir(self) -> Path:
        return self._workdir

    def input(self, role: str) -> Path:
        if role not in self._inputs:
            raise UsageFault(
                f"The recipe has no input '{role}'", f"Its inputs are {', '.join(self._inputs)}"
            )
        return self._blobs.path(self._inputs[role])

    def progress(self, fraction: float, note: str = "") -> None:
        """Pass progress on, at most about once a second unless the note changes."""
        self.check_cancelled()
        now = time.monotonic()
        if note == self._told_note and now - self._told_at < _QUIET_SECONDS:
            return
        self._told_at, self._told_note = now, note
        self._tell(min(1.0, max(0.0, fraction)), note)

    def check_cancelled(self) -> None:
        if not self._shielded:
            self._cancel.check()

    @property
    def price_usd(self) -> Decimal:
        return sum(self._prices.values(), Decimal(0))

    def call(
        self, call: Call, send: Send, settle: Settle, recover: Recover | None = None
    ) -> Answer:
        def shielded_send(sink: Sink) -> None:
            # What is paid for and cannot be asked for again is waited for: the stop comes after.
            with self._shield(call.ceiling_usd > 0 and recover is None):
                send(sink)

        try:
            called = self._caller.call(
                call,
                shielded_send,
                settle,
                recover,
                purpose=self._purpose,
                cancel=self._cancel.check,
            )
        except Outage as error:
            self.outage = error
            raise
        self._prices[call.key] = called.price_usd
        self.check_cancelled()
        return called.answer

    @contextmanager
    def _shield(self, wanted: bool) -> Iterator[None]:
        self._shielded = wanted
        try:
            yield
        finally:
            self._shielded = False
