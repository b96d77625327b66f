"""Is it well? ``/healthz``: this process; ``/readyz``: all it needs; ``/metrics``; the system."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST

from arena_assets.console.auth.access import needs, public
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.desk import Desk, desk
from arena_assets.console.metrics import exposition
from arena_assets.console.system import readiness, system_facts

router = APIRouter()


@router.get("/healthz", include_in_schema=False)
@public
def healthz() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@router.get("/readyz", include_in_schema=False)
@public
def readyz(at: Annotated[Desk, Depends(desk)], response: Response) -> dict[str, Any]:
    """Whether work can be taken on: database, blobs, Dagster. Names parts, no details."""
    parts = readiness(at)
    if not all(parts.values()):
        response.status_code = 503
    return {"status": "ok" if all(parts.values()) else "not ready", "parts": parts}


@router.get("/metrics", include_in_schema=False)
def metrics(
    _who: Annotated[Principal, Depends(needs(Scope.READ))], at: Annotated[Desk, Depends(desk)]
) -> Response:
    """Counts and gauges in Prometheus' own form; a scraper sends a token with the scope read."""
    return Response(exposition(at), media_type=CONTENT_TYPE_LATEST)


@router.get("/api/v1/system", tags=["system"])
def system(
    _who: Annotated[Principal, Depends(needs(Scope.READ))], at: Annotated[Desk, Depends(desk)]
) -> dict[str, Any]:
    """Version, disk and memory as read now, arenas by state, breakers, the server's processes."""
    return system_facts(at)
