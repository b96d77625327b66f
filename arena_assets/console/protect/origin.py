"""Changes come from our own pages only (Fetch Metadata, with Origin where a browser lacks it).

A websocket with a foreign Origin is refused as well: browsers send cookies with those across sites.
Programs send neither header; what they may do is up to their token.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from arena_assets.console.protect.refuse import refuse
from arena_assets.errors import Forbidden

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    def __init__(self, app: ASGIApp, *, public_url: str = "") -> None:
        self._app = app
        self._public = urlsplit(public_url).netloc.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        changes = scope["type"] == "websocket" or (
            scope["type"] == "http" and scope["method"] not in _SAFE
        )
        if not changes or self._from_here(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        error = Forbidden("This came from another site", "Do it on the console's own page")
        await refuse(scope, receive, send, error)

    def _from_here(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        if origin is not None:
            where = urlsplit(origin).netloc.lower()
            return bool(where) and where in (headers.get("host", "").lower(), self._public)
        # A browser names the origin of every change; a request with a cookie and without one is
        # none of ours.
        return site is not None or "cookie" not in headers
