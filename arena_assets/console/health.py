"""``/healthz``: the process answers. ``/readyz``: all that it needs answers too."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from arena_assets.console.auth.access import public

router = APIRouter(tags=["health"])


@router.get("/healthz", dependencies=[Depends(public)])
def healthz() -> dict[str, str]:
    """The console runs; nothing else is asked."""
    return {"status": "ok"}
