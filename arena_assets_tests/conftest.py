"""Fixtures that every room may use: a migrated database, a blob store, settings of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from arena_assets.settings import Settings
    from arena_assets.store.blobs import BlobStore
    from arena_assets.store.database import Database

POSTGRES_URL = "ARENA_TEST_POSTGRES_URL"
pytest_plugins = ["arena_assets_tests.counting"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lets us create databases."""
    from arena_assets_tests.postgres import PostgresMissing, private_postgres

    given = os.environ.get(POSTGRES_URL)
    if given:
        yield given
        return
    try:
        with private_postgres() as url:
            yield url
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database nobody has used: an SQLite file, and in ``postgres`` tests a real server's."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'arena.db'}"
        return
    from arena_assets_tests.postgres import fresh_database

    with fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def db(db_url: str) -> Iterator[Database]:
    """A migrated database; each test that uses it runs on SQLite and on PostgreSQL."""
    from arena_assets.store.database import Database

    database = Database(db_url)
    database.migrate()
    yield database
    database.dispose()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    """An empty blob store."""
    from arena_assets.store.blobs import BlobStore

    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def settings_env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of this test alone: a data folder of its own, no ``.env``, no other variables."""
    from arena_assets.settings import settings

    for name in [name for name in os.environ if name.startswith("ARENA_")]:
        if name != POSTGRES_URL:
            monkeypatch.delenv(name)
    monkeypatch.setenv("ARENA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    yield settings()
    settings.cache_clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of what the fault tests counted, from the tests themselves."""
    lines = [
        str(value)
        for report in terminalreporter.stats.get("passed", [])
        for name, value in getattr(report, "user_properties", [])
        if name == "faults"
    ]
    if lines:
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)
