"""To look changes nothing: every GET leaves every table as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from fastapi import FastAPI

from arena_assets.console.auth.access import rights
from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role
from arena_assets.store.requests import list_projects
from arena_assets.store.versions import ensure_project
from arena_assets_tests.console.conftest import HTML, Browser
from arena_assets_tests.console.test_one_effect import everything

_VALUES: Mapping[str, str] = {
    "arena": "1",
    "asset": "image_set",
    "name": "view_01",
    "track": "main",
    "key": "0" * 64,
    "call": "0" * 64,
    "digest": "0" * 20,
    "sha256": "0" * 64,
    "token": "0" * 32,
    "side": "0" * 32,
}
_ASKED = {"slot": "image_set/view_01", "take": ["1", "2"], "track": "main"}
_SIGN_IN = "/sign-in/oidc/callback"
_PACK = "/api/v1/arenas/{arena}/pack"
"""What a browser is sent to, and who takes a pack away, is on record."""


def _writing(app: FastAPI, here: Desk, browser: Browser, project: str) -> set[str]:
    client = browser(Role.ADMIN)
    values = {**_VALUES, "project": project, "slug": project}
    found = set()
    before = everything(here.db)
    for each in rights(app):
        if each.method != "GET":
            continue
        path = re.sub(r"\{([^}:]+)[^}]*\}", lambda part: values.get(part[1], "1"), each.path)
        answer = client.get(path, params=_ASKED, headers=HTML)
        assert answer.status_code < 500 or path.startswith(("/dagster", "/readyz")), path
        after = everything(here.db)
        if after != before:
            found.add(each.path)
        before = after
    return found


def test_no_get_but_a_sign_in_writes_where_nothing_is(
    app: FastAPI, here: Desk, browser: Browser
) -> None:
    assert _writing(app, here, browser, "ghost") == {_SIGN_IN}


def test_no_get_writes_where_an_arena_is_but_what_is_on_record(
    finished: int, app: FastAPI, here: Desk, browser: Browser
) -> None:
    assert finished == 1
    assert _writing(app, here, browser, "hall") == {_SIGN_IN, _PACK}


@pytest.mark.parametrize("path", ["", "/style", "/webhooks", "/references/" + "0" * 64])
def test_a_project_that_is_not_there_is_not_found_and_not_made(
    here: Desk, browser: Browser, path: str
) -> None:
    answer = browser(Role.PRODUCER).get(f"/projects/ghost{path}", headers=HTML)
    assert answer.status_code == 404
    assert list_projects(here.db) == []


@pytest.mark.parametrize("path", ["/rules", "/style", "/style/effect", "/style/apply", "/budget"])
def test_no_form_makes_a_project_that_is_not_there(here: Desk, browser: Browser, path: str) -> None:
    form = {"kind": "project", "arena": "1"}
    assert browser(Role.ADMIN).post(f"/projects/ghost{path}", data=form).status_code == 404
    assert list_projects(here.db) == []


def test_a_form_for_a_first_request_leads_to_no_project_yet(here: Desk, browser: Browser) -> None:
    client = browser(Role.PRODUCER)
    address = "/projects/cards/style"
    first = client.get("/requests/new?project=cards", headers=HTML)
    assert first.status_code == 200
    assert address not in first.text
    ensure_project(here.db, "cards")
    assert address in client.get("/requests/new?project=cards", headers=HTML).text
