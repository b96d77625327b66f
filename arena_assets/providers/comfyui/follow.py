"""Waiting for a job: polling decides, the server's events only tell how far it is."""

from __future__ import annotations

import time
from collections.abc import Mapping

from arena_assets.domain.recipe import WorkContext
from arena_assets.errors import Outage, Transient, WorkFault
from arena_assets.providers.comfyui.look import Sight, State, look
from arena_assets.providers.comfyui.progress import Listener
from arena_assets.providers.comfyui.server import Server
from arena_assets.providers.comfyui.template import Template, Values

_STEP = 0.02
_FROM, _TO = 0.05, 0.95


class Told:
    """Tells the workshop what is new, and only that."""

    def __init__(self, context: WorkContext, template: Template, values: Values) -> None:
        self.context = context
        self.template = template
        self.weights: Mapping[str, float] = template.weights(values)
        self._last: tuple[float, str] = (-1.0, "")

    def waiting(self, server: Server, sight: Sight) -> None:
        note = f"{sight.ahead} before it at {server.label}" if sight.ahead else "next in the queue"
        self._say(_FROM, note)

    def running(self, server: Server, listener: Listener) -> None:
        node = self.template.titles.get(listener.node, "")
        share = _FROM + (_TO - _FROM) * listener.fraction
        self._say(share, f"{node or 'working'} at {server.label}")

    def away(self, server: Server) -> None:
        self._say(max(self._last[0], 0.0), f"waiting for {server.label} to come back")

    def _say(self, fraction: float, note: str) -> None:
        before, said = self._last
        if note != said or fraction - before >= _STEP:
            self._last = (fraction, note)
            self.context.progress(fraction, note)


def follow(server: Server, prompt_id: str, told: Told) -> Sight:
    """Wait until the job is done, failed or lost.

    A server that is away, or has work and does none, for longer than its patience raises Outage; a
    job that runs for longer than that raises JobTooLong. Waiting for others' jobs has no limit.
    """
    patience = server.patience
    away, idle, runs = _Span(), _Span(), _Span()
    with server.feed.listen(prompt_id, told.weights) as listener:
        while True:
            told.context.check_cancelled()
            try:
                sight = look(server, prompt_id, age=patience.poll)
            except (Outage, Transient):
                if away.lasts() > patience.absence:
                    raise
                told.away(server)
                listener.wait(patience.poll)
                continue
            away.end()
            if sight.state is State.WAITING:
                told.waiting(server, sight)
                if not sight.idle:
                    idle.end()
                elif idle.lasts() > patience.absence:
                    raise Outage(
                        f"ComfyUI at {server.label} has jobs in its queue and does none",
                        "Restart it; the job is queued again then",
                    )
            elif sight.state is State.RUNNING:
                told.running(server, listener)
                if runs.lasts() > patience.job:
                    raise JobTooLong(
                        f"The job has run for {patience.job:.0f} s on {server.label}",
                        "Choose fewer steps or a smaller size, or raise the job's time limit",
                    )
            else:
                return sight
            listener.wait(patience.poll)


class _Span:
    """How long something has lasted, from when it was first noticed."""

    def __init__(self) -> None:
        self._since: float | None = None

    def lasts(self) -> float:
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        return now - self._since

    def end(self) -> None:
        self._since = None


class JobTooLong(WorkFault):
    """A job that is stopped for its length; it leaves the server's queue. Not tried again: it
    would take as long."""
