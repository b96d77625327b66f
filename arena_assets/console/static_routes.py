"""Static files over HTTP: open to anybody, kept for ever, as an address names one content."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from arena_assets.console.auth.access import public
from arena_assets.console.static_files import FOREVER, static_files
from arena_assets.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/static/{digest}/{name}", dependencies=[Depends(public)])
def static_file(request: Request, digest: str, name: str) -> Response:
    """One file, zipped for whoever takes it so."""
    found = static_files().get(name)
    if found is None or found.digest != digest:
        raise NotFound("There is no such file", "Load the page again")
    headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(found.zipped, media_type=found.media_type, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.get("/favicon.ico", dependencies=[Depends(public)])
def favicon() -> Response:
    """What browsers ask for by themselves."""
    icon = static_files()["icon.svg"]
    return Response(
        icon.content, media_type=icon.media_type, headers={"cache-control": "max-age=86400"}
    )
