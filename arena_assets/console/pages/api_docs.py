"""The API's reference, from its own OpenAPI document."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from arena_assets.console.api.reference import Section, reference
from arena_assets.console.pages.shared import Here, Reader, show

router = APIRouter(include_in_schema=False)
ADDRESS = "/api/v1/docs"
_WORDS = {
    "system": "System",
    "requests": "Requests",
    "arenas": "Arenas",
    "review": "Review",
    "projects": "Projects",
    "money": "Money",
    "webhooks": "Webhooks",
    "events": "Events",
}


@router.get(ADDRESS)
def api_docs(request: Request, here: Here, who: Reader) -> Response:
    """Every operation with its rights, fields and an example."""
    return show(
        request,
        here,
        who,
        "api_docs.html",
        place="",
        sections=_sections(request),
        words=_WORDS,
        base=_base(here, request),
    )


def _sections(request: Request) -> list[Section]:
    """Made once for an application: it never changes while one runs."""
    state = request.app.state
    known: list[Section] | None = getattr(state, "api_reference", None)
    if known is None:
        known = state.api_reference = reference(request.app, "{base}")
    return known


def _base(here: Here, request: Request) -> str:
    return (here.settings.public_url or str(request.base_url)).rstrip("/")
