"""The application database: one URL, SQLite in WAL mode or PostgreSQL, transactions only."""

from __future__ import annotations

import functools
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from arena_assets.errors import DatabaseUnavailable, UsageFault
from arena_assets.store.faults import MIGRATE, database_faults, folder_faults, shown

BUSY_TIMEOUT_SECONDS = 30
CONNECT_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class DatabaseReport:
    """What the doctor wants to know. ``url`` shows no password."""

    url: str
    dialect: str
    server_version: str
    revision: str | None


class Database:
    """Transactions on one database.

    Nothing connects before the first transaction. Each process makes its own engine, so an
    instance may be carried over a fork: the child never touches its parent's connections.
    """

    def __init__(self, url: str) -> None:
        self.url = _normalised(url)
        self._engines: dict[int, Engine] = {}
        self._joint = threading.local()

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.url.get_backend_name()

    @property
    def engine(self) -> Engine:
        """This process's engine. A parent's stays referenced, so that a child never closes it."""
        return self._engines.get(os.getpid()) or self._engines.setdefault(
            os.getpid(), _make_engine(self.url)
        )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the database and changes nothing.

        Within :meth:`together` it sees what was written there before it.
        """
        joint = self._joint_connection()
        if joint is not None:
            with database_faults(self.url), _nested(joint) as session:
                yield session
            return
        options: dict[str, Any] = {}
        if self.dialect == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        bound = self.engine.execution_options(**options)
        with database_faults(self.url), Session(bound, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits when the block ends well and undoes all of it otherwise.

        SQLite admits one writer at a time from the first statement on (``BEGIN IMMEDIATE``), so
        what was read inside still holds when it is written; on PostgreSQL take row locks. Within
        :meth:`together` it is a savepoint: undone alone when it fails, kept when all of it is.
        """
        joint = self._joint_connection()
        if joint is not None:
            with database_faults(self.url), _nested(joint) as session, session.begin():
                yield session
            return
        bound = self.engine.execution_options(arena_write=True)
        with (
            database_faults(self.url),
            Session(bound, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction around every :meth:`write` and :meth:`read` of this thread within.

        All of it is committed when the block ends well, and none of it otherwise, also when the
        process is killed. Blocks within one another are one transaction. Do nothing slow inside,
        and nothing whose effect is elsewhere: SQLite's one writer is this block until it ends.
        """
        if self._joint_connection() is not None:
            yield
            return
        bound = self.engine.execution_options(arena_write=True)
        with database_faults(self.url), bound.connect() as connection, connection.begin():
            self._joint.held = (os.getpid(), connection)
            try:
                yield
            finally:
                self._joint.held = None

    def _joint_connection(self) -> Connection | None:
        pid, connection = getattr(self._joint, "held", None) or (0, None)
        return connection if pid == os.getpid() else None

    def migrate(self) -> None:
        """Bring the tables up to date. Any number of processes may do so at once.

        Raises :class:`DatabaseUnavailable` when the database was written by a newer version.
        """
        from arena_assets.store.migrate import upgrade  # Alembic is slow to import

        if self.dialect == "sqlite":
            folder = Path(str(self.url.database)).parent
            with folder_faults(folder):
                folder.mkdir(parents=True, exist_ok=True)
        with database_faults(self.url):
            upgrade(self.engine)

    def check(self) -> DatabaseReport:
        """Ask the database who it is; raises :class:`DatabaseUnavailable` with the next step."""
        from arena_assets.store.migrate import head_revision, revision_of

        if self.dialect == "sqlite" and not Path(str(self.url.database)).exists():
            raise DatabaseUnavailable(f"There is no database at {self.url.database}", MIGRATE)
        with database_faults(self.url), self.engine.connect() as connection:
            revision = revision_of(connection)
            version = _server_version(connection)
        if revision != head_revision():
            raise DatabaseUnavailable(
                f"The tables of {shown(self.url)} are not those of this version", MIGRATE
            )
        return DatabaseReport(shown(self.url), self.dialect, version, revision)

    def dispose(self) -> None:
        """Close this process's connections; the next transaction opens new ones."""
        engine = self._engines.pop(os.getpid(), None)
        if engine is not None:
            engine.dispose()


_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


def together(
    act: Callable[Concatenate[Database, _Given], _Found],
) -> Callable[Concatenate[Database, _Given], _Found]:
    """A function of a database whose changes are one transaction (:meth:`Database.together`)."""

    @functools.wraps(act)
    def whole(db: Database, /, *args: _Given.args, **given: _Given.kwargs) -> _Found:
        with db.together():
            return act(db, *args, **given)

    return whole


def _normalised(text_url: str) -> URL:
    try:
        url = make_url(text_url)
    except ArgumentError as error:
        raise UsageFault(
            "The database URL cannot be read",
            "Write it as postgresql://user:password@host/name or sqlite:////path/to/arena.db",
        ) from error
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database not in (None, "", ":memory:"):
        return url.set(drivername="sqlite")
    raise UsageFault(
        f"A database '{shown(url)}' cannot be used",
        "Use PostgreSQL (postgresql://…) or an SQLite file (sqlite:////path/to/arena.db)",
    )


def _nested(connection: Connection) -> Session:
    """A session whose transaction is a savepoint of the connection's own."""
    return Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS}
        )
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # With no isolation level the driver leaves BEGIN to us:
    # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    # FULL: a committed reservation must survive a power cut, which NORMAL does not promise in WAL.
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("arena_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _server_version(connection: Connection) -> str:
    statement = "SHOW server_version"
    if connection.dialect.name == "sqlite":
        statement = "SELECT sqlite_version()"
    return str(connection.execute(text(statement)).scalar_one())
