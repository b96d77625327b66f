"""A hall for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena_assets.settings import settings
from arena_assets_tests.arenas import Hall, open_hall


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    opened = open_hall(tmp_path / "data", monkeypatch)
    yield opened
    opened.studio.close()
    opened.instance.dispose()
    settings.cache_clear()
