"""Which rights a route needs, the same for pages and for the API.

A route without any stops the console from starting.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute, iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request

from arena_assets.console.auth.cookies import SESSION_COOKIE, csrf_token
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.auth.recognise import recognise
from arena_assets.console.desk import Desk, desk
from arena_assets.console.origin import address_of
from arena_assets.errors import Forbidden, SignInNeeded
from arena_assets.store.audit import acts

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf_token"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_WORDS = {
    Scope.READ: "see this",
    Scope.REVIEW: "review",
    Scope.PRODUCE: "have arenas made",
    Scope.SPEND: "spend money",
    Scope.ADMIN: "administer",
}
Check = Callable[[HTTPConnection], Awaitable[Principal]]


@lru_cache
def needs(*scopes: Scope, csrf: bool = True) -> Check:
    """A dependency: the one who acts, when they have all ``scopes``; the same function each time.

    Raises :class:`SignInNeeded` or :class:`Forbidden`; with ``csrf`` also for a session that
    changes something without its token.
    """

    async def check(connection: HTTPConnection) -> Principal:
        principal = await who(connection)
        if principal is None:
            raise SignInNeeded("Nobody is signed in", "Sign in, or send a token: Bearer arena_…")
        for scope in scopes:
            if not principal.may(scope):
                raise Forbidden(
                    f"{principal.name} ({principal.role.label}) may not {_WORDS[scope]}",
                    "Ask an admin for the role or a token with that right",
                )
        connection.state.trail = acts(principal.actor(address_of(connection)))
        if csrf:
            await _guard_change(connection, principal)
        return principal

    check.__name__ = "_".join(("needs", *scopes))
    _NEEDED[check] = scopes
    return check


_NEEDED: dict[Check, tuple[Scope, ...]] = {}
SPENDING = (Scope.PRODUCE, Scope.SPEND)
"""What it takes to start what can cost money."""
Reader = Annotated[Principal, Depends(needs(Scope.READ))]
Reviewer = Annotated[Principal, Depends(needs(Scope.REVIEW))]
Producer = Annotated[Principal, Depends(needs(Scope.PRODUCE))]
Spender = Annotated[Principal, Depends(needs(*SPENDING))]
Admin = Annotated[Principal, Depends(needs(Scope.ADMIN))]


async def public() -> None:
    """A dependency that says: anybody may, signed in or not."""


async def who(connection: HTTPConnection) -> Principal | None:
    """Who asks, found out once per request; None for a stranger."""
    state = connection.state
    if not hasattr(state, "principal"):
        at: Desk = desk(connection)
        state.principal = await run_in_threadpool(recognise, at, connection)
    found: Principal | None = state.principal
    return found


async def _guard_change(connection: HTTPConnection, principal: Principal) -> None:
    if principal.kind == "token" or not isinstance(connection, Request):
        return
    if connection.method in SAFE:
        return
    given = connection.headers.get(CSRF_HEADER, "")
    if not given and connection.headers.get("content-type", "").startswith(_FORMS):
        given = str((await connection.form()).get(CSRF_FIELD, ""))
    wanted = csrf_token(connection.cookies.get(SESSION_COOKIE, ""))
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Forbidden("This form is too old or not from here", "Load the page again")


@dataclass(frozen=True, slots=True)
class Right:
    """A route and all that it needs; without ``scopes`` it is public. A websocket's method is
    ``WS``."""

    method: str
    path: str
    scopes: tuple[Scope, ...]


def rights(app: FastAPI) -> Iterator[Right]:
    """Every route with its rights; raises LookupError for one that names none."""
    for route in iter_route_contexts(app.routes):
        path = str(route.path)
        if not isinstance(route.original_route, APIRoute | APIWebSocketRoute):
            raise LookupError(f"{path} is a {type(route.original_route).__name__}, without rights")
        named = set(_calls(route.dependant))
        needed = {each for check, scopes in _NEEDED.items() if check in named for each in scopes}
        if not needed and public not in named:
            raise LookupError(f"{path} names no right: add needs(…) or public")
        for method in sorted(route.methods or {"WS"}):
            yield Right(method, path, tuple(each for each in Scope if each in needed))


def _calls(dependant: Dependant) -> Iterator[Callable[..., object]]:
    for each in dependant.dependencies:
        if each.call is not None:
            yield each.call
        yield from _calls(each)
