"""Dagster's webserver under ``/dagster``, for who is signed in; it listens on a private socket.

GraphQL is answered for same-origin ``POST application/json`` only. Whatever else would change
something there (Dagster's report endpoints) is not passed on at all. Bodies stream both ways.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

import httpx
import websockets
from fastapi import APIRouter, Depends, Request, WebSocket
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.websockets import WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.typing import Subprotocol

from arena_assets.console.auth.access import needs
from arena_assets.console.auth.lasting import Lasting
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.desk import Desk, desk
from arena_assets.console.graphql_guard import checked, checked_message
from arena_assets.errors import ArenaError, Forbidden, NotFound, Outage, UsageFault
from arena_assets.store.audit import record

router = APIRouter(prefix="/dagster", include_in_schema=False)


async def dagster_reader(
    # Dagster's pages know no token of ours: what they send is held to this origin and to JSON,
    # which no form of another site can send.
    principal: Annotated[Principal, Depends(needs(Scope.READ, csrf=False))],
) -> Principal:
    """Whoever may read everything: Dagster knows no projects."""
    if principal.projects is not None:
        raise Forbidden("Dagster shows every project", "Use a token that is not limited to some")
    return principal


Reader = Annotated[Principal, Depends(dagster_reader)]
Here = Annotated[Desk, Depends(desk)]
_ORIGIN = "http://dagster"
_GRAPHQL_WS = Subprotocol("graphql-ws")
_POLICY_VIOLATION = 1008
# RFC 9110 §7.6.1, and what is between the browser and us only.
_HOP = frozenset(
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
        "origin",
        "referer",
        "x-csrf-token",
    ]
)
_HOP_BACK = _HOP - {"content-length"} | {"set-cookie", "server", "date", "feature-policy"}


@router.get("")
def front(_who: Reader) -> Response:
    """Dagster's own start page."""
    return RedirectResponse("/dagster/", status_code=307)


@router.post("/graphql")
async def graphql(request: Request, here: Here, principal: Reader) -> Response:
    """A question or, for producers, a mutation."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise UsageFault(
            "Dagster's GraphQL takes application/json only", "Send the question as JSON"
        )
    body, changed = checked(await request.body(), principal)
    request.state.audited = True
    if changed is not None:  # on record before it is passed on: what becomes of it is Dagster's
        await run_in_threadpool(record, here.db, "dagster.change", changed)
    return await _passed_on(request, here, "graphql", body, {"content-type": "application/json"})


@router.get("/graphql")
async def playground(request: Request, _who: Reader) -> Response:
    """Nothing is answered by GET, so that no link elsewhere can ask in somebody's name."""
    del request
    raise UsageFault("Dagster's GraphQL is asked by POST", "Send the question as application/json")


@router.get("/{path:path}")
@router.head("/{path:path}")
async def pages(request: Request, here: Here, _who: Reader, path: str) -> Response:
    """Pages, their files, logs."""
    parts = path.removesuffix("/").split("/")
    # Dagster reads the path as we do, decoded once; a path that steps back or stands still could
    # name something else there than here.
    odd = path != "" and any(each in ("", ".", "..") or "\\" in each for each in parts)
    if odd or parts[0] == "graphql" or parts[0].startswith("report_asset"):
        raise NotFound("There is nothing at this address", "Begin at /dagster/")
    return await _passed_on(request, here, path)


@router.websocket("/graphql")
async def events(socket: WebSocket, here: Here, who: Reader) -> None:
    """What Dagster's pages subscribe to. SameOrigin has refused foreign origins before."""
    if here.dagster_socket is None or _GRAPHQL_WS not in socket.scope["subprotocols"]:
        await socket.close(_POLICY_VIOLATION)
        return
    try:
        async with unix_connect(
            str(here.dagster_socket),
            "ws://dagster/dagster/graphql",
            subprotocols=[_GRAPHQL_WS],
            max_size=None,
            proxy=None,
        ) as behind:
            await socket.accept(_GRAPHQL_WS)
            await _both_ways(socket, behind, Lasting(socket, who))
    except (OSError, websockets.WebSocketException):
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(1011)


async def _both_ways(socket: WebSocket, behind: ClientConnection, lasting: Lasting) -> None:
    async def onward() -> None:
        async for text in socket.iter_text():
            await behind.send(checked_message(text))

    async def back() -> None:
        async for message in behind:
            await socket.send_text(message if isinstance(message, str) else message.decode())

    async def end() -> None:
        while not await lasting.over():
            await asyncio.sleep(0.5)

    ways = [asyncio.create_task(each()) for each in (onward, back, end)]
    done, rest = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for each in rest:
        each.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    refused = any(isinstance(each.exception(), ArenaError) for each in done)
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(_POLICY_VIOLATION if refused else 1000)


async def _passed_on(
    request: Request,
    here: Desk,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    kept = {name: value for name, value in request.headers.items() if name not in _HOP}
    raw = request.scope["raw_path"].decode("ascii") if body is None else f"/dagster/{path}"
    query = request.url.query if body is None else ""
    url = f"{_ORIGIN}{raw}{'?' + query if query else ''}"
    client = _client(request, here)
    try:
        asked = client.build_request(
            request.method, url, headers={**kept, **(headers or {})}, content=body
        )
        found = await client.send(asked, stream=True)
    except httpx.HTTPError as error:
        raise Outage("Dagster does not answer", "Wait a moment; 'arena serve' restarts it") from (
            error
        )
    answered = {name: value for name, value in found.headers.items() if name not in _HOP_BACK}
    return StreamingResponse(
        _chunks(found), found.status_code, answered, background=BackgroundTask(found.aclose)
    )


async def _chunks(found: httpx.Response) -> AsyncIterator[bytes]:
    # As they came, still compressed; the header that says so is passed on too.
    try:
        async for chunk in found.aiter_raw():
            yield chunk
    finally:
        await found.aclose()


def _client(request: Request, here: Desk) -> httpx.AsyncClient:
    """One client of the console, made at its first use; the app closes it."""
    if here.dagster_socket is None:
        raise Outage("Dagster is not running", "Start everything with 'arena serve'")
    state = request.app.state
    if not hasattr(state, "dagster"):
        state.dagster = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=str(here.dagster_socket)),
            timeout=httpx.Timeout(60.0, connect=5.0),
            trust_env=False,
        )
    client: httpx.AsyncClient = state.dagster
    return client
