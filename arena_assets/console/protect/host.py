"""Only names that are ours: a page elsewhere can't point its own name at us (DNS rebinding)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from arena_assets.console.protect.refuse import refuse
from arena_assets.errors import Forbidden
from arena_assets.settings import Settings

_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (compared with, not listened on)


def trusted_hosts(settings: Settings) -> frozenset[str]:
    """Host names without port, lower case. Listening everywhere trusts no further name."""
    names = {*_THIS_MACHINE}
    if settings.host not in _EVERYWHERE:
        names.add(f"[{settings.host}]" if ":" in settings.host else settings.host)
    if settings.public_url:
        names.add(urlsplit(settings.public_url).netloc.rsplit("@", 1)[-1])
    names.update(each.strip() for each in settings.trusted_hosts.split(",") if each.strip())
    return frozenset(_without_port(each) for each in names)


class TrustedHosts:
    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._trusted = trusted_hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist("host")
        if len(given) == 1 and _without_port(given[0]) in self._trusted:
            await self._app(scope, receive, send)
            return
        error = Forbidden(
            "The console does not answer to this name",
            "Use the address 'arena serve' printed, or add the name to ARENA_TRUSTED_HOSTS",
        )
        await refuse(scope, receive, send, error)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower().rstrip(".")
