"""The console's app: routers, protections, errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI

from arena_assets import __version__
from arena_assets.actions.oidc.options import oidc_options
from arena_assets.actions.oidc.provider import Provider
from arena_assets.console import (
    blind_media,
    dagster_proxy,
    errors,
    health,
    live,
    media,
    metrics,
    static_routes,
)
from arena_assets.console.api.v1 import system
from arena_assets.console.api.v1.routes import router as api_v1
from arena_assets.console.auth import oidc_routes
from arena_assets.console.auth import routes as sign_in
from arena_assets.console.auth.access import rights
from arena_assets.console.desk import Desk
from arena_assets.console.events.pump import EventPump
from arena_assets.console.pages import people
from arena_assets.console.pages.routes import PAGES
from arena_assets.console.protect import protect
from arena_assets.settings import Settings

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    static_routes.router,
    sign_in.router,
    oidc_routes.router,
    people.router,
    system.router,
    api_v1,
    dagster_proxy.router,
    media.router,
    blind_media.router,
    *PAGES,
)


def create_app(settings: Settings, *, dagster_socket: Path | None = None) -> FastAPI:
    """The app over an open database. Raises LookupError when a route names no right, and
    :class:`UsageFault` when the sign-in provider is set up by halves."""
    options = oidc_options(settings)
    at = Desk.open(settings, dagster_socket)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with live.running(app, at):
            yield
        at.stopping.set()
        if hasattr(app.state, "dagster"):
            await app.state.dagster.aclose()
        at.db.dispose()

    app = FastAPI(
        title="arena_assets",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.desk = at
    app.state.oidc = None if options is None else Provider(options)
    app.state.pump = EventPump(at.db)
    for router in ROUTERS:
        app.include_router(router)
    errors.install(app)
    protect(app, settings)
    list(rights(app))
    return app
