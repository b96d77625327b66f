"""One job on its way through a server: found again or queued, followed, fetched, cancelled.

``send`` and ``recover`` both look first, at every server: a job that was queued before a crash is
attached to, and one whose server has forgotten it is found by its file, whose name follows from
the job's id.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from arena_assets.domain.calls import Found, Sink
from arena_assets.domain.recipe import WorkContext
from arena_assets.errors import ArenaError, Outage, Transient
from arena_assets.providers.comfyui.cancel import cancelled_with
from arena_assets.providers.comfyui.faults import NotThere, OutOfMemory, failed_job
from arena_assets.providers.comfyui.fleet import Able, Fleet
from arena_assets.providers.comfyui.follow import Told, follow
from arena_assets.providers.comfyui.look import Sight, State, look
from arena_assets.providers.comfyui.needs import listed_model
from arena_assets.providers.comfyui.server import Server
from arena_assets.providers.comfyui.template import Values
from arena_assets.providers.comfyui.whole import is_whole, most_bytes
from arena_assets.providers.comfyui.wire import OutputFile

FOLDER = "arena"
"""The folder below the server's output folder that our files go to."""
_TRIES = 3
_FETCHES = 4
_CHUNK = 1 << 18


@dataclass(slots=True)
class Job:
    """``values`` are those of text and number slots; ``uploads`` the pictures of image slots."""

    fleet: Fleet
    able: Able
    values: Values
    uploads: Mapping[str, Path]
    names: Mapping[str, str]
    prompt_id: str
    context: WorkContext
    _attempt: int = field(default=0, init=False)

    def send(self, sink: Sink) -> None:
        """A :data:`~arena_assets.domain.calls.Send`: queue the job unless it is there already."""
        for _ in range(_TRIES):
            server = self._find(strict=False) or self._submit()
            sight = self._follow(server)
            if sight.state is State.FAILED:
                raise self._fault(server, sight)
            if self._deliver(server, sight, sink):
                return
        raise Transient(
            f"ComfyUI lost the job {_TRIES} times or gave no whole file", "It is tried again"
        )

    def recover(self, sink: Sink) -> Found:
        """A :data:`~arena_assets.domain.calls.Recover`: attach to the job, or find its file.

        A refused connection means no process, and so no queue. A server that cannot be asked
        otherwise raises: it may still be at work.
        """
        server = self._find(strict=True)
        if server is None:
            return Found.NOTHING
        sight = self._follow(server)
        return Found.ANSWER if self._deliver(server, sight, sink) else Found.NOTHING

    def _find(self, *, strict: bool) -> Server | None:
        """The server that has the job or its file; a failed try there is forgotten."""
        fault: ArenaError | None = None
        servers = self.fleet.servers
        for server in servers if strict else self.fleet.hopeful(servers):
            try:
                sight = look(server, self.prompt_id)
                if sight.state is State.FAILED:
                    server.forget(self.prompt_id)
                elif sight.state is not State.LOST or self._leftover(server):
                    return server
            except NotThere:
                self.fleet.shun(server)
            except (Outage, Transient) as error:
                self.fleet.shun(server)
                fault = error
        if fault is not None and strict:
            raise fault
        return None

    def _submit(self) -> Server:
        with self.fleet.choose(self.able) as (server, number):
            self._leftover(server)
            self._attempt += 1
            facts, template = server.facts(), self.able.template
            kept = {
                slot: server.upload(path, self.names[slot]) for slot, path in self.uploads.items()
            }
            models = {
                slot: listed_model(template, slot, name, facts) or name
                for slot, name in self.able.models.items()
            }
            prefix = f"{FOLDER}/{self._stem(self._attempt)}"
            graph = template.fill({**self.values, **kept, **models}, prefix)
            try:
                server.submit(
                    graph,
                    self.prompt_id,
                    workflow=template.digest,
                    number=number,
                    titles=template.titles,
                )
            except NotThere:
                raise
            except (Outage, Transient):
                # It may have arrived all the same, and the server can be asked.
                if not self._arrived(server):
                    raise
            return server

    def _arrived(self, server: Server) -> bool:
        for _ in range(_FETCHES):
            try:
                return look(server, self.prompt_id).state is not State.LOST
            except (Outage, Transient):
                _pause(server.patience.poll)
        return False

    def _follow(self, server: Server) -> Sight:
        told = Told(self.context, self.able.template, self.values)
        with cancelled_with(server, self.prompt_id):
            return follow(server, self.prompt_id, told)

    def _fault(self, server: Server, sight: Sight) -> ArenaError:
        messages = sight.record.messages if sight.record else ()
        fault = failed_job(server.label, self.able.template.titles, messages)
        if isinstance(fault, OutOfMemory):
            with suppress(ArenaError):
                server.free()
        return fault

    def _deliver(self, server: Server, sight: Sight, sink: Sink) -> bool:
        """Hand the job's file on; False when there is none."""
        if sight.state is State.FAILED:
            return False
        found = self._output(server, sight) or self._leftover(server)
        if found is None:
            return False
        self.context.progress(0.97, "fetching")
        record = sight.record
        headers = {
            "content-type": "image/png" if found.suffix == ".png" else "application/octet-stream",
            "content-length": str(found.stat().st_size),
            "x-comfyui-server": server.label,
            "x-comfyui-prompt-id": self.prompt_id,
        }
        if record is not None and record.seconds is not None:
            headers["x-comfyui-seconds"] = f"{record.seconds:.3f}"
        sink.accepted(200, headers)
        with found.open("rb") as file:
            while chunk := file.read(_CHUNK):
                sink.write(chunk)
        found.unlink()
        return True

    def _output(self, server: Server, sight: Sight) -> Path | None:
        """The file of a finished job; its record is forgotten when the file is not to be had."""
        if sight.record is None:
            return None
        manifest = self.able.template.manifest
        for file in sight.record.outputs.get(manifest.output, ()):
            if file.kind == "output":
                found = self._fetch(server, file)
                if found is not None:
                    return found
        # The server keeps results of equal graphs: only another name makes it save again.
        self._attempt = max(self._attempt, 1)
        server.forget(self.prompt_id)
        return None

    def _leftover(self, server: Server) -> Path | None:
        """The whole file of a try that the server has forgotten; counts the cut ones."""
        suffix = self.able.template.manifest.suffix
        for attempt in range(1, _TRIES + 1):
            name = f"{self._stem(attempt)}_00001_{suffix}"
            path = self.context.workdir / f".fetched{suffix}"
            if not server.download(OutputFile(name, FOLDER), path, self._most()):
                continue
            if is_whole(path, self.able.template.manifest.produces):
                return path
            self._attempt = max(self._attempt, attempt)
        return None

    def _fetch(self, server: Server, file: OutputFile) -> Path | None:
        """Ask for a file until it comes whole; asking again costs nothing."""
        path = self.context.workdir / f".fetched{self.able.template.manifest.suffix}"
        fault: ArenaError | None = None
        for number in range(_FETCHES):
            self.context.check_cancelled()
            try:
                fault = None
                if not server.download(file, path, self._most()):
                    return None
                if is_whole(path, self.able.template.manifest.produces):
                    return path
            except (Outage, Transient) as error:
                fault = error
            _pause(server.patience.poll * 2**number)
        if fault is not None:
            raise fault
        return None

    def _stem(self, attempt: int) -> str:
        return self.prompt_id if attempt == 1 else f"{self.prompt_id}-{attempt}"

    def _most(self) -> int:
        return most_bytes(self.able.template.manifest.produces)


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)
