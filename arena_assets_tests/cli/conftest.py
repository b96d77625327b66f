"""A data folder of its own for each test, and the command line run inside this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from arena_assets.cli.main import app
from arena_assets.settings import Settings, settings
from arena_assets.store.database import Database


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


Arena = Callable[..., Answer]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of an empty data folder, in the environment as a person would set them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARENA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("ARENA_DATABASE_URL", raising=False)
    settings.cache_clear()
    yield settings()
    settings.cache_clear()


@pytest.fixture
def arena(installation: Settings) -> Arena:
    """Runs ``arena`` with the given words."""
    del installation

    def run(*words: str) -> Answer:
        result = CliRunner().invoke(app, list(words))
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def db(installation: Settings) -> Iterator[Database]:
    """The application database of the installation, migrated."""
    database = Database(installation.sqlalchemy_url)
    database.migrate()
    yield database
    database.dispose()
