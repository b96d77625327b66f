"""The embedded stage's view of a scene, rendered as a part of other work."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from arena_assets.domain.calls import Answer, Call, Recover, Send, Settle
from arena_assets.domain.recipe import Recipe, WorkContext

_RENDERER = threading.Lock()
"""The renderer uses every core itself, so jobs get their guides one after another; the GPU works
on the first while the second is rendered."""
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Part:
    """A context whose work is the first ``share`` of a larger one."""

    whole: WorkContext
    share: float

    @property
    def workdir(self) -> Path:
        return self.whole.workdir

    def input(self, role: str) -> Path:
        return self.whole.input(role)

    def progress(self, fraction: float, note: str = "") -> None:
        self.whole.progress(fraction * self.share, note)

    def check_cancelled(self) -> None:
        self.whole.check_cancelled()

    def call(
        self, call: Call, send: Send, settle: Settle, recover: Recover | None = None
    ) -> Answer:
        return self.whole.call(call, send, settle, recover)


def rendered(guide: Recipe, context: WorkContext, share: float = 0.05) -> dict[str, Path]:
    """Files of a stage's picture by role: ``picture``, ``depth``, ``mask``."""
    while not _RENDERER.acquire(timeout=_LOOK_SECONDS):
        context.check_cancelled()
    try:
        return dict(guide.work(_Part(context, share)).files)
    finally:
        _RENDERER.release()
