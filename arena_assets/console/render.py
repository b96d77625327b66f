"""Templates to pages: escaped, with who is signed in, the CSRF token and where Dagster is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from arena_assets.console.auth.cookies import SESSION_COOKIE, csrf_token
from arena_assets.console.auth.principal import Principal
from arena_assets.console.filters import FILTERS
from arena_assets.console.static_files import static_url
from arena_assets.store.plan_states import PlanState

DAGSTER_URL = "/dagster"
EVENT_KINDS = (
    "request_placed",
    "launch_wanted",
    *(f"arena_{state}" for state in PlanState),
    "checks_failed",
    *("arena_named", "arena_unpublished", "arena_withheld", "arena_released"),
    *(f"slot_{what}" for what in ("started", "progress", "done", "reused", "failed", "cancelled")),
    *(f"slot_{what}" for what in ("approved", "rejected", "chosen", "unpinned")),
)
"""What live pages listen for: an event stream is heard by name only."""
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(FILTERS)
TEMPLATES.globals.update(static=static_url, event_kinds=" ".join(EVENT_KINDS))


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
        "project": None,
    }
    text = TEMPLATES.get_template(name).render({**frame, **context})
    return HTMLResponse(text, status, {"Cache-Control": "no-store", **(headers or {})})
