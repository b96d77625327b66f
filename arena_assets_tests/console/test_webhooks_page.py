"""The page of webhooks and its twin in the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from arena_assets.actions.webhooks.signing import HEADER, holds
from arena_assets.console.app import create_app
from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role, Scope
from arena_assets.settings import Settings
from arena_assets.store.base import utc_now
from arena_assets.store.versions import ensure_project
from arena_assets.store.webhooks import deliveries_of, list_webhooks
from arena_assets_tests.console.conftest import HTML, Browser, Program
from arena_assets_tests.hook_receiver import Receiver, receiver

__all__ = ["receiver"]
_BASE = "/projects/hall/webhooks"


@pytest.fixture
def app(tmp_path: object) -> Iterator[FastAPI]:
    """A console whose administrator lets webhooks reach this machine by one name."""
    settings = Settings(_env_file=None, data_dir=f"{tmp_path}/data", webhook_hosts="127.0.0.1")
    made = create_app(settings)
    made.state.desk.stopping.set()
    ensure_project(made.state.desk.db, "hall")
    yield made
    made.state.desk.db.dispose()


def _add(client: TestClient, url: str, **more: object) -> str:
    return client.post(_BASE, data={"url": url, **more}, headers=HTML).text


def test_the_secret_is_shown_once_and_signs_the_test_message(
    here: Desk, browser: Browser, receiver: Receiver
) -> None:
    client = browser(Role.PRODUCER)
    page = _add(client, receiver.url, kinds=["arena_published", "arena_failed"])
    (secret,) = set(re.findall(r"whsec_[\w-]+", page))
    assert secret not in client.get(_BASE, headers=HTML).text
    (hook,) = list_webhooks(here.db, "hall")
    assert hook.kinds == ("arena_published", "arena_failed")
    receiver.answers = [204]
    told = client.post(f"{_BASE}/{hook.webhook_id}/test")
    assert told.headers["location"].endswith(f"#hook-{hook.webhook_id}")
    ((headers, body),) = receiver.heard
    assert json.loads(body)["project"] == "hall"
    assert holds(secret, headers[HEADER], body, utc_now().timestamp())
    assert "delivered" in client.get(_BASE, headers=HTML).text


def test_an_address_inside_is_refused_with_the_reason_and_kept_in_the_form(
    here: Desk, browser: Browser
) -> None:
    client = browser(Role.PRODUCER)
    told = {"url": "https://10.0.0.7/inside", "kinds": ["arena_failed"]}
    answer = client.post(_BASE, data=told, headers=HTML)
    assert answer.status_code == 422
    assert "it leads to a private network" in answer.text
    assert 'value="https://10.0.0.7/inside"' in answer.text
    assert list_webhooks(here.db, "hall") == []


def test_it_is_paused_resumed_and_removed(here: Desk, browser: Browser, receiver: Receiver) -> None:
    client = browser(Role.PRODUCER)
    _add(client, receiver.url)
    (hook,) = list_webhooks(here.db, "hall")
    for paused in ("true", "false"):
        client.post(f"{_BASE}/{hook.webhook_id}/pause", data={"paused": paused})
        assert list_webhooks(here.db, "hall")[0].paused is (paused == "true")
    client.post(f"{_BASE}/{hook.webhook_id}/remove")
    assert list_webhooks(here.db, "hall") == []


def test_a_webhook_of_another_project_is_not_reached_through_ones_own(
    here: Desk, browser: Browser, program: Program, receiver: Receiver
) -> None:
    ensure_project(here.db, "other")
    _add(browser(Role.PRODUCER), receiver.url)
    (hook,) = list_webhooks(here.db, "hall")
    client = program(Scope.READ, Scope.PRODUCE, projects=["other"])
    for path in ("test", "deliveries/1/retry"):
        url = f"/api/v1/projects/other/webhooks/{hook.webhook_id}/{path}"
        assert client.post(url).status_code == 404
    url = f"/api/v1/projects/other/webhooks/{hook.webhook_id}"
    assert client.patch(url, json={"paused": True}).status_code == 404
    assert client.patch(url.replace("other", "hall"), json={"paused": True}).status_code == 404
    assert not list_webhooks(here.db, "hall")[0].paused
    assert receiver.heard == []


def test_the_api_pauses_tests_and_retries(here: Desk, program: Program, receiver: Receiver) -> None:
    client = program(Scope.READ, Scope.PRODUCE)
    base = "/api/v1/projects/hall/webhooks"
    made = client.post(base, json={"url": receiver.url}).json()
    url = f"{base}/{made['webhook_id']}"
    assert client.patch(url, json={"paused": True}).json()["paused"] is True
    receiver.answers = [418]
    told = client.post(f"{url}/test").json()
    assert (told["test"], told["event"], told["state"]) == (True, None, "given_up")
    assert (told["status"], told["error"]) == (418, "it said 418")
    trial = deliveries_of(here.db, made["webhook_id"])[0]
    again = client.post(f"{url}/deliveries/{trial.delivery_id}/retry")
    assert again.status_code == 404, "a trial is not an event that could be sent again"
