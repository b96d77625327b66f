"""No request is larger than the limit, whatever its length header says or leaves out."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arena_assets.console.protect.refuse import refuse
from arena_assets.errors import TooLarge


class BodyLimit:
    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        error = TooLarge(
            f"The request is larger than {self._most // 1_000_000} MB",
            "Send less at once, or raise ARENA_UPLOAD_MB",
        )
        told = Headers(scope=scope).get("content-length", "")
        if told.isascii() and told.isdigit() and int(told) > self._most:
            await refuse(scope, receive, send, error)
            return
        taken = 0
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            if taken > self._most and not begun:
                return  # whatever the route made of the broken body, our refusal says why
            begun = True
            await send(message)

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > self._most:
                    raise error
            return message

        await self._app(scope, counted, noticed)
        if taken > self._most and not begun:
            await refuse(scope, receive, send, error)
