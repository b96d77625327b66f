"""A hall for each test; one finished arena is made once and copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena_assets.settings import settings
from arena_assets_tests.arenas import Hall, open_hall


@pytest.fixture(scope="session")
def finished_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a hall whose arena 1 is published."""
    folder = tmp_path_factory.mktemp("finished") / "data"
    with pytest.MonkeyPatch.context() as monkeypatch:
        opened = open_hall(folder, monkeypatch)
        (arena_id,) = opened.request()
        opened.run(arena_id)
        opened.studio.close()
        opened.instance.dispose()
    settings.cache_clear()
    return folder


@pytest.fixture
def hall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Hall]:
    """Empty, or with a finished arena where a test asks for ``finished``."""
    folder = tmp_path / "data"
    if "finished" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("finished_folder"), folder)
    opened = open_hall(folder, monkeypatch)
    if "finished" in request.fixturenames:
        opened.instance.add_dynamic_partitions("arena", ["arena-000001"])
    yield opened
    opened.studio.close()
    opened.instance.dispose()
    settings.cache_clear()


@pytest.fixture
def finished(hall: Hall) -> int:
    """The number of the finished arena in this test's hall."""
    assert hall.studio.db
    return 1
