"""A town for each test, and a hall whose settings choose its services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from arena_assets.settings import settings
from arena_assets.workshop.studio import Studio
from arena_assets_tests.arenas import Hall, open_hall
from arena_assets_tests.services.town import Town, open_town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_town(tmp_path / "town") as town:
        yield town


@pytest.fixture
def hall_for(
    tmp_path: Path, town: Town, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Hall]]:
    """A hall of stand-ins but for the services named."""
    halls: list[Hall] = []

    def make(*services: str, **more: str) -> Hall:
        monkeypatch.chdir(tmp_path)
        hall = open_hall(tmp_path / "data", monkeypatch)
        halls.append(hall)
        hall.studio.close()
        for name, value in town.settings(*services, **more).items():
            monkeypatch.setenv(f"ARENA_{name}", value)
        settings.cache_clear()
        hall.studio = Studio.open(settings())
        return hall

    yield make
    for hall in halls:
        hall.studio.close()
        hall.instance.dispose()
    settings.cache_clear()
