"""What every route works with: settings, database, blobs, and the sign that the server stops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from starlette.requests import HTTPConnection

from arena_assets.actions.dagster_client import DagsterClient
from arena_assets.console.auth.rates import Rate
from arena_assets.errors import Outage
from arena_assets.settings import Settings
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database


@dataclass(frozen=True)
class Desk:
    """``stopping`` is set at the first SIGTERM: streams of events end then, within a second.

    ``calls`` counts requests per token. ``dagster_socket`` is where Dagster's webserver listens;
    None when there is none.
    """

    settings: Settings
    db: Database
    blobs: BlobStore
    dagster_socket: Path | None = None
    stopping: Event = field(default_factory=Event)
    calls: Rate = field(default_factory=lambda: Rate(600, 60.0))

    @classmethod
    def open(cls, settings: Settings, dagster_socket: Path | None = None) -> Desk:
        db = Database(settings.sqlalchemy_url)
        db.migrate()
        blobs = BlobStore(settings.blob_dir)
        calls = Rate(settings.api_per_minute, 60.0)
        return cls(settings, db, blobs, dagster_socket, calls=calls)

    @contextmanager
    def dagster(self, timeout: float = 5.0) -> Iterator[DagsterClient]:
        """A client of Dagster's webserver; raises :class:`Outage` when none is known."""
        if self.dagster_socket is None:
            raise Outage("Dagster is not running", "Start everything with 'arena serve'")
        with DagsterClient(self.dagster_socket, timeout=timeout) as client:
            yield client


def desk(connection: HTTPConnection) -> Desk:
    """The desk of the running console, as a dependency."""
    found: Desk = connection.app.state.desk
    return found
