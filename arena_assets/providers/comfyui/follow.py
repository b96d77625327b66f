"""Waiting for a job: polling decides, the server's events only tell how far it is."""

from __future__ import annotations

import time
from collections.abc import Mapping

from arena_assets.domain.recipe import WorkContext
from arena_assets.errors import ArenaError, Outage, Transient, WorkFault
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

    A server that is away for longer than its patience raises Outage; a job that runs for longer
    than that raises JobTooLong.
    """
    running_since: float | None = None
    away_since: float | None = None
    with server.feed.listen(prompt_id, told.weights) as listener:
        while True:
            told.context.check_cancelled()
            now = time.monotonic()
            try:
                sight = look(server, prompt_id)
                away_since = None
            except (Outage, Transient) as error:
                away_since = _still_away(server, away_since, now, error)
                told.away(server)
                listener.wait(server.patience.poll)
                continue
            match sight.state:
                case State.DONE | State.FAILED | State.LOST:
                    return sight
                case State.WAITING:
                    told.waiting(server, sight)
                case State.RUNNING:
                    told.running(server, listener)
                    running_since = running_since or now
                    if now - running_since > server.patience.job:
                        raise JobTooLong(
                            f"The job has run for {server.patience.job:.0f} s on {server.label}",
                            "Choose fewer steps or a smaller size, or raise the job's time limit",
                        )
            listener.wait(server.patience.poll)


class JobTooLong(WorkFault):
    """A job that is stopped for its length; it leaves the server's queue. Not tried again: it
    would take as long."""


def _still_away(server: Server, since: float | None, now: float, error: ArenaError) -> float:
    since = now if since is None else since
    if now - since > server.patience.absence:
        raise error
    return since
