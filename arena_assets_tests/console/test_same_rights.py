"""A page and the API ask for the same rights for the same act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from arena_assets.console.app import create_app
from arena_assets.console.auth.access import rights
from arena_assets.domain.roles import Role, Scope
from arena_assets.domain.slots import Slot, image_slot
from arena_assets.store.audit import entries
from arena_assets.store.budgets import get_budgets
from arena_assets.store.requests import list_projects
from arena_assets.store.takes import current_take
from arena_assets_tests.arenas import Hall
from arena_assets_tests.console.api import Door
from arena_assets_tests.console.conftest import HTML, Browser

V1 = "/api/v1"
_ARENA, _PROJECT, _HOOK = "/arenas/{arena}", "/projects/{project}", "/webhooks/{webhook_id}"
_SLUG, _HOOK_ID = "/projects/{slug}", "/webhooks/{hook_id}"
PAIRS: Mapping[str, str] = {
    "GET /requests/new": "POST /requests",
    "POST /requests": "POST /requests",
    "POST /requests/quote": "POST /quotes",
    "POST /requests/brief": f"POST {_PROJECT}/prompt-help",
    f"POST {_ARENA}/cancel": f"POST {_ARENA}/cancel",
    f"POST {_ARENA}/resume": f"POST {_ARENA}/resume",
    f"POST {_ARENA}/publish": f"POST {_ARENA}/publish",
    f"POST {_ARENA}/unpublish": f"POST {_ARENA}/unpublish",
    f"GET {_ARENA}/redo/{{asset}}": f"POST {_ARENA}/redo",
    f"GET {_ARENA}/redo/{{asset}}/{{name}}": f"POST {_ARENA}/redo",
    f"POST {_ARENA}/redo": f"POST {_ARENA}/redo",
    f"GET {_ARENA}/reject/{{asset}}": f"POST {_ARENA}/decisions",
    f"GET {_ARENA}/reject/{{asset}}/{{name}}": f"POST {_ARENA}/decisions",
    f"POST {_ARENA}/choose/{{asset}}": f"POST {_ARENA}/decisions",
    f"POST {_ARENA}/choose/{{asset}}/{{name}}": f"POST {_ARENA}/decisions",
    "POST /review/approve": f"POST {_ARENA}/decisions",
    "POST /review/reject": f"POST {_ARENA}/decisions",
    "POST /review/unpin": f"POST {_ARENA}/decisions",
    "POST /review/approve-many": "POST /approvals",
    f"GET {_ARENA}/blind/{{asset}}/{{name}}": f"GET {_ARENA}/pair",
    f"POST {_ARENA}/blind/{{asset}}/{{name}}": f"POST {_ARENA}/pair",
    f"GET {_ARENA}/mixes/{{track}}": f"GET {_ARENA}/mixes/pair",
    f"POST {_ARENA}/mixes/{{track}}": f"POST {_ARENA}/mixes/votes",
    "GET /blind/mixes/{arena}/{track}/{token}": f"GET {_ARENA}/mixes/sides/{{side}}",
    "POST /projects": "POST /projects",
    f"POST {_SLUG}/rules": f"PUT {_PROJECT}/rules",
    f"POST {_SLUG}/budget": f"PUT {_PROJECT}/budgets",
    f"POST {_SLUG}/style": f"PUT {_PROJECT}/style",
    f"POST {_SLUG}/style/effect": f"POST {_PROJECT}/style/effect",
    f"POST {_SLUG}/style/apply": f"POST {_PROJECT}/style/apply",
    f"POST {_SLUG}/references": f"POST {_PROJECT}/references",
    f"GET {_SLUG}/webhooks": f"GET {_PROJECT}/webhooks",
    f"POST {_SLUG}/webhooks": f"POST {_PROJECT}/webhooks",
    f"POST {_SLUG}{_HOOK_ID}/pause": f"PATCH {_PROJECT}{_HOOK}",
    f"POST {_SLUG}{_HOOK_ID}/remove": f"DELETE {_PROJECT}{_HOOK}",
    f"POST {_SLUG}{_HOOK_ID}/test": f"POST {_PROJECT}{_HOOK}/test",
    f"POST {_SLUG}{_HOOK_ID}/deliveries/{{delivery_id}}/again": (
        f"POST {_PROJECT}{_HOOK}/deliveries/{{delivery_id}}/retry"
    ),
    "POST /calls/{key}/settle": "POST /calls/{call}/settle",
}
"""A page's route → the API's for the same act. A form that leads to an act asks for its rights."""
PAGES_ALONE = ("/sign-in", "/sign-out", "/set-up", "/users", "/tokens", "/dagster")
API_ALONE = {
    f"POST {_ARENA}/approvals",
    f"POST {_ARENA}/mixes",
    f"POST {_ARENA}/mixes/preview",
    f"POST {_ARENA}/redo/preview",
}
"""What only programs ask for; a preview is a part of the page's dialog."""
DEAR = "music_tracks/main"
FRUGAL = Role.ADMIN.scopes - {Scope.SPEND}


def _named(app: FastAPI) -> dict[str, tuple[Scope, ...]]:
    return {f"{each.method} {each.path}": each.scopes for each in rights(app)}


def _changing(found: Mapping[str, object]) -> set[str]:
    return {name for name in found if name.split()[0] not in ("GET", "HEAD", "OPTIONS", "WS")}


def _below_v1(name: str) -> str:
    method, _, path = name.partition(" ")
    return f"{method} {V1}{path}"


@pytest.mark.parametrize("page", PAIRS)
def test_a_page_asks_for_the_rights_that_the_api_asks_for(app: FastAPI, page: str) -> None:
    found = _named(app)
    assert found[page] == found[_below_v1(PAIRS[page])]


def test_every_act_of_a_page_has_its_pair(app: FastAPI) -> None:
    changing = _changing(_named(app))
    pages = {name for name in changing if not name.split()[1].startswith((f"{V1}/", *PAGES_ALONE))}
    assert pages == {name for name in PAIRS if not name.startswith("GET")}
    api = {name for name in changing if f" {V1}/" in name}
    assert api - set(map(_below_v1, PAIRS.values())) == set(map(_below_v1, API_ALONE))


@pytest.fixture
def door(hall: Hall, finished: int) -> Iterator[Door]:
    """A console where tracks are bought."""
    assert finished == 1
    app = create_app(hall.settings.model_copy(update={"music": "elevenlabs"}))
    yield Door(hall, app, TestClient(app, base_url="http://127.0.0.1", follow_redirects=False))
    app.state.desk.db.dispose()


def _both(
    door: Door, form: tuple[str, Any], call: tuple[str, Any], scopes: frozenset[Scope]
) -> Any:
    """What a page and the API answer to the same token."""
    headers = door.token(scopes=scopes)
    page = door.client.post(form[0], data=form[1], headers=headers)
    api = door.client.post(f"{V1}{call[0]}", json=call[1], headers=headers)
    return page, api


@pytest.mark.parametrize("scopes", [FRUGAL, frozenset({Scope.READ, Scope.REVIEW})])
def test_a_rejection_that_buys_something_takes_the_right_to_spend(
    door: Door, scopes: frozenset[Scope]
) -> None:
    said = {"reason": "too loud", "again": True}
    answers = _both(
        door,
        ("/review/reject", {"item": f"arena-000001/{DEAR}", **said}),
        ("/arenas/1/decisions", {"slot": DEAR, "verdict": "reject", **said}),
        scopes,
    )
    assert [each.status_code for each in answers] == [403, 403]
    assert {each.json()["code"] for each in answers} == {"forbidden"}
    assert "may not spend money" in answers[0].json()["detail"]
    assert entries(door.hall.studio.db) == []


def test_a_rejection_that_buys_nothing_takes_a_reviewer(door: Door) -> None:
    headers = door.token(Role.REVIEWER)
    again = 'name="again"'
    assert again not in door.client.get(f"/arenas/1/reject/{DEAR}", headers=headers).text
    assert again in door.client.get("/arenas/1/reject/image_set/view_01", headers=headers).text
    form = {"item": "arena-000001/image_set/view_01", "reason": "too dark", "again": "true"}
    assert door.client.post("/review/reject", data=form, headers=headers).status_code == 303
    assert current_take(door.hall.studio.db, Slot(1, image_slot(1))) == 2


def test_claude_helps_with_a_brief_for_who_may_spend(door: Door) -> None:
    answers = _both(
        door,
        ("/requests/brief", {"project": "hall", "brief": "a cave", "by": "claude"}),
        ("/projects/hall/prompt-help", {"text": "a cave", "by": "claude"}),
        FRUGAL,
    )
    assert [each.status_code for each in answers] == [403, 403]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


def test_a_token_that_spends_but_makes_nothing_orders_nothing(door: Door) -> None:
    answers = _both(
        door,
        ("/requests", {"project": "hall", "count": "1"}),
        ("/requests", {"project": "hall", "count": 1}),
        frozenset({Scope.READ, Scope.SPEND}),
    )
    assert [each.status_code for each in answers] == [403, 403]


def test_a_cap_is_an_admins_and_a_project_a_producers(
    hall: Hall, finished: int, browser: Browser
) -> None:
    assert finished == 1
    producer, admin = browser(Role.PRODUCER), browser(Role.ADMIN)
    form = {"kind": "project", "cap": "5"}
    address = "/projects/hall/budget"
    assert address not in producer.get("/projects/hall", headers=HTML).text
    assert producer.post(address, data=form).status_code == 403
    assert all(each.cap_usd is None for each in get_budgets(hall.studio.db, project="hall"))
    assert address in admin.get("/projects/hall", headers=HTML).text
    assert admin.post(address, data=form).status_code == 303
    assert producer.post("/projects", data={"slug": "new-one"}).status_code == 303
    assert producer.post(f"{V1}/projects", json={"project": "newer"}).status_code == 201
    assert {"new-one", "newer"} <= set(list_projects(hall.studio.db))


def test_what_takes_more_rights_is_not_offered(finished: int, browser: Browser) -> None:
    assert finished == 1
    for path, offered in (
        ("/", "/requests/new"),
        ("/requests", "/requests/new"),
        ("/projects/hall", "/requests/new"),
        ("/arenas/1/slots/image_set/view_01", "/redo/image_set"),
    ):
        assert offered in browser(Role.PRODUCER).get(path, headers=HTML).text, path
        assert offered not in browser(Role.REVIEWER).get(path, headers=HTML).text, path
    assert browser(Role.REVIEWER).get("/requests/new", headers=HTML).status_code == 403
