"""The API described: OpenAPI as JSON, and a page that shows it without a line from elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from arena_assets.console.auth.access import needs, public
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.render import page

router = APIRouter(include_in_schema=False)
_METHODS = ("get", "post", "put", "patch", "delete")


@router.get("/api/v1/openapi.json")
@public
def openapi(request: Request) -> dict[str, Any]:
    """The API as OpenAPI 3.1."""
    described: dict[str, Any] = request.app.openapi()
    return described


@router.get("/api/v1/docs")
def docs_page(request: Request, _who: Annotated[Principal, Depends(needs(Scope.READ))]) -> Response:
    paths = request.app.openapi()["paths"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in paths.items():
        for method in (each for each in _METHODS if each in methods):
            told = methods[method]
            entry = {
                "method": method.upper(),
                "path": path,
                "summary": told.get("summary", ""),
                "text": told.get("description", ""),
                "parameters": told.get("parameters", []),
            }
            groups.setdefault((told.get("tags") or ["other"])[0], []).append(entry)
    return page(request, "api_docs.html", groups=groups)
