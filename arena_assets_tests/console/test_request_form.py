"""The form for a request: one click is one request, and a correction is another."""

from __future__ import annotations

import re
from dataclasses import replace

from fastapi import FastAPI
from starlette.testclient import TestClient

from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role, Scope
from arena_assets.store.requests import get_request, list_requests
from arena_assets_tests.console.conftest import HTML, Browser, Program

_ASKED = {"project": "default", "count": "2", "brief": "a frozen waterfall"}


def _key(page: str) -> str:
    (found,) = re.findall(r'name="key" value="([^"]+)"', page)
    return str(found)


def _placed(client: TestClient) -> dict[str, str]:
    """The form as it was sent, after which request 1 is placed."""
    told = {**_ASKED, "key": _key(client.get("/requests/new", headers=HTML).text)}
    went = client.post("/requests", data=told)
    assert went.headers["location"] == "/requests/1"
    return told


def test_the_same_form_sent_twice_is_one_request(here: Desk, browser: Browser) -> None:
    client = browser(Role.PRODUCER)
    told = _placed(client)
    assert client.post("/requests", data=told).headers["location"] == "/requests/1"
    assert len(list_requests(here.db)) == 1


def test_a_form_that_was_placed_and_is_changed_says_so_and_can_be_placed_again(
    here: Desk, browser: Browser
) -> None:
    client = browser(Role.PRODUCER)
    changed = {**_placed(client), "count": "3"}
    again = client.post("/requests", data=changed, headers=HTML)
    assert again.status_code == 409
    assert "This form has placed request 1 already" in again.text
    assert 'value="3"' in again.text
    assert len(list_requests(here.db)) == 1, "nothing is bought twice unasked"
    told = {**changed, "key": _key(again.text)}
    assert client.post("/requests", data=told).headers["location"] == "/requests/2"
    assert get_request(here.db, 2).spec.count == 3


def test_a_correction_of_a_form_that_was_placed_is_not_taken_for_the_first(
    here: Desk, browser: Browser
) -> None:
    client = browser(Role.PRODUCER)
    told = _placed(client)
    wrong = client.post("/requests", data={**told, "count": "2000"}, headers=HTML)
    assert wrong.status_code == 422
    told["key"] = _key(wrong.text)
    assert client.post("/requests", data=told).headers["location"] == "/requests/2"
    assert len(list_requests(here.db)) == 2


def test_a_form_that_placed_nothing_keeps_its_key_and_what_it_says(browser: Browser) -> None:
    client = browser(Role.PRODUCER)
    told = {**_ASKED, "key": "k1", "count": "2000", "cap_usd": "5", "economy": "true"}
    page = client.post("/requests", data=told, headers=HTML).text
    assert _key(page) == "k1", "two clicks on the corrected form are one request"
    assert 'name="cap_usd" min="0" step="0.01" value="5"' in page
    assert 'name="economy" value="true" checked' in page


def test_a_form_that_names_no_project_asks_in_the_one_it_was_let_into(
    app: FastAPI, here: Desk, program: Program
) -> None:
    settings = here.settings.model_copy(update={"project": "cards"})
    app.state.desk = replace(here, settings=settings)
    client = program(*Scope, projects=["cards"])
    assert client.post("/requests", data={"count": "1"}).status_code == 303
    assert get_request(here.db, 1).spec.project == "cards"
