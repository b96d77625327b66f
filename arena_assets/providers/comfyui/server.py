"""One ComfyUI server over HTTP: its requests, each with what can go wrong."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from pydantic import JsonValue

from arena_assets.errors import (
    ArenaError,
    ContentFault,
    EnvironmentFault,
    Transient,
    UsageFault,
)
from arena_assets.providers.comfyui.faults import (
    not_json,
    rejected_graph,
    status_fault,
    transport_fault,
)
from arena_assets.providers.comfyui.options import ComfyServer, Patience
from arena_assets.providers.comfyui.progress import Feed
from arena_assets.providers.comfyui.wire import OutputFile, Queue, Record

_JSON_BYTES = 64 << 20
UPLOAD_BYTES = 100 << 20
"""The server's own default limit."""
_STOPS_ONE = (0, 3, 60)
_ADDRESS = "Write it like http://127.0.0.1:8188 in ARENA_COMFYUI_URLS"
_FAULT_SECONDS = 1.0
"""Twelve jobs that wait for one answer need not each wait for the same failure."""

Graph = Mapping[str, Mapping[str, Any]]


class Server:
    """Safe to share by threads. Errors are those of :mod:`faults`."""

    def __init__(self, options: ComfyServer, patience: Patience) -> None:
        address = _address(options.url)
        self.label = address.netloc.decode()
        self.patience = patience
        self.headers = {"Authorization": f"Bearer {options.bearer}"} if options.bearer else {}
        if options.user and not options.bearer:
            auth = httpx.BasicAuth(options.user, options.password)
            request = next(auth.auth_flow(httpx.Request("GET", address)))
            self.headers = {"Authorization": request.headers["Authorization"]}
        scheme = "wss" if address.scheme == "https" else "ws"
        socket_url = str(address.copy_with(scheme=scheme)).rstrip("/")
        self.feed = Feed(socket_url, self.headers, patience.connect)
        self._http = httpx.Client(
            base_url=address,
            headers=self.headers,
            timeout=httpx.Timeout(patience.answer, connect=patience.connect),
            limits=httpx.Limits(max_connections=32),
            verify=address.scheme == "https",  # else no certificates need to be loaded
            trust_env=False,
        )
        self._facts: tuple[float, dict[str, Any]] = (0.0, {})
        self._facts_fault: tuple[float, ArenaError | None] = (0.0, None)
        self._facts_lock = threading.Lock()
        self._queue: tuple[float, Queue | None] = (0.0, None)
        self._queue_fault: tuple[float, ArenaError | None] = (0.0, None)
        self._queue_lock = threading.Lock()

    def close(self) -> None:
        self._http.close()

    def submit(
        self,
        graph: Graph,
        prompt_id: str,
        *,
        workflow: str,
        number: float | None,
        titles: Mapping[str, str],
    ) -> None:
        """Queue a graph under our id. Raises ContentFault when it cannot be run in full."""
        body: dict[str, Any] = {
            "prompt": graph,
            "prompt_id": prompt_id,
            "client_id": self.feed.client_id,
        }
        body["extra_data"] = {"arena_workflow": workflow}
        if number is not None:
            body["number"] = number
        response, answer = self._exchange("POST", "/prompt", json=body, fine=(400,))
        if response.status_code == 400 or answer.get("node_errors"):
            if response.status_code == 200:
                self.delete(prompt_id)
            raise rejected_graph(self.label, titles, answer.get("error"), answer.get("node_errors"))
        if answer.get("prompt_id") != prompt_id:
            if isinstance(answer.get("prompt_id"), str):
                self.delete(answer["prompt_id"])
            raise EnvironmentFault(
                f"ComfyUI at {self.label} does not take a job's id from its client",
                "Update it to 0.3.60 or later",
            )

    def record(self, prompt_id: str) -> Record | None:
        """What became of a finished job; None while it is queued or running, and when unknown."""
        answer = self._exchange("GET", f"/history/{prompt_id}")[1]
        return Record.parse(answer.get(prompt_id))

    def queue(self, age: float = 0.0) -> Queue:
        """Who runs and waits, at most ``age`` seconds old.

        A queue is told with every waiting graph in it, by the process that feeds the GPU: jobs
        that wait together share a reading.
        """
        if not age:
            return Queue.parse(self._exchange("GET", "/queue")[1])
        with self._queue_lock:
            asked, queue = self._queue
            if queue is not None and time.monotonic() - asked <= age:
                return queue
            failed, fault = self._queue_fault
            if fault is not None and time.monotonic() - failed < _FAULT_SECONDS:
                raise fault
            asked = time.monotonic()
            try:
                queue = self.queue()
            except ArenaError as error:
                self._queue_fault = (time.monotonic(), error)
                raise
            self._queue, self._queue_fault = (asked, queue), (0.0, None)
            return queue

    def delete(self, prompt_id: str) -> None:
        """Take one waiting job out of the queue."""
        self._exchange("POST", "/queue", json={"delete": [prompt_id]})

    def interrupt(self, prompt_id: str) -> bool:
        """Stop one running job; False when the server is too old to stop no other.

        Before 0.3.60 an interrupt has no heed of the id and stops whatever runs.
        """
        if not prompt_id or self.version() < _STOPS_ONE:
            return False
        self._exchange("POST", "/interrupt", json={"prompt_id": prompt_id})
        return True

    def forget(self, prompt_id: str) -> None:
        """Remove one finished job from the history."""
        self._exchange("POST", "/history", json={"delete": [prompt_id]})

    def free(self) -> None:
        """Let models and cached results go once nothing runs."""
        self._exchange("POST", "/free", json={"unload_models": True, "free_memory": True})

    def stats(self) -> dict[str, JsonValue]:
        """Version, memory and devices."""
        return self._exchange("GET", "/system_stats")[1]

    def version(self) -> tuple[int, ...]:
        """As numbers, to compare; ``(99,)`` for one that is not written in numbers."""
        system = self.stats().get("system")
        text = str(system.get("comfyui_version")) if isinstance(system, dict) else ""
        found = re.match(r"v?(\d+(?:\.\d+)*)", text)
        return tuple(map(int, found.group(1).split("."))) if found else (99,)

    def facts(self, age: float | None = None) -> dict[str, Any]:
        """Every kind of node with its inputs and the files they offer, at most ``age`` s old."""
        age = self.patience.facts if age is None else age
        with self._facts_lock:
            asked, facts = self._facts
            if facts and time.monotonic() - asked <= age:
                return facts
            failed, fault = self._facts_fault
            if fault is not None and time.monotonic() - failed < _FAULT_SECONDS:
                raise fault
            try:
                facts = self._exchange("GET", "/object_info")[1]
            except ArenaError as error:
                self._facts_fault = (time.monotonic(), error)
                raise
            self._facts, self._facts_fault = (time.monotonic(), facts), (0.0, None)
            return facts

    def upload(self, path: Path, name: str) -> str:
        """Send a picture; the name the server keeps it under, which may be another one."""
        size = path.stat().st_size
        if size > UPLOAD_BYTES:
            raise ContentFault(
                f"{name} has {size >> 20} MB; ComfyUI takes up to {UPLOAD_BYTES >> 20}",
                "Choose a smaller picture size",
            )
        with path.open("rb") as file:
            answer = self._exchange(
                "POST", "/upload/image", files={"image": (name, file, "image/png")}
            )[1]
        kept, folder = answer.get("name"), answer.get("subfolder")
        if not isinstance(kept, str) or not kept:
            raise not_json(self.label, "an upload")
        return f"{folder}/{kept}" if isinstance(folder, str) and folder else kept

    def download(self, file: OutputFile, path: Path, most: int) -> bool:
        """Write a result to ``path``; False when the server has no such file."""
        try:
            with self._http.stream("GET", "/view", params=file.query) as response:
                if response.status_code == 404:
                    return False
                self._raise_for(response, "a result")
                with path.open("wb") as out:
                    for chunk in _arriving(response, self.label, most, self.patience.fetch):
                        out.write(chunk)
        except httpx.HTTPError as error:
            raise transport_fault(self.label, error) from error
        return True

    def _exchange(
        self, method: str, path: str, *, fine: tuple[int, ...] = (), **given: Any
    ) -> tuple[httpx.Response, dict[str, Any]]:
        """Ask, and read an answer that is a JSON object, or empty."""
        what = f"{method} {path.split('/')[1]}"
        try:
            with self._http.stream(method, path, **given) as response:
                if response.status_code not in fine:
                    self._raise_for(response, what)
                chunks = _arriving(response, self.label, _JSON_BYTES, self.patience.fetch)
                body = b"".join(chunks)
        except httpx.HTTPError as error:
            raise transport_fault(self.label, error) from error
        if not body and method == "POST":
            return response, {}
        try:
            answer = json.loads(body)
        except ValueError as error:
            raise not_json(self.label, what) from error
        if not isinstance(answer, dict):
            raise not_json(self.label, what)
        return response, answer

    def _raise_for(self, response: httpx.Response, what: str) -> None:
        fault = status_fault(self.label, response.status_code, what)
        if fault is not None:
            raise fault


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageFault(f"'{url[:80]}' is no address ({error})", _ADDRESS) from error
    if address.scheme not in ("http", "https") or not address.host:
        raise UsageFault(f"'{url[:80]}' is no address of a server", _ADDRESS)
    return address


def _arriving(response: httpx.Response, label: str, most: int, seconds: float) -> Iterator[bytes]:
    """A body as it comes, in whatever pieces: waiting for full ones would never end in a drip."""
    deadline = time.monotonic() + seconds
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > most:
            raise ContentFault(
                f"ComfyUI at {label} sent more than {most >> 20} MB", "Make it smaller"
            )
        if time.monotonic() > deadline:
            raise Transient(f"ComfyUI at {label} answers too slowly", "It is tried again")
        yield chunk
