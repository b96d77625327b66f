"""``/api/v1/system``: version, readiness with reasons, disk, memory, pools, breakers, queues."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from arena_assets.console.auth.access import Reader
from arena_assets.console.desk import Desk, desk
from arena_assets.console.machine import snapshot

router = APIRouter(prefix="/api/v1", tags=["system"])


@router.get("/system")
def system(here: Annotated[Desk, Depends(desk)], _who: Reader) -> dict[str, Any]:
    """Sizes in bytes, read at this moment. ``pools`` is null while Dagster does not answer."""
    return snapshot(here)
