"""Pages from templates: escaped by default, with what every page shows."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from arena_assets.console.auth.access import principal_of
from arena_assets.console.filters import FILTERS
from arena_assets.console.guard.forgery import csrf_token
from arena_assets.console.static_files import static_url

_TEMPLATES = Path(__file__).parent / "templates"
DAGSTER_URL = "/dagster/"


@lru_cache
def environment() -> Environment:
    """The templates, all of them escaped; a name that is missing is an error, not nothing."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = static_url
    made.filters.update(FILTERS)
    return made


def page(request: Request, name: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page, or a part of one for htmx, of the template ``name``."""
    known: dict[str, Any] = {
        "request": request,
        "principal": principal_of(request),
        "csrf_token": csrf_token(request),
        "dagster_url": DAGSTER_URL,
        "here": "",
        "project": "",
        "projects": [],
    }
    return HTMLResponse(environment().get_template(name).render(known | context), status)
