"""A bound on what a request may carry, counted as it arrives, whatever it announced."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 32 * 1024 * 1024


class BodyLimit:
    """Answers 413 to more; what Dagster gets through us is bound as well."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = next((v for n, v in scope["headers"] if n == b"content-length"), b"0")
        if not announced.isdigit() or int(announced) > self._most:
            await self._too_much(scope, receive, send)
            return
        seen, begun = 0, False

        async def receiving() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise _TooMuch
            return message

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        except _TooMuch:
            if not begun:
                await self._too_much(scope, receive, send)

    async def _too_much(self, scope: Scope, receive: Receive, send: Send) -> None:
        text = f"A request may carry {self._most // 1024**2} MiB. Send less.\n"
        await PlainTextResponse(text, 413)(scope, receive, send)


class _TooMuch(Exception):
    """More came than may."""
