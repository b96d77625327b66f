"""Several servers as one: which can do a job, and which is free soonest."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from arena_assets.errors import ArenaError, Outage, Refused
from arena_assets.providers.comfyui.needs import missing
from arena_assets.providers.comfyui.options import ComfyOptions
from arena_assets.providers.comfyui.server import Server
from arena_assets.providers.comfyui.template import Kind, Template
from arena_assets.providers.comfyui.wire import Queue

_SHUN_SECONDS = 10.0
_FRESH_SECONDS = 15.0
_GROUP = 24
"""So many jobs of one workflow may stand together before others get their turn."""


@dataclass(frozen=True, slots=True)
class Able:
    """A template and the servers that have all it needs."""

    template: Template
    models: Mapping[str, str]
    servers: tuple[Server, ...]


class Fleet:
    """Shared by all threads of a process. Which server does a job never shows in its key."""

    def __init__(self, options: ComfyOptions) -> None:
        self.options = options
        self.servers = tuple(Server(each, options.patience) for each in options.servers)
        self._lock = threading.Lock()
        self._bound_for = dict.fromkeys(self.servers, 0)
        self._last_workflow: dict[Server, str] = {}
        self._shunned: dict[Server, float] = {}

    def close(self) -> None:
        for server in self.servers:
            server.close()

    def models(self, template: Template) -> dict[str, str]:
        """The files of weights a template is to use: its own unless settings say otherwise."""
        return {
            slot: self.options.models.get(f"{template.name}.{slot}", str(default))
            for slot, default in template.defaults(Kind.MODEL).items()
        }

    def able(self, templates: Sequence[Template]) -> Able:
        """The first template that some server can run now.

        Raises Outage when none answers, and Refused, saying what to install, when none is able.
        """
        lacks: list[str] = []
        down: list[ArenaError] = []
        for template in templates:
            models, servers = self.models(template), []
            for server in self.hopeful(self.servers):
                try:
                    lack = missing(template, models, server.facts())
                    if lack:
                        lack = missing(template, models, server.facts(_FRESH_SECONDS))
                except ArenaError as error:
                    self.shun(server)
                    down.append(error)
                    continue
                if not lack:
                    servers.append(server)
                else:
                    lacks.append(f"{template.name} on {server.label} lacks {', '.join(lack[:4])}")
            if servers:
                return Able(template, models, tuple(servers))
        if lacks:
            raise Refused(
                f"No ComfyUI server has what a workflow needs: {'; '.join(dict.fromkeys(lacks))}",
                "Install what is missing (docs/comfyui.md says from where), or choose another "
                "workflow",
            )
        raise down[0] if down else Outage("No ComfyUI server is set", "Set ARENA_COMFYUI_URLS")

    @contextmanager
    def choose(self, able: Able) -> Iterator[tuple[Server, float | None]]:
        """The server with the shortest queue, and the number to queue under.

        Jobs that are on their way there count. Of equals, one that ran this workflow last is
        taken, as it has the models in memory.
        """
        workflow = able.template.digest
        with self._lock:
            server, queue = self._shortest(able)
            self._bound_for[server] += 1
            self._last_workflow[server] = workflow
        try:
            yield server, beside(queue, workflow)
        finally:
            with self._lock:
                self._bound_for[server] -= 1

    def _shortest(self, able: Able) -> tuple[Server, Queue]:
        best: tuple[tuple[int, bool], Server, Queue] | None = None
        fault: ArenaError | None = None
        for server in self.hopeful(able.servers):
            try:
                queue = server.queue()
            except ArenaError as error:
                self.shun(server)
                fault = error
                continue
            cold = self._last_workflow.get(server) != able.template.digest
            rank = (len(queue) + self._bound_for[server], cold)
            if best is None or rank < best[0]:
                best = (rank, server, queue)
        if best is None:
            raise fault or Outage("No ComfyUI server is set", "Set ARENA_COMFYUI_URLS")
        return best[1], best[2]

    def hopeful(self, servers: Sequence[Server]) -> Sequence[Server]:
        """Those that did not fail a moment ago; all, when all did."""
        now = time.monotonic()
        return [each for each in servers if self._shunned.get(each, 0.0) < now] or servers

    def shun(self, server: Server) -> None:
        """Leave a server alone for some seconds: it just failed, and twelve jobs may ask."""
        self._shunned[server] = time.monotonic() + _SHUN_SECONDS


def beside(queue: Queue, workflow: str) -> float | None:
    """The number that puts a job beside waiting ones of its workflow, so that models stay loaded.

    None, for the end of the queue, when there are none or already many.
    """
    same = [each.number for each in queue.pending if each.workflow == workflow]
    return max(same) if 0 < len(same) < _GROUP else None
