"""The Dagster UI behind our sign-in: ``/dagster`` leads to a webserver that only we can reach.

It listens on a Unix socket that nobody else may open. Reading takes the scope read; whatever
changes something there, a launch or a report, takes produce and a page of our own origin. What a
browser asks over GraphQL is parsed to tell one from the other.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import httpx
import websockets
from fastapi import APIRouter, Depends, FastAPI
from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, unix_connect

from arena_assets.console.auth.access import needs
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.guard.forgery import SAFE, same_origin
from arena_assets.errors import ArenaError, NotAllowed, Outage, UsageFault

router = APIRouter(include_in_schema=False)
PREFIX = "/dagster"
_GRAPHQL = f"{PREFIX}/graphql"
_PATIENCE = httpx.Timeout(60.0, connect=5.0)
_MOST_QUERY_TOKENS = 20_000
_HOP_BY_HOP = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
        "content-length",
        "cookie",
        "authorization",
    ]
)
"""RFC 9110, 7.6.1; and what is between the browser and us alone."""
_KEPT_BACK = frozenset(("server", "date", "content-security-policy", "x-frame-options"))
_ENDS = (WebSocketDisconnect, websockets.ConnectionClosed, ArenaError, ValueError, KeyError)
Reader = Annotated[Principal, Depends(needs(Scope.READ))]


@asynccontextmanager
async def connected(app: FastAPI, socket: Path | None) -> AsyncIterator[None]:
    """Have the application know the webserver's socket while it runs."""
    app.state.dagster_socket = socket
    transport = httpx.AsyncHTTPTransport(uds=str(socket)) if socket else None
    # trust_env off: a proxy in the environment has no business with a socket of ours.
    async with httpx.AsyncClient(
        transport=transport, base_url="http://dagster", timeout=_PATIENCE, trust_env=False
    ) as client:
        app.state.dagster = client
        yield


@router.get("/dagster")
def home(_who: Reader) -> Response:
    return RedirectResponse(f"{PREFIX}/", 307)


@router.post("/dagster/graphql")
async def graphql(request: Request, who: Reader) -> Response:
    """Questions of whoever may read; changes of whoever may produce; both from our pages only."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise UsageFault("A question to Dagster is JSON", "Send it as application/json")
    body = await request.body()
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise UsageFault("This is no JSON", "Send a GraphQL question as JSON") from error
    for each in asked if isinstance(asked, list) else [asked]:
        _require(who, each)
    return await _pass_on(request, content=body)


@router.get("/dagster/graphql")
def no_graphql(_who: Reader) -> Response:
    raise NotAllowed("Dagster is not asked by address", "Use the Dagster UI, or POST a question")


@router.api_route("/dagster/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
async def anything(request: Request, path: str, who: Reader) -> Response:
    """The UI's files and downloads; reports of materializations by who may produce."""
    del path  # taken from the request as it came, so that nothing is decoded twice
    if request.method in SAFE:
        return await _pass_on(request)
    if not who.may(Scope.PRODUCE):
        raise _not_theirs()
    return await _pass_on(request, content=await request.body())


@router.websocket("/dagster/graphql")
async def live(websocket: WebSocket, who: Reader) -> None:
    """Dagster's live updates, one question after the other looked at as they come."""
    if not same_origin(websocket):
        await websocket.close(1008)
        return
    offered = websocket.scope.get("subprotocols", [])
    socket: Path | None = websocket.app.state.dagster_socket
    try:
        inner = await unix_connect(
            str(socket), uri=f"ws://dagster{_GRAPHQL}", subprotocols=offered, max_size=None
        )
    except (OSError, websockets.InvalidHandshake):
        await websocket.close(1013)
        return
    async with inner:
        await websocket.accept(subprotocol=inner.subprotocol)
        await _join(websocket, inner, who)


async def _join(websocket: WebSocket, inner: ClientConnection, who: Principal) -> None:
    """Carry messages both ways until either side has had enough."""

    async def to_dagster() -> None:
        while True:
            text = await websocket.receive_text()
            message = json.loads(text)
            if isinstance(message, dict) and message.get("type") in ("start", "subscribe"):
                _require(who, message.get("payload"))
            await inner.send(text)

    async def to_browser() -> None:
        async for message in inner:
            await websocket.send_text(message if isinstance(message, str) else message.decode())

    tasks = [asyncio.ensure_future(each()) for each in (to_dagster, to_browser)]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    for task in done:
        with suppress(*_ENDS):
            task.result()
    with suppress(RuntimeError):  # it may be closed already
        await websocket.close()


def _require(who: Principal, asked: Any) -> None:
    """Refuse what they may not ask, and what is no question."""
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
        raise UsageFault("This is no GraphQL question", "Send a query as text")
    try:
        document = parse(asked["query"], max_tokens=_MOST_QUERY_TOKENS)
    except GraphQLError as error:
        raise UsageFault(f"This is no GraphQL ({error.message})", "Correct the query") from error
    operations = (
        each.operation for each in document.definitions if isinstance(each, OperationDefinitionNode)
    )
    # Any change in the document counts, whichever operation is named to be run.
    if any(each is OperationType.MUTATION for each in operations) and not who.may(Scope.PRODUCE):
        raise _not_theirs()


def _not_theirs() -> NotAllowed:
    return NotAllowed(
        "Launching and changing needs the right to produce", "Ask an admin to make you a producer"
    )


async def _pass_on(request: Request, content: bytes | None = None) -> Response:
    client: httpx.AsyncClient = request.app.state.dagster
    raw = request.scope["raw_path"].partition(b"?")[0]
    query = request.scope["query_string"]
    url = httpx.URL("http://dagster").copy_with(raw_path=raw + (b"?" + query if query else b""))
    asked = client.build_request(
        request.method,
        url,
        headers=list(_passing(request.headers.raw, _HOP_BY_HOP)),
        content=content,
    )
    try:
        answer = await client.send(asked, stream=True)
    except httpx.HTTPError as error:
        raise Outage(
            "The Dagster webserver does not answer", "Wait a moment; 'arena serve' restarts it"
        ) from error
    response = StreamingResponse(
        answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose)
    )
    response.raw_headers = list(
        _passing(answer.headers.raw, _HOP_BY_HOP - {"content-length"} | _KEPT_BACK)
    )
    return response


def _passing(
    headers: Iterable[tuple[bytes, bytes]], held: frozenset[str]
) -> Iterable[tuple[bytes, bytes]]:
    for name, value in headers:
        lowered = name.decode("latin-1").casefold()
        if lowered not in held:
            yield lowered.encode("latin-1"), value
