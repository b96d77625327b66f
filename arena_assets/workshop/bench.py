"""The place where one piece of work runs: its folder, its inputs, its voice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from arena_assets.domain.manifest import FileRef
from arena_assets.errors import UsageFault
from arena_assets.store.blobs import BlobStore
from arena_assets.workshop.cancel import CancelFlag

_QUIET_SECONDS = 0.7


class Bench:
    """The :class:`~arena_assets.domain.recipe.WorkContext` of one piece of work."""

    def __init__(
        self,
        workdir: Path,
        inputs: Mapping[str, FileRef],
        blobs: BlobStore,
        cancel: CancelFlag,
        tell: Callable[[float, str], None],
    ) -> None:
        self._workdir = workdir
        self._inputs = inputs
        self._blobs = blobs
        self._cancel = cancel
        self._tell = tell
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
        self._cancel.check()
        now = time.monotonic()
        if note == self._told_note and now - self._told_at < _QUIET_SECONDS:
            return
        self._told_at, self._told_note = now, note
        self._tell(min(1.0, max(0.0, fraction)), note)

    def check_cancelled(self) -> None:
        self._cancel.check()
