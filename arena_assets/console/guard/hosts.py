"""Only names we are known by: keeps out DNS rebinding, a foreign name that leads to this server."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class KnownHosts:
    """Lets pass any IP address and ``localhost``, which no name server can point elsewhere, and
    the names given."""

    def __init__(self, app: ASGIApp, names: Collection[str] = ()) -> None:
        self._app = app
        self._names = {each.casefold() for each in names} | {"localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or self._known(scope):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        text = "This server is not known by that name. Add the name to ARENA_HOSTS.\n"
        await PlainTextResponse(text, 400)(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"host"]
        if len(given) != 1:
            return False
        host = host_of(given[0].decode("latin-1"))
        if host in self._names:
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True


def host_of(header: str) -> str:
    """The name or address in a Host header, without port and brackets."""
    host = header.rpartition("]")[0].lstrip("[") if header.startswith("[") else header
    return host.partition(":")[0].casefold() if not header.startswith("[") else host
