"""Every route times everybody who may come: the table is made from the router itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi import APIRouter, FastAPI
from starlette.testclient import TestClient

from arena_assets.console.auth.access import Right, rights
from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role, Scope
from arena_assets.store.versions import ensure_project
from arena_assets_tests.console.conftest import Browser, Program

_DENIED = {401, 403}
# What anybody may open without being known; a new public route must be added here on purpose.
_PUBLIC = {"/favicon.ico", "/healthz", "/readyz", "/metrics", "/sign-in", "/set-up"} | {
    "/sign-in/oidc",
    "/sign-in/oidc/callback",
}


def _ask(client: TestClient, right: Right) -> int:
    path = re.sub(r"\{[^}]+\}", "1", right.path)
    return client.request(right.method, path).status_code


def _http(app: FastAPI) -> list[Right]:
    return [each for each in rights(app) if each.method != "WS"]


def test_only_the_known_few_routes_are_public(app: FastAPI) -> None:
    public = {each.path for each in rights(app) if not each.scopes}
    assert {each for each in public if not each.startswith("/static/")} == _PUBLIC


def test_a_stranger_gets_nothing_but_what_is_public(app: FastAPI, stranger: TestClient) -> None:
    table = [each for each in _http(app) if each.scopes]
    assert len(table) >= 15
    answered = {f"{each.method} {each.path}": _ask(stranger, each) for each in table}
    assert {name for name, status in answered.items() if status != 401} == set()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_exactly_its_routes(app: FastAPI, browser: Browser, role: Role) -> None:
    wrong = []
    for each in _http(app):
        if not each.scopes or each.path == "/sign-out":
            continue
        status = _ask(browser(role), each)
        if (status in _DENIED) == (set(each.scopes) <= role.scopes):
            wrong.append(f"{each.method} {each.path}: {status}")
    assert wrong == []


def test_an_address_with_a_number_that_nothing_has_is_not_found(
    app: FastAPI, browser: Browser
) -> None:
    client, wrong = browser(Role.ADMIN), []
    for each in _http(app):
        if "{" not in each.path:
            continue
        for number in (2**31, 10**20):
            path = re.sub(r"\{[^}]+\}", str(number), each.path)
            status = client.request(each.method, path).status_code
            if status == 500:
                wrong.append(f"{each.method} {path}: {status}")
    assert wrong == []


@pytest.mark.parametrize("number", [2**31, 10**20])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/requests/{}"),
        ("GET", "/requests/{}/live"),
        ("POST", "/projects/hall/webhooks/{}/remove"),
    ],
)
def test_a_page_of_a_number_that_nothing_has_is_not_found(
    here: Desk, browser: Browser, method: str, path: str, number: int
) -> None:
    ensure_project(here.db, "hall")
    answer = browser(Role.PRODUCER).request(method, path.format(number))
    assert answer.status_code == 404


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_reaches_only_routes_of_its_scope(
    app: FastAPI, program: Program, scope: Scope
) -> None:
    client = program(scope)
    wrong = []
    for each in _http(app):
        if set(each.scopes) <= {scope}:
            continue
        status = _ask(client, each)
        if status not in _DENIED:
            wrong.append(f"{each.method} {each.path}: {status}")
    assert wrong == []


def test_a_token_never_has_more_than_its_owner_has_now(program: Program) -> None:
    client = program(Scope.READ, Scope.ADMIN, role=Role.VIEWER)
    assert client.get("/api/v1/system").status_code == 200
    assert client.get("/users").status_code == 403


def _plain() -> dict[str, str]:
    return {}


@pytest.mark.parametrize("add", [APIRouter.get, APIRouter.post, APIRouter.websocket])
def test_a_route_that_names_no_right_stops_the_console(
    app: FastAPI, add: Callable[..., Callable[..., object]]
) -> None:
    router = APIRouter()
    add(router, "/forgotten")(_plain)
    app.include_router(router)
    with pytest.raises(LookupError, match="/forgotten names no right"):
        list(rights(app))


def test_a_mounted_app_stops_the_console(app: FastAPI) -> None:
    app.mount("/other", FastAPI())
    with pytest.raises(LookupError, match="without rights"):
        list(rights(app))


def test_a_role_that_was_taken_away_counts_at_once(here: Desk, browser: Browser) -> None:
    from arena_assets.store.users import set_disabled, set_role
    from arena_assets_tests.console.conftest import person

    person(here, Role.ADMIN)
    client = browser(Role.PRODUCER)
    assert client.get("/tokens").status_code == 200
    user = person(here, Role.PRODUCER)
    set_role(here.db, user.user_id, Role.VIEWER)
    assert client.post("/dagster/graphql", json={"query": "mutation { a }"}).status_code == 403
    set_disabled(here.db, user.user_id, True)
    assert client.get("/tokens").status_code == 401
