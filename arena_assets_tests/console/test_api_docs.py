"""The API's reference tells every operation, its right, and an example that is taken as it is."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from arena_assets.console.api.reference import Operation, reference, sample
from arena_assets.console.api.v1.routes import document
from arena_assets.domain.roles import Role, Scope
from arena_assets_tests.console.conftest import HTML, ORIGIN, Browser, Program

_ENDLESS = "text/event-stream"


def _operations(app: FastAPI) -> list[Operation]:
    return [each for section in reference(app, "") for each in section.operations]


def test_every_operation_of_the_document_is_told_once(app: FastAPI, browser: Browser) -> None:
    told = _operations(app)
    wanted = [
        (method.upper(), path) for path, all_ in document(app)["paths"].items() for method in all_
    ]
    assert sorted((each.method, each.path) for each in told) == sorted(wanted)
    assert len({each.anchor for each in told}) == len(told) > 40
    page = browser(Role.VIEWER).get("/api/v1/docs", headers=HTML).text
    for each in told:
        assert f'id="{each.anchor}"' in page
    assert f"curl '{ORIGIN}/api/v1/arenas/arena-000042'" in unescape(page)


def test_rights_are_those_of_the_routes(app: FastAPI, browser: Browser) -> None:
    scopes = {(each.method, each.path): each.scopes for each in _operations(app)}
    assert scopes["GET", "/api/v1/arenas"] == (Scope.READ,)
    assert scopes["POST", "/api/v1/requests"] == (Scope.PRODUCE, Scope.SPEND)
    assert scopes["PUT", "/api/v1/projects/{project}/budgets"] == (Scope.ADMIN,)
    page = browser(Role.VIEWER).get("/api/v1/docs", headers=HTML).text
    assert "Takes the rights to <b>produce</b> and <b>spend</b>." in page


def test_every_example_is_understood(
    app: FastAPI, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(2, 1, 6, "", ("93.184.215.14", 443))]  # so that no name is asked for
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_named: found)
    client = program(*Scope)
    wrong = []
    for each in _operations(app):
        if each.media_type == _ENDLESS or "reference.png" in each.example:
            continue
        answer = client.request(each.method, each.url, json=each.body)
        if answer.status_code == 422 or answer.status_code >= 500:
            wrong.append(f"{each.method} {each.url}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


def test_a_command_carries_the_body_the_key_and_the_token(app: FastAPI) -> None:
    (placed,) = [
        each
        for each in _operations(app)
        if (each.method, each.path) == ("POST", "/api/v1/requests")
    ]
    assert placed.body["project"] == "card-game"
    for part in ("-X POST", "Bearer $ARENA_TOKEN", "Idempotency-Key", '"count": 2'):
        assert part in placed.example
    assert not re.search(r"\{(?!\")", placed.url)


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({"type": "integer", "minimum": 3}, 3),
        ({"anyOf": [{"type": "null"}, {"type": "string", "default": "x"}]}, "x"),
        ({"enum": ["a", "b"]}, "a"),
        ({"type": "array", "items": {"type": "boolean"}}, [True]),
        ({"examples": ["best"], "type": "string"}, "best"),
        ({"$ref": "#/components/schemas/It"}, {"needed": "text"}),
    ],
)
def test_samples_fit_their_schema(schema: dict[str, object], wanted: object) -> None:
    text = {"type": "string"}
    it = {"type": "object", "properties": {"needed": text, "not": text}, "required": ["needed"]}
    assert sample({"components": {"schemas": {"It": it}}}, schema) == wanted


def test_a_stranger_is_led_to_the_sign_in(stranger: TestClient) -> None:
    answer = stranger.get("/api/v1/docs", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2Fapi%2Fv1%2Fdocs")
