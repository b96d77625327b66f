"""The whole job on PostgreSQL: the application's tables and Dagster's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena_assets.store import game
from arena_assets_tests.live import live_server
from arena_assets_tests.postgres import fresh_database


@pytest.mark.postgres
def test_two_arenas_are_made_and_published_on_postgresql(
    postgres_server: str, tmp_path: Path
) -> None:
    with (
        fresh_database(postgres_server) as url,
        live_server(tmp_path / "data", database_url=url) as live,
    ):
        ids = live.request(2)
        live.await_published(ids)
        assert len(game.publications(live.studio.db)) == 2
        home = live.settings.dagster_home
        assert not list(home.rglob("*.db")), "Dagster kept something in SQLite"
