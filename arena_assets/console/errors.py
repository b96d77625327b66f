"""Errors as answers: a page for people, problem details (RFC 9457) for programs, one sentence."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from arena_assets.console.render import page
from arena_assets.errors import ArenaError, NotFound, SignInNeeded, UsageFault

_LOG = logging.getLogger("arena_assets.console")
_PROBLEM = "application/problem+json"


def install(app: FastAPI) -> None:
    """Have the application answer every error so."""
    for kind, handler in (
        (ArenaError, _arena_error),
        (RequestValidationError, _wrong_input),
        (ValidationError, _wrong_input),
        (HTTPException, _http_error),
        (Exception, _unforeseen),
    ):
        app.add_exception_handler(kind, handler)


def wants_json(request: Request) -> bool:
    """Whether a program asks: below ``/api``, or whoever accepts no HTML."""
    path = request.url.path
    return path.startswith(("/api/", "/healthz", "/readyz", "/metrics", "/dagster/graphql"))


def problem(error: ArenaError, **more: Any) -> dict[str, Any]:
    """Problem details of an error: ``detail`` is the sentence, ``next_step`` its last part."""
    return {
        "type": f"about:arena/{error.code}",
        "title": error.what,
        "status": error.http_status,
        "detail": str(error),
        "code": error.code,
        "next_step": error.next_step,
        "money": error.money,
        **more,
    }


async def _arena_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ArenaError)  # noqa: S101 - registered for these alone
    return _answer(request, error)


async def _wrong_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | ValidationError)  # noqa: S101
    first = error.errors()[0]
    place = " → ".join(str(part) for part in first["loc"] if part not in ("body", "query"))
    told = UsageFault(f"{place or 'The input'}: {first['msg']}", "Correct it and send it again")
    listed = [{"at": list(each["loc"]), "said": each["msg"]} for each in error.errors()[:50]]
    return _answer(request, told, errors=listed)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == 404:
        return _answer(
            request, NotFound("There is nothing at this address", "Check it, or go home")
        )
    told = UsageFault(str(error.detail), "See /api/v1/docs for what there is")
    return _answer(request, told, status=error.status_code)


async def _unforeseen(request: Request, error: Exception) -> Response:
    _LOG.exception("unforeseen at %s %s", request.method, request.url.path, exc_info=error)
    told = ArenaError("Something unforeseen happened", "Try again; its trace is in console.log")
    return _answer(request, told)


def _answer(
    request: Request, error: ArenaError, *, status: int | None = None, **more: Any
) -> Response:
    status = status or error.http_status
    headers = {"www-authenticate": "Bearer"} if status == 401 else None
    if wants_json(request):
        body = {**problem(error, **more), "status": status}
        return JSONResponse(body, status, headers=headers, media_type=_PROBLEM)
    if isinstance(error, SignInNeeded) and request.method == "GET":
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(
            request.url_for("sign_in_page").include_query_params(next=there), 303
        )
    return page(request, "error.html", status=status, error=error)
