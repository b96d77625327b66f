"""The console as one ASGI application: pages, API, sign-in, and the Dagster UI behind it."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from arena_assets import __version__
from arena_assets.console import dagster_proxy, errors, health, media, pages, static_routes
from arena_assets.console.api import docs, v1
from arena_assets.console.auth import access, people_pages, routes
from arena_assets.console.desk import Desk
from arena_assets.console.guard.bodies import BodyLimit
from arena_assets.console.guard.forgery import own_page
from arena_assets.console.guard.headers import SecurityHeaders
from arena_assets.console.guard.hosts import KnownHosts
from arena_assets.settings import Settings
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database


def create_app(settings: Settings, *, dagster_socket: Path | None = None) -> FastAPI:
    """The application; ``dagster_socket`` is where the Dagster webserver listens, if one does.

    Raises :class:`EnvironmentFault` when its front-end files are not installed.
    """
    db = Database(settings.sqlalchemy_url)
    desk = Desk(settings, db, BlobStore(settings.blob_dir))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with dagster_proxy.connected(app, dagster_socket):
            yield
        db.dispose()

    app = FastAPI(
        title="arena_assets",
        version=__version__,
        lifespan=lifespan,
        dependencies=[Depends(own_page)],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.desk = desk
    errors.install(app)
    for module in (routes, people_pages, health, media, static_routes, docs, dagster_proxy):
        app.include_router(module.router)
    for package in (pages, v1):
        for router in _routers(package):
            app.include_router(router)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(KnownHosts, names=settings.host_names)
    list(access.route_needs(app))  # fails here and now for a route that says nothing
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _routers(package: ModuleType) -> Iterator[APIRouter]:
    """The ``router`` of every module of a package that has one."""
    for each in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        router = getattr(import_module(f"{package.__name__}.{each.name}"), "router", None)
        if router is not None:
            yield router


def main() -> None:
    """``python -m arena_assets.console.app HOST PORT DAGSTER_SOCKET``, for ``arena serve``."""
    from arena_assets.console.serving import run
    from arena_assets.settings import settings

    host, port, socket = sys.argv[1:]
    run(create_app(settings(), dagster_socket=Path(socket)), host, int(port))


if __name__ == "__main__":
    main()
