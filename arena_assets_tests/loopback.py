"""A service on this machine that sells bytes: it counts every order, and fails as it is told to."""

from __future__ import annotations

import hashlib
import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

from pydantic import JsonValue

from arena_assets.domain.calls import Answer, Call, Found, Recover, Send, Sink
from arena_assets.errors import Busy, ContentFault, Outage, Refused, Transient

CHUNK = 1024
CHUNKS = 8
PRICE = Decimal("0.24")
CEILING = Decimal("0.30")


def goods(order: str) -> bytes:
    """What an order buys: the same bytes whenever it is asked for."""
    seed = hashlib.sha256(order.encode()).digest()
    return (seed * (CHUNK // len(seed))) * CHUNKS


class Service:
    """``orders`` counts orders by their id; ``faults`` are what the next orders meet, in turn.

    One request is served at a time, in the order of arrival, so that a question about an order is
    answered after the order itself, as if both went to one queue.
    """

    def __init__(self) -> None:
        self.orders: Counter[str] = Counter()
        self.faults: list[str] = []
        self.asked = 0
        self._server = HTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def total(self) -> int:
        return sum(self.orders.values())


@contextmanager
def open_service() -> Iterator[Service]:
    service = Service()
    service.start()
    try:
        yield service
    finally:
        service.stop()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_args: Any) -> None:
            pass

        def do_GET(self) -> None:
            service.asked += 1
            order = self.path.rpartition("/")[2]
            if order in service.orders:
                self._send(200, goods(order))
            else:
                self._send(404, b"")

        def do_POST(self) -> None:
            order = self.headers["X-Order"]
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fault = service.faults.pop(0) if service.faults else ""
            if fault.isdecimal():
                if fault == "500":
                    service.orders[order] += 1
                self._send(int(fault), b"no")
                return
            if fault.startswith("429/"):
                self._send(429, b"slow down", {"Retry-After": fault.partition("/")[2]})
                return
            service.orders[order] += 1
            content = goods(order)
            if fault == "silent":
                self.close_connection = True
                return
            if body.get("chunked"):
                self._send_chunked(content, cut=fault == "cut")
            elif fault == "cut":
                self._send(200, content[: CHUNK * 3], {"Content-Length": str(len(content))})
                self.close_connection = True
            else:
                self._send(200, content)

        def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
            told = {"Content-Length": str(len(content)), "X-Usage": "24", "Set-Cookie": "secret=1"}
            self.send_response(status)
            for name, value in {**told, **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def _send_chunked(self, content: bytes, *, cut: bool) -> None:
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, len(content), CHUNK):
                if cut and start >= CHUNK * 3:
                    self.close_connection = True
                    return
                piece = content[start : start + CHUNK]
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

    return Handler


def order(
    number: int = 1,
    *,
    take: int = 1,
    chunked: bool = False,
    ceiling: Decimal = CEILING,
    service: str = "shop",
) -> Call:
    """The call that orders goods."""
    body: dict[str, JsonValue] = {"model": "m1", "number": number, "chunked": chunked}
    return Call("shop", service, "/v1/goods", body, take, ceiling)


def sending(url: str, call: Call) -> Send:
    """Sends an order, its faults told apart as a provider tells them."""

    def send(sink: Sink) -> None:
        connection = _connect(url)
        try:
            body = json.dumps(dict(call.body)).encode()
            connection.request("POST", "/v1/goods", body, {"X-Order": call.uuid})
            response = connection.getresponse()
            _judge(response)
            _pour(response, sink)
        finally:
            connection.close()

    return send


def asking(url: str, call: Call) -> Recover:
    """Asks what became of an order."""

    def recover(sink: Sink) -> Found:
        connection = _connect(url)
        try:
            connection.request("GET", f"/v1/goods/{call.uuid}")
            response = connection.getresponse()
            if response.status == 404:
                return Found.NOTHING
            _pour(response, sink)
            return Found.ANSWER
        finally:
            connection.close()

    return recover


def price(answer: Answer) -> Decimal:
    """What the goods cost, once they are seen to be whole."""
    assert answer.body.stat().st_size == CHUNK * CHUNKS
    return PRICE


def _connect(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)


def _judge(response: http.client.HTTPResponse) -> None:
    status = response.status
    if status == 429:
        wait = float(response.getheader("Retry-After") or 0)
        raise Transient("The shop is busy", "Wait a little", retry_after=wait)
    if status == 503:
        raise Outage("The shop is closed", "Wait until it opens")
    if status == 529:
        raise Busy("The shop is full", "Wait outside")
    if status == 401:
        raise Refused("The shop does not know the key", "Set ARENA_SHOP_KEY")
    if status == 402:
        raise ContentFault("The shop kept the money", "Complain", money="yes")
    if 400 <= status < 500:
        raise ContentFault("The shop does not sell that", "Ask for something else")


def _pour(response: http.client.HTTPResponse, sink: Sink) -> None:
    if response.status >= 500:
        raise RuntimeError(f"status {response.status}")
    sink.accepted(response.status, dict(response.getheaders()))
    while piece := response.read(CHUNK):
        sink.write(piece)
