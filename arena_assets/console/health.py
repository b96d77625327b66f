"""``/healthz``: the process answers. ``/readyz``: all that it needs answers too."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from arena_assets.console.auth.access import public
from arena_assets.console.desk import Desk, desk
from arena_assets.errors import ArenaError, EnvironmentFault, Outage

router = APIRouter(tags=["health"])
_CHECK = "See 'arena doctor'"
Here = Annotated[Desk, Depends(desk)]


@router.get("/healthz", dependencies=[Depends(public)])
def healthz() -> dict[str, str]:
    """The console runs; nothing else is asked."""
    return {"status": "ok"}


@router.get("/readyz", dependencies=[Depends(public)])
def readyz(here: Here) -> Response:
    """200 when everything is there, else 503; each part ``ok`` or ``not ready``. Reasons are for
    those who sign in: ``/api/v1/system`` gives them."""
    found = readiness(here)
    parts = {name: "ok" if said is None else "not ready" for name, said in found.items()}
    ready = all(said is None for said in found.values())
    status = "ok" if ready else "not ready"
    return JSONResponse(
        {"status": status, "parts": parts},
        status_code=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


def readiness(here: Desk) -> dict[str, str | None]:
    """What the console needs, each None when it is well, else what is wrong in one sentence."""
    looks: dict[str, Callable[[Desk], None]] = {
        "database": _database,
        "blobs": _blobs,
        "dagster": _dagster,
        "daemon": _daemon,
    }
    return {name: _said(look, here) for name, look in looks.items()}


def _said(look: Callable[[Desk], None], here: Desk) -> str | None:
    try:
        look(here)
    except ArenaError as error:
        return str(error)
    return None


def _database(here: Desk) -> None:
    here.db.check()


def _blobs(here: Desk) -> None:
    folder = here.settings.blob_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"ready")
            probe.flush()
    except OSError as error:
        raise EnvironmentFault(
            f"The blob folder takes no file ({error.strerror})", _CHECK
        ) from error


def _dagster(here: Desk) -> None:
    with here.dagster() as client:
        state = client.location()
    if not state.loaded:
        raise Outage(f"Dagster has not loaded the code ({state.error or 'not yet'})", _CHECK)


def _daemon(here: Desk) -> None:
    with here.dagster() as client:
        ill = [each.name.lower() for each in client.daemons() if not each.healthy]
    if ill:
        raise Outage(f"No heartbeat of Dagster's daemon ({', '.join(ill)})", _CHECK)
