"""Live events: server-sent events that resume by ``Last-Event-ID``, and a websocket with the same.

A stream tells only of projects that its reader may see.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Header, Path, Query, WebSocket
from fastapi.responses import StreamingResponse
from starlette.requests import HTTPConnection

from arena_assets.console.api.v1.reach import (
    MAX_ID,
    ArenaId,
    At,
    Reader,
    plan_for,
    request_for,
    sees,
)
from arena_assets.console.auth.lasting import Lasting
from arena_assets.console.auth.principal import Principal
from arena_assets.console.desk import desk
from arena_assets.console.events.pump import EventPump, Told, Wanted

router = APIRouter(tags=["events"])
HEARTBEAT_SECONDS = 1.0
_COMMENT_EVERY = 15
_RETRY_MS = 2000
_LastId = Annotated[str | None, Header(alias="Last-Event-ID", max_length=20)]
After = Annotated[int | None, Query(ge=0, le=2**53, description="Events after this number.")]
_SSE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {}}}}


@router.get("/events", response_class=StreamingResponse, responses=_SSE, summary="Everything")
def read_events(
    connection: HTTPConnection, reader: Reader, last: _LastId = None, after: After = None
) -> StreamingResponse:
    """Without a number it tells what happens from now on; a client that comes back with
    `Last-Event-ID` gets what it missed first."""
    return _answer(connection, reader, _visible(reader), last, after)


@router.get(
    "/arenas/{arena}/events", response_class=StreamingResponse, responses=_SSE, summary="One arena"
)
def read_arena_events(
    connection: HTTPConnection,
    at: At,
    reader: Reader,
    arena: ArenaId,
    last: _LastId = None,
    after: After = None,
) -> StreamingResponse:
    arena_id = plan_for(at, reader, arena).arena_id
    return _answer(connection, reader, lambda told: told.arena_id == arena_id, last, after)


@router.get(
    "/requests/{request_id}/events",
    response_class=StreamingResponse,
    responses=_SSE,
    summary="One request",
)
def read_request_events(
    connection: HTTPConnection,
    at: At,
    reader: Reader,
    request_id: Annotated[int, Path(ge=1, le=MAX_ID)],
    last: _LastId = None,
    after: After = None,
) -> StreamingResponse:
    request_for(at, reader, request_id)
    return _answer(connection, reader, lambda told: told.request_id == request_id, last, after)


@router.websocket("/ws")
async def events_socket(socket: WebSocket, reader: Reader, after: int | None = None) -> None:
    """The same events, one JSON text each; ``{"quiet": true}`` when there is nothing to tell."""
    if not _same_origin(socket):
        await socket.close(code=1008, reason="another site")
        return
    await socket.accept()
    quiet = 0
    lasting = Lasting(socket, reader)
    async for told in _pump(socket).stream(_visible(reader), after, HEARTBEAT_SECONDS):
        if await lasting.over():
            break
        quiet = quiet + 1 if told is None else 0
        if told is not None:
            await socket.send_json(told.data)
        elif quiet % _COMMENT_EVERY == 0:
            await socket.send_json({"quiet": True})
    stopping = desk(socket).stopping.is_set()
    await socket.close(code=1001 if stopping else 1008)


def _answer(
    connection: HTTPConnection,
    reader: Principal,
    wanted: Wanted,
    last: str | None,
    after: int | None,
) -> StreamingResponse:
    if last is not None and last.isascii() and last.isdigit():
        after = int(last)
    return StreamingResponse(
        _lines(connection, Lasting(connection, reader), wanted, after),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
    )


async def _lines(
    connection: HTTPConnection, lasting: Lasting, wanted: Wanted, after: int | None
) -> AsyncIterator[str]:
    """Events by the standard's grammar: id, event, data, an empty line; a comment as heartbeat."""
    yield f"retry: {_RETRY_MS}\n\n"
    if desk(connection).stopping.is_set():
        return
    quiet = 0
    async for told in _pump(connection).stream(wanted, after, HEARTBEAT_SECONDS):
        if await lasting.over():
            return
        quiet = quiet + 1 if told is None else 0
        if told is not None:
            data = json.dumps(told.data, ensure_ascii=False)
            yield f"id: {told.seq}\nevent: {told.kind}\ndata: {data}\n\n"
        elif quiet % _COMMENT_EVERY == 0:
            yield ": quiet\n\n"


def _same_origin(socket: WebSocket) -> bool:
    """A page of another site may open a websocket with our cookie; a program sends no origin."""
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == socket.headers.get("host")


def _visible(reader: Principal) -> Wanted:
    def wanted(told: Told) -> bool:
        return reader.projects is None or (told.project is not None and sees(reader, told.project))

    return wanted


def _pump(connection: HTTPConnection) -> EventPump:
    pump: EventPump = connection.app.state.pump
    return pump
