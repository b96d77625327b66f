"""Whatever changed something is in the audit log, also where a route forgot to say so.

Acts write lines of their own, in the transaction of what they change. A route that changed nothing
sets ``request.state.audited``.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arena_assets.console.desk import desk
from arena_assets.store.audit import Trail, note

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FAILED = 400


class AuditTrail:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < _FAILED:
                await run_in_threadpool(_note, request)
            await send(message)

        await self._app(scope, receive, noted)


def _note(request: Request) -> None:
    trail: Trail | None = getattr(request.state, "trail", None)
    if trail is None or trail.lines or getattr(request.state, "audited", False):
        return
    note(desk(request).db, trail.actor, "other", request.url.path, method=request.method)
