"""Errors as answers: problem+json for programs (RFC 9457), a page for people, one sentence."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.websockets import WebSocket, WebSocketState

from arena_assets.console.render import page
from arena_assets.errors import ArenaError, NotFound, SignInNeeded, UsageFault

_log = logging.getLogger("arena.console")
_POLICY_VIOLATION = 1008
_READ_BY_PEOPLE = "/api/v1/docs"
_MACHINE = ("/api/", "/ws", "/metrics", "/healthz", "/readyz")


class Unexpected(ArenaError):
    """A fault of ours. Its cause is in the log, never in the answer."""

    code = "unexpected"


def install(app: FastAPI) -> None:
    """Answer every error this way."""
    for kind in (ArenaError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _handle)  # type: ignore[arg-type]


def answer(request: Request, error: ArenaError) -> Response:
    """The answer for an error, in the form the asker reads."""
    headers = {"Cache-Control": "no-store"}
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(max(1, round(retry_after)))
    if not _for_people(request):
        if isinstance(error, SignInNeeded):
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(
            problem(error),
            status_code=error.http_status,
            headers=headers,
            media_type="application/problem+json",
        )
    if isinstance(error, SignInNeeded):
        back = request.url.path
        if request.url.query:
            back = f"{back}?{request.url.query}"
        to = "/sign-in" if request.method != "GET" else f"/sign-in?next={quote(back, safe='')}"
        return RedirectResponse(to, status_code=303, headers=headers)
    return page(request, "error.html", status=error.http_status, headers=headers, error=error)


def problem(error: ArenaError) -> dict[str, object]:
    """``detail`` is the sentence everybody is told; ``code`` is what a program branches on."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(error.http_status).phrase,
        "status": error.http_status,
        "detail": str(error),
        "code": error.code,
        "next_step": error.next_step,
        "money": error.money,
    }


def _for_people(request: Request) -> bool:
    machine = request.url.path.startswith(_MACHINE) and request.url.path != _READ_BY_PEOPLE
    if machine or request.headers.get("HX-Request"):
        return False
    return "text/html" in request.headers.get("accept", "")


async def _handle(connection: HTTPConnection, error: Exception) -> Response | None:
    if isinstance(connection, WebSocket):
        # Before it opened, this is an answer 403; what there is to say is in the log at most.
        if connection.application_state is not WebSocketState.DISCONNECTED:
            await connection.close(_POLICY_VIOLATION)
        return None
    assert isinstance(connection, Request)  # noqa: S101  (there is no third kind)
    return answer(connection, _as_ours(connection, error))


def _as_ours(request: Request, error: Exception) -> ArenaError:
    if isinstance(error, ArenaError):
        return error
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return UsageFault(f"{where}: {first['msg']}", "Change it and send it again")
    if isinstance(error, HTTPException):
        if error.status_code == HTTPStatus.NOT_FOUND:
            return NotFound("There is nothing at this address", "Begin at /")
        kind = _with_status(error.status_code)
        return kind(str(error.detail), "See the documentation at /api/v1/docs")
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return Unexpected("Something went wrong here", "Try again; the console's log says more")


def _with_status(status: int) -> type[UsageFault]:
    return type("HttpFault", (UsageFault,), {"http_status": status, "code": f"http_{status}"})
