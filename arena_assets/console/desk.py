"""What every page and endpoint works with: settings, database and blobs, open for this process."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from arena_assets.settings import Settings
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    settings: Settings
    db: Database
    blobs: BlobStore


def desk(connection: HTTPConnection) -> Desk:
    """The desk of the application that a request or websocket came to; a FastAPI dependency."""
    found: Desk = connection.app.state.desk
    return found
