"""API v1 as one router, and its OpenAPI document."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request

from arena_assets import __version__
from arena_assets.console.api.v1 import (
    arenas,
    events,
    mixes,
    money,
    projects,
    requests,
    review,
    webhooks,
)
from arena_assets.console.api.v1.reach import Reader

PREFIX = "/api/v1"
router = APIRouter(prefix=PREFIX)
for _each in (requests, arenas, review, mixes, projects, money, webhooks, events):
    router.include_router(_each.router)

_ABOUT = """\
Everything the console does. Send a token as `Authorization: Bearer arena_…`. Errors are problem
details (RFC 9457): `detail` is one sentence that ends with the next step. Lists hand out `next`,
which is the next page's `cursor`. Amounts are dollars as text.
"""
_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail", "code", "next_step", "money"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "next_step": {"type": "string"},
        "money": {"type": "string", "enum": ["no", "yes", "unknown"]},
    },
}


@router.get("/openapi.json", include_in_schema=False)
def openapi_document(request: Request, reader: Reader) -> dict[str, Any]:
    del reader
    return document(request.app)


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the endpoints below ``/api/v1``; made once for an application."""
    known: dict[str, Any] | None = getattr(app.state, "api_document", None)
    if known is None:
        known = get_openapi(
            title="arena_assets",
            version=__version__,
            description=_ABOUT,
            routes=app.routes,
        )
        known["paths"] = {
            path: each for path, each in known["paths"].items() if path.startswith(PREFIX)
        }
        _with_problems(known)
        app.state.api_document = known
    return known


def _with_problems(found: dict[str, Any]) -> None:
    """Every answer of 4xx and 5xx is a problem; the framework's own description of 422 is not."""
    components = found.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            for status in ("4XX", "5XX"):
                operation["responses"][status] = {
                    "description": "A problem, with its next step",
                    "content": content,
                }
