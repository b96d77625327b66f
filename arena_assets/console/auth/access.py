"""What a route needs: ``Depends(needs(Scope.READ))``, or ``@public`` for the few open to anybody.

Default deny: :func:`unguarded` finds routes that say neither, and the application does not start
with one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.requests import HTTPConnection

from arena_assets.console.auth.principal import GRANTED, Principal, Scope
from arena_assets.console.desk import desk
from arena_assets.errors import NotAllowed, NotFound, SignInNeeded
from arena_assets.store.api_tokens import PREFIX, token_owner
from arena_assets.store.people import session_user

COOKIE = "arena_session"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Needs:
    """A dependency that lets in who may do something, and hands the route who that is."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __call__(self, connection: HTTPConnection) -> Principal:
        principal = principal_of(connection)
        if principal is None:
            raise SignInNeeded("Nobody is signed in", "Sign in, or send a token of yours")
        if not principal.may(self.scope):
            held = "Their token" if principal.kind == "token" else principal.name
            raise NotAllowed(
                f"{held} may not do this: it needs the right to {self.scope}",
                "Ask an admin for another role, or make a token with that scope",
            )
        return principal


def needs(scope: Scope) -> Needs:
    """A dependency for that scope; see :class:`Needs`."""
    return Needs(scope)


def public(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint as open to anybody, signed in or not."""
    endpoint.arena_public = True  # type: ignore[attr-defined]
    return endpoint


def principal_of(connection: HTTPConnection) -> Principal | None:
    """Who asks, found once for each request; None for a stranger."""
    known: Any = getattr(connection.state, "principal", _UNKNOWN)
    if known is _UNKNOWN:
        known = _find(connection)
        connection.state.principal = known
    found: Principal | None = known
    return found


def require_project(principal: Principal, project: str, what: str) -> None:
    """Raise :class:`NotFound`, as for what does not exist, when they may not see a project."""
    if not principal.sees(project):
        raise NotFound(f"There is no {what}", "Look at what there is in your projects")


def route_needs(app: FastAPI) -> Iterator[tuple[str, str, Scope | None]]:
    """Method, path and scope of every route; None for the public ones."""
    for route in app.routes:
        if not isinstance(route, APIRoute | APIWebSocketRoute):
            continue
        methods = sorted(route.methods or ()) if isinstance(route, APIRoute) else ["WEBSOCKET"]
        scopes = sorted(_scopes(route.dependant), key=list(Scope).index)
        for method in methods:
            if scopes:
                yield method, route.path, scopes[-1]
            elif getattr(route.endpoint, "arena_public", False):
                yield method, route.path, None
            else:
                raise AssertionError(f"{method} {route.path} says neither scope nor public")


def _scopes(dependant: Dependant) -> set[Scope]:
    found = {each for child in dependant.dependencies for each in _scopes(child)}
    if isinstance(dependant.call, Needs):
        found.add(dependant.call.scope)
    return found


def _find(connection: HTTPConnection) -> Principal | None:
    at = desk(connection)
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    if kind.casefold() == "bearer" and secret.startswith(PREFIX):
        held = token_owner(at.db, secret)
        if held is None:
            return None
        token, user = held
        scopes = GRANTED[user.role] & {Scope(each) for each in token.scopes}
        projects = _both(user.projects, token.projects)
        return Principal(user.id, user.name, user.role, scopes, projects, "token")
    cookie = connection.cookies.get(COOKIE)
    if not cookie:
        return None
    idle = timedelta(hours=at.settings.session_idle_hours)
    person = session_user(at.db, cookie, idle)
    if person is None:
        return None
    granted = GRANTED[person.role]
    return Principal(
        person.id, person.name, person.role, granted, person.projects, "session", cookie
    )


def _both(mine: tuple[str, ...] | None, asked: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if mine is None or asked is None:
        return asked if mine is None else mine
    return tuple(each for each in mine if each in asked)


_UNKNOWN = object()
