"""What a database or operating-system failure means to the person who meets it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from arena_assets.errors import (
    ArenaError,
    DatabaseUnavailable,
    DiskFull,
    FolderUnwritable,
    NotFound,
    Transient,
)

MIGRATE = "Run 'arena list': it brings the tables up to date"
_FREE_SPACE = "Free some space there, then run it again; finished work is kept"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
# PostgreSQL's SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_PG_NO_ROOM = ("53100",)
_PG_TRY_AGAIN = ("40001", "40P01", "55P03")
_PG_NO_TABLE = ("42P01", "42703")
_PG_TOO_LARGE = ("22003",)
# What sqlite3 says of a number beyond 64 bits; it is no error of the database's own kind.
_SQLITE_TOO_LARGE = "too large to convert to SQLite INTEGER"
_PG_GONE_CLASSES = ("08", "28", "3D", "53", "57", "58", "XX")


def shown(url: URL) -> str:
    """A database URL with its password hidden."""
    return url.render_as_string(hide_password=True)


@contextmanager
def database_faults(url: URL) -> Iterator[None]:
    """Turn failures of the database itself into errors with a next step.

    A number that no column can hold is one that nothing has: :class:`NotFound`. A violated
    constraint passes through unchanged: it is an answer, not a failure.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        explained = _explain(error, url)
        if explained is None:
            raise
        raise explained from error
    except OverflowError as error:
        if _SQLITE_TOO_LARGE not in str(error):
            raise
        raise _too_large() from error
    except PoolTimeout as error:
        raise Transient(
            "Every connection to the database is in use", "Run it again in a moment"
        ) from error


@contextmanager
def folder_faults(folder: Path) -> Iterator[None]:
    """Turn a full disk or a closed folder into errors with a next step."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(f"The disk that holds {folder} is full", _FREE_SPACE) from error
        if error.errno in _CLOSED:
            raise FolderUnwritable(
                f"Cannot write in {folder} ({error.strerror})",
                f"Give this user the right to write there: chown or chmod {folder}",
            ) from error
        raise


def _explain(error: DBAPIError, url: URL) -> ArenaError | None:
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return _explain_sqlite(original, url)
    state = getattr(original, "sqlstate", None)
    if state in _PG_TOO_LARGE:
        return _too_large()
    if state in _PG_NO_ROOM:
        return DiskFull(f"The disk of the database {shown(url)} is full", _FREE_SPACE)
    if state in _PG_TRY_AGAIN:
        return Transient("Two changes of the same rows met", "Run it again; nothing was changed")
    if state in _PG_NO_TABLE:
        return DatabaseUnavailable(f"The database {shown(url)} lacks a table or column", MIGRATE)
    if error.connection_invalidated or state is None or state[:2] in _PG_GONE_CLASSES:
        if type(error).__name__ not in ("OperationalError", "InterfaceError", "InternalError"):
            return None
        first_line = str(original).strip().partition("\n")[0]
        return DatabaseUnavailable(
            f"The database {shown(url)} does not answer ({first_line})",
            "Start it, or unset ARENA_DATABASE_URL to use the built-in SQLite file",
        )
    return None


def _too_large() -> NotFound:
    return NotFound("There is nothing with so large a number", "Check the number")


def _explain_sqlite(original: sqlite3.Error, url: URL) -> ArenaError | None:
    path = url.database
    primary = getattr(original, "sqlite_errorcode", 0) & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull(f"The disk that holds {path} is full", _FREE_SPACE)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseUnavailable(
            f"Another program keeps the database {path} locked",
            "Close whatever holds it open (a database browser, a stuck process), then run it again",
        )
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return FolderUnwritable(
            f"The database {path} is read-only",
            "Give this user the right to write that file and its folder",
        )
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
        return DatabaseUnavailable(
            f"The database {path} cannot be opened or written ({original})",
            "Check that its folder exists, is writable and is on a local disk",
        )
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseUnavailable(
            f"The file {path} is damaged or no database", "Restore it from a backup"
        )
    if str(original).startswith(("no such table", "no such column")):
        return DatabaseUnavailable(f"The database {path} lacks a table or column", MIGRATE)
    return None
