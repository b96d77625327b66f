"""Templates to pages: escaped, with who is signed in, the CSRF token and where Dagster is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from arena_assets.console.auth.cookies import SESSION_COOKIE, csrf_token
from arena_assets.console.auth.principal import Principal

DAGSTER_URL = "/dagster"
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
"""Filters and globals (``static``) are added here by those who bring them."""


def page(
    request: Request,
    name: str,
    /,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> HTMLResponse:
    """The template ``name`` as an answer. Never kept by a cache: it shows what somebody may see."""
    principal: Principal | None = getattr(request.state, "principal", None)
    frame = {
        "request": request,
        "principal": principal,
        "csrf_token": csrf_token(request.cookies.get(SESSION_COOKIE, "")) if principal else "",
        "dagster_url": DAGSTER_URL if principal else None,
        "here": None,
    }
    text = TEMPLATES.get_template(name).render({**frame, **context})
    return HTMLResponse(text, status, {"Cache-Control": "no-store", **(headers or {})})
