"""The door to Dagster: who may pass, what may pass, and that it passes whole.

Behind it stands a small server on a Unix socket that tells what reached it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from graphql import parse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from arena_assets.actions.dagster_client import DagsterClient
from arena_assets.console import graphql_guard
from arena_assets.console.app import create_app
from arena_assets.console.auth.access import rights
from arena_assets.console.graphql_guard import changes
from arena_assets.defs.webserver import PREFIX, private_socket
from arena_assets.domain.roles import Role, Scope
from arena_assets.errors import UsageFault
from arena_assets.settings import Settings
from arena_assets.store import audit
from arena_assets_tests.console.conftest import ORIGIN, Browser, Program

_SOCKET_URL = "ws://127.0.0.1:3000/dagster/graphql"
_ASK = {"query": "query Q { version }", "variables": None, "operationName": None}
_CHANGE = {**_ASK, "query": "mutation M { launchRun { __typename } }"}


class Behind:
    """What reached the server behind the door."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, bytes, dict[str, str]]] = []

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        path = request.scope["raw_path"].decode()
        self.seen.append((request.method, path, body, dict(request.headers)))
        if path.endswith("/big"):
            return Response(b"x" * 3_000_000, headers={"Set-Cookie": "theirs=1"})
        return JSONResponse({"data": {"version": "1"}})

    async def talk(self, socket: WebSocket) -> None:
        await socket.accept("graphql-ws")
        try:
            async for text in socket.iter_text():
                self.seen.append(("WS", "", text.encode(), {}))
                await socket.send_text('{"type": "connection_ack"}')
        except WebSocketDisconnect:
            pass


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Behind, Path]]:
    told = Behind()
    place = tmp_path_factory.mktemp("door") / "web.sock"
    routes = [
        WebSocketRoute("/dagster/graphql", told.talk),
        Route("/{path:path}", told.answer, methods=["GET", "POST", "HEAD"]),
    ]
    config = uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    listening = private_socket(place)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield told, place
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def app(tmp_path: Path, behind: tuple[Behind, Path]) -> Iterator[FastAPI]:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    behind[0].seen.clear()
    made = create_app(settings, dagster_socket=behind[1])
    yield made
    made.state.desk.db.dispose()


def test_only_this_user_may_open_the_socket(behind: tuple[Behind, Path]) -> None:
    assert behind[1].stat().st_mode & 0o777 == 0o600


def test_the_client_and_the_door_agree_on_the_prefix(behind: tuple[Behind, Path]) -> None:
    with DagsterClient(behind[1]) as client:
        client.answers()
    assert behind[0].seen[-1][1] == f"{PREFIX}/server_info"


def test_a_page_passes_without_the_cookie_and_comes_back_without_theirs(
    browser: Browser, behind: tuple[Behind, Path]
) -> None:
    with browser(Role.VIEWER) as client:
        answer = client.get("/dagster/runs/a%20b/big?limit=3")
    assert answer.content == b"x" * 3_000_000
    assert "set-cookie" not in answer.headers
    method, path, _body, headers = behind[0].seen[0]
    assert (method, path) == ("GET", "/dagster/runs/a%20b/big")
    assert not {"cookie", "authorization", "x-csrf-token"} & set(headers)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_ask_and_producers_may_change(
    browser: Browser, behind: tuple[Behind, Path], role: Role
) -> None:
    with browser(role) as client:
        assert client.post("/dagster/graphql", json=_ASK).status_code == 200
        status = client.post("/dagster/graphql", json=_CHANGE).status_code
    assert status == (200 if role >= Role.PRODUCER else 403)
    passed = [json.loads(each[2]) for each in behind[0].seen]
    assert passed == [_ASK, _CHANGE][: 1 + (role >= Role.PRODUCER)]


def test_a_change_is_on_record_and_a_question_is_not(browser: Browser, app: FastAPI) -> None:
    with browser(Role.PRODUCER) as client:
        client.post("/dagster/graphql", json=_ASK)
        client.post("/dagster/graphql", json=_CHANGE)
        lines = audit.entries(app.state.desk.db)
    found = [(each.who, each.action, each.target) for each in lines]
    assert found == [("the producer", "dagster.change", "launchRun")]


def test_a_question_is_parsed_once(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def parse_(text: str, **given: Any) -> Any:
        parsed.append(text)
        return parse(text, **given)

    monkeypatch.setattr(graphql_guard, "parse", parse_)
    with browser(Role.PRODUCER) as client:
        client.post("/dagster/graphql", json=_CHANGE)
    assert parsed == [_CHANGE["query"]]


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("GET", "/dagster/graphql?query={version}", {}),
        ("GET", "/dagster/graphql", {"headers": {"Accept": "text/html"}}),
        ("POST", "/dagster/graphql?query={version}", {}),
        ("POST", "/dagster/graphql", {"data": {"query": "{version}"}}),
        ("POST", "/dagster/graphql", {"content": "{version}", "type": "application/graphql"}),
        ("POST", "/dagster/graphql", {"content": '{"query":"{a}"}', "type": "text/plain"}),
        ("POST", "/dagster/graphql", {"content": "[]", "type": "application/json"}),
        ("POST", "/dagster/graphql", {"json": [_ASK]}),
        ("POST", "/dagster/graphql", {"json": {"query": ["{a}"]}}),
        ("POST", "/dagster/graphql", {"json": {"query": "query {"}}),
        ("POST", "/dagster/graphql/", {"json": _ASK}),
        ("GET", "/dagster/graphql/?query={version}", {}),
        ("GET", "/dagster//graphql?query={version}", {}),
        ("GET", "/dagster/%67raphql?query={version}", {}),
        ("GET", "/dagster/x/../graphql?query={version}", {}),
        ("GET", "/dagster/x/%2e%2e/graphql?query={version}", {}),
        ("POST", "/dagster/report_asset_materialization/a", {"json": {}}),
        ("GET", "/dagster/report_asset_materialization/a", {}),
        ("PUT", "/dagster/graphql", {"json": _ASK}),
        ("DELETE", "/dagster/runs", {}),
    ],
)
def test_nothing_else_reaches_dagster(
    browser: Browser,
    behind: tuple[Behind, Path],
    method: str,
    path: str,
    given: dict[str, object],
) -> None:
    kind = given.pop("type", None)
    headers = {"Content-Type": str(kind)} if kind else {}
    with browser(Role.ADMIN) as client:
        answer = client.request(method, path, **({"headers": headers} | given))  # type: ignore[arg-type]
    assert answer.status_code in (403, 404, 405, 422)
    assert behind[0].seen == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_another_sites_question_is_refused(
    browser: Browser, behind: tuple[Behind, Path], headers: dict[str, str]
) -> None:
    with browser(Role.ADMIN) as client:
        assert client.post("/dagster/graphql", json=_ASK, headers=headers).status_code == 403
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect(_SOCKET_URL, ["graphql-ws"], headers=headers),
        ):
            pass
    assert behind[0].seen == []


def test_a_stranger_gets_no_websocket(stranger: TestClient, behind: tuple[Behind, Path]) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        stranger.websocket_connect(_SOCKET_URL, ["graphql-ws"]),
    ):
        pass
    assert behind[0].seen == []


def test_a_websocket_passes_subscriptions_and_no_mutation(
    browser: Browser, behind: tuple[Behind, Path]
) -> None:
    def start(query: str) -> dict[str, object]:
        return {"type": "start", "id": "1", "payload": {"query": query}}

    with (
        browser(Role.ADMIN) as client,
        client.websocket_connect(_SOCKET_URL, ["graphql-ws"]) as socket,
    ):
        assert socket.accepted_subprotocol == "graphql-ws"
        socket.send_json(start("subscription { logs }"))
        assert socket.receive_json() == {"type": "connection_ack"}
        socket.send_json(start(_CHANGE["query"] or ""))
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 1008
    assert len(behind[0].seen) == 1


def test_a_token_for_some_projects_is_kept_out_of_dagster(program: Program) -> None:
    with program(Scope.READ, projects=["cards"]) as client:
        assert client.get("/dagster/runs").status_code == 403
    with program(Scope.READ) as client:
        assert client.get("/dagster/runs").status_code == 200


def test_without_dagster_the_door_says_so(browser: Browser, app: FastAPI, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    alone = create_app(settings, dagster_socket=tmp_path / "nobody.sock")
    with TestClient(alone, ORIGIN) as client:
        client.cookies = browser(Role.VIEWER).cookies
        answer = client.get("/dagster/runs")
    assert answer.status_code == 503
    assert "arena serve" in answer.json()["detail"]
    assert list(rights(alone)) == list(rights(app))


@pytest.mark.parametrize(
    ("query", "changed"),
    [
        ("mutation { a }", "a"),
        ("query A { a } mutation B { b c }", "b, c"),
        ("mutation A { a } mutation B { b }", "a, b"),
        ("#comment\n\n mutation\n{a}", "a"),
        ("\ufeffmutation { a }", "a"),
        ("fragment F on M { a } mutation { ...F }", ""),
        ("fragment mutation on Q { a } query { ...mutation }", None),
        ('query { a(text: "mutation { b }") }', None),
        ("{ mutation }", None),
        ("subscription { a }", None),
    ],
)
def test_a_mutation_is_told_by_its_grammar(query: str, changed: str | None) -> None:
    assert changes(query) == changed


@pytest.mark.parametrize("query", [None, 3, "", "{", "{a" * 3000 + "}" * 3000, "{" + "a " * 30_000])
def test_what_cannot_be_read_is_refused(query: object) -> None:
    with pytest.raises(UsageFault):
        changes(query)
