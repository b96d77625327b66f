"""A refusal from before the routes, with the same words and form as everybody else's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from arena_assets.errors import ArenaError

_POLICY_VIOLATION = 1008


async def refuse(scope: Scope, receive: Receive, send: Send, error: ArenaError) -> None:
    """Answer with the error; a websocket is closed before it opens (HTTP 403)."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": error.what})
        return
    from arena_assets.console.errors import answer

    await answer(Request(scope, receive), error)(scope, receive, send)
