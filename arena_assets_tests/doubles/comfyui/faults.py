"""Faults of the double, by route: each is used up, then the server is well again."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE = b"<!doctype html><title>Sign in</title><p>Please sign in."


class Faults:
    """``add("POST /prompt", "html")``. Kinds:

    - ``status:503`` answers so, ``status:429`` with Retry-After; nothing else happens;
    - ``html`` answers 200 with a page; nothing else happens;
    - ``hang`` never answers, and nothing else happens;
    - ``accept-hang``, ``accept-500``, ``accept-html``: the server does what was asked first;
    - ``empty`` answers 200 without a byte, ``masked`` a page that is called a picture;
    - ``wrong-mime`` sends the right bytes and calls them a page;
    - ``cut`` sends half of the body, ``drip`` a byte at a time;
    - ``reset`` breaks the connection before an answer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, list[str]] = {}
        self.met: list[str] = []

    def add(self, route: str, kind: str, times: int = 1) -> None:
        with self._lock:
            self._planned.setdefault(route, []).extend([kind] * times)

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, route: str) -> str:
        with self._lock:
            planned = self._planned.get(route)
            if not planned:
                return ""
            kind = planned.pop(0)
            self.met.append(f"{route} {kind}")
            return kind


class FaultyApp:
    """Middleware that commits them."""

    def __init__(self, app: ASGIApp, faults: Faults, log: list[str]) -> None:
        self._app = app
        self._faults = faults
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        method = scope.get("method", "WS")
        route = f"{method} /{scope['path'].strip('/').split('/')[0]}"
        self._log.append(route)
        kind = self._faults.take(route)
        if scope["type"] == "websocket":
            if kind:
                raise ConnectionResetError
            await self._app(scope, receive, send)
            return
        await self._answer(kind, scope, receive, send)

    async def _answer(self, kind: str, scope: Scope, receive: Receive, send: Send) -> None:
        if kind.startswith("status:"):
            await _say(send, int(kind.removeprefix("status:")), b"{}", {"retry-after": "1"})
        elif kind == "html":
            await _say(send, 200, PAGE, {"content-type": "text/html"})
        elif kind == "empty":
            await _say(send, 200, b"", {"content-type": "image/png"})
        elif kind == "masked":
            await _say(send, 200, PAGE, {"content-type": "image/png"})
        elif kind == "wrong-mime":
            await self._app(scope, receive, _called_a_page(send))
        elif kind == "hang":
            await asyncio.Event().wait()
        elif kind == "reset":
            raise ConnectionResetError
        elif kind.startswith("accept-"):
            await self._app(scope, receive, _nowhere)
            if kind == "accept-hang":
                await asyncio.Event().wait()
            status = 500 if kind == "accept-500" else 200
            await _say(send, status, PAGE, {"content-type": "text/html"})
        elif kind in ("cut", "drip"):
            await self._app(scope, receive, _Spoilt(send, kind))
        else:
            await self._app(scope, receive, send)


class _Spoilt:
    """Passes a response on in half, or drop by drop."""

    def __init__(self, send: Send, kind: str) -> None:
        self._send = send
        self._kind = kind

    async def __call__(self, message: Message) -> None:
        body = message.get("body", b"") if message["type"] == "http.response.body" else b""
        if not body:
            await self._send(message)
        elif self._kind == "cut":
            await self._send({**message, "body": body[: len(body) // 2], "more_body": True})
            raise ConnectionResetError
        else:
            for place in range(len(body)):
                drop = body[place : place + 1]
                await self._send({**message, "body": drop, "more_body": True})
                await asyncio.sleep(0.05)


def _called_a_page(send: Send) -> Send:
    async def pass_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if pair[0] != b"content-type"]
            message = {**message, "headers": [*kept, (b"content-type", b"text/html")]}
        await send(message)

    return pass_on


async def _nowhere(message: Message) -> None:
    del message


async def _say(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    raw: list[Any] = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
