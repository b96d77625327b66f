"""A small HTTP server that misbehaves on order, and counts what was submitted to it."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from arena_assets.domain.manifest import canonical_json

_PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
_HTML = b"<!doctype html><title>Welcome</title><h1>Sign in to the network</h1>"


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def digest(self) -> str:
        """Equal for equal submits."""
        text = canonical_json([self.path, self.query, self.body])
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """How an answer goes wrong on its way.

    ``kind``: ``hang`` (accepted, never answered), ``drop`` (closed without a word), ``reset`` after
    the headers, ``html`` (200 from a captive portal), ``truncated`` (shorter than its
    content-length), ``torn`` (a chunk is missing at the end), ``cut`` (ends properly, halfway),
    ``wrong_size`` (content-length of three quarters), ``wrong_mime`` (right bytes, called a
    picture), ``picture`` (a PNG called what it should be), ``empty``, ``drip`` (never done),
    ``endless``, ``redirect``, ``status``.
    """

    kind: str
    status: int = 200
    said: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


Behaviour = Fault | Callable[[Said], Said] | None
"""What the next submit meets: a fault, a change to the right answer, or nothing unusual."""


class Loopback:
    """Subclasses say what is a submit and what is answered; ``next`` orders what goes wrong.

    ``latency_seconds`` passes before every answer to a submit; of more than ``at_once`` submits in
    work together the rest are told to wait. ``submits`` counts by content.
    """

    def __init__(self, *, latency_seconds: float = 0.0, at_once: int | None = None) -> None:
        self.latency_seconds = latency_seconds
        self.at_once = at_once
        self.submits: Counter[str] = Counter()
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._behaviours: deque[Behaviour] = deque()
        self._lock = threading.Lock()
        self._busy = 0
        self._closed = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def next(self, *behaviours: Behaviour) -> None:
        """What the coming submits meet, in order."""
        self._behaviours.extend(behaviours)

    @property
    def submitted(self) -> int:
        return self.submits.total()

    def is_submit(self, asked: Asked) -> bool:
        raise NotImplementedError

    def answer(self, asked: Asked) -> Said:
        raise NotImplementedError

    def too_many(self) -> Said:
        """The answer to one submit more than the account may have in work."""
        raise NotImplementedError

    def refuse(self, status: int, said: Mapping[str, Any]) -> bytes:
        """The body of an error in the service's own form."""
        raise NotImplementedError

    @contextmanager
    def _admitted(self) -> Iterator[bool]:
        with self._lock:
            admitted = self.at_once is None or self._busy < self.at_once
            self._busy += admitted
            self.most_at_once = max(self.most_at_once, self._busy)
        try:
            yield admitted
        finally:
            with self._lock:
                self._busy -= admitted

    def _respond(self, wire: _Wire, asked: Asked) -> None:
        self.asked.append(asked)
        if not self.is_submit(asked):
            wire.send(self.answer(asked))
            return
        with self._admitted() as admitted:
            if not admitted:
                wire.send(self.too_many())
                return
            with self._lock:
                self.submits[asked.digest] += 1
                behaviour = self._behaviours.popleft() if self._behaviours else None
            if self.latency_seconds:
                self._closed.wait(self.latency_seconds)
            if isinstance(behaviour, Fault):
                self._go_wrong(wire, asked, behaviour)
                return
            right = self.answer(asked)
            wire.send(behaviour(right) if behaviour else right)

    def _go_wrong(self, wire: _Wire, asked: Asked, fault: Fault) -> None:
        match fault.kind:
            case "hang":
                self._closed.wait()
                wire.hang_up()
                return
            case "drop":
                wire.hang_up()
                return
            case "status":
                body = self.refuse(fault.status, fault.said)
                wire.send(Said(fault.status, body, headers=fault.headers))
                return
            case "redirect":
                wire.send(Said(307, b"", headers={"location": f"{self.url}/elsewhere"}))
                return
            case "html":
                wire.send(Said(200, _HTML, "text/html"))
                return
        right = self.answer(asked)
        half = len(right.body) // 2
        match fault.kind:
            case "reset":
                wire.send(Said(200, b"", right.media_type), size=len(right.body))
                wire.hang_up()
            case "truncated":
                wire.send(Said(200, right.body[:half], right.media_type), size=len(right.body))
                wire.hang_up()
            case "torn":
                wire.chunks(right, iter([right.body[:half]]), ends=False)
            case "cut":
                wire.send(Said(200, right.body[:half], right.media_type))
            case "wrong_size":
                wire.send(Said(200, right.body, right.media_type), size=3 * half // 2)
                wire.hang_up()
            case "wrong_mime":
                wire.send(Said(200, right.body, "image/png", right.headers))
            case "picture":
                wire.send(Said(200, _PNG, right.media_type))
            case "empty":
                wire.send(Said(200, b"", right.media_type))
            case "drip":
                wire.chunks(right, self._drops(right.body), ends=True)
            case "endless":
                wire.chunks(right, self._flood(), ends=True)
            case _:
                raise AssertionError(f"no such fault: {fault.kind}")

    def _drops(self, body: bytes) -> Iterator[bytes]:
        for byte in body:
            if self._closed.wait(0.01):
                return
            yield bytes([byte])

    def _flood(self) -> Iterator[bytes]:
        while not self._closed.is_set():
            yield b" " * 65536

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        double = self

        class Handler(_Wire):
            def respond(self) -> None:
                path, _, query = self.path.partition("?")
                length = int(self.headers.get("content-length", 0))
                body = json.loads(self.rfile.read(length) or b"{}")
                headers = {name.lower(): value for name, value in self.headers.items()}
                double._respond(self, Asked(self.command, path, query, headers, body))

        return Handler


class _Wire(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def respond(self) -> None:
        raise NotImplementedError

    def do_POST(self) -> None:
        with suppress(ConnectionError):
            self.respond()

    do_GET = do_POST  # noqa: N815

    def send(self, said: Said, size: int | None = None) -> None:
        self._head(said, {"content-length": str(len(said.body) if size is None else size)})
        self.wfile.write(said.body)
        self.wfile.flush()

    def chunks(self, said: Said, pieces: Iterator[bytes], *, ends: bool) -> None:
        """The body in chunks; without its end the connection closes in the middle."""
        self._head(said, {"transfer-encoding": "chunked"})
        for piece in pieces:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.flush()
        if ends:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.hang_up()

    def hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _head(self, said: Said, more: Mapping[str, str]) -> None:
        self.send_response(said.status)
        for name, value in {"content-type": said.media_type, **more, **said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
