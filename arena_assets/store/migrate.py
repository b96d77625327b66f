"""Running the migrations of ``store/migrations`` on a database, at most one process at a time."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from arena_assets.errors import DatabaseUnavailable
from arena_assets.store.faults import shown

VERSION_TABLE = "arena_alembic_version"
"""A table of our own: Dagster keeps its revisions in ``alembic_version`` of the same database."""
_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK_KEY = 0x6172656E61  # "arena": any number that nobody else uses as an advisory lock
_WAL_PATIENCE_SECONDS = 30.0


def configuration() -> Config:
    """An Alembic configuration without a file."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


@cache
def head_revision() -> str | None:
    """The revision this version of the code wants."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def revision_of(connection: Connection) -> str | None:
    """The revision a database is at; None when it has no tables of ours."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def upgrade(engine: Engine) -> None:
    """Bring a database to the newest revision in one transaction, or leave it as it was."""
    with engine.connect() as connection:
        if revision_of(connection) == head_revision():
            return
    with engine.execution_options(arena_write=True).connect() as connection:
        if engine.dialect.name == "sqlite":
            _upgrade_sqlite(connection)
        else:
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
                _run(connection)


def _upgrade_sqlite(connection: Connection) -> None:
    driver = connection.connection
    _switch_to_wal(connection)
    # A table that is rebuilt is dropped first, which would cascade; the check below replaces it.
    driver.cursor().execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            _run(connection)
            broken = connection.execute(text("PRAGMA foreign_key_check")).first()
            if broken is not None:
                raise RuntimeError(f"a migration broke a foreign key: {tuple(broken)}")
    finally:
        driver.cursor().execute("PRAGMA foreign_keys = ON")


def _switch_to_wal(connection: Connection) -> None:
    """WAL is a property of the file. SQLite does not wait for a lock while switching, so we do."""
    cursor = connection.connection.cursor()
    give_up = time.monotonic() + _WAL_PATIENCE_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise OperationalError("PRAGMA journal_mode = WAL", None, error) from error
            time.sleep(0.02)
        else:
            return


def _run(connection: Connection) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseUnavailable(
            f"The database {shown(connection.engine.url)} was made by a newer version ({error})",
            "Upgrade arena-assets to at least that version",
        ) from error
