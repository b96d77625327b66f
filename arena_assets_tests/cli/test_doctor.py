"""``arena doctor`` finds what is wrong and says what would mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena_assets.cli import checkup
from arena_assets.cli.check import Check, Grade
from arena_assets.cli.checkup import check_up
from arena_assets.settings import Settings
from arena_assets_tests.cli.conftest import Arena

_LIGHT = ("_python", "_machine", "_data_folder", "_disk", "_blobs", "_database", "_server")


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the checks that import nothing heavy."""
    looks = tuple(getattr(checkup, name) for name in _LIGHT)
    monkeypatch.setattr(checkup, "_LOOKS", looks)


def _grades(settings: Settings) -> dict[str, Grade]:
    return {check.name: check.grade for check in check_up(settings)}


@pytest.mark.usefixtures("light")
def test_an_empty_installation_is_healthy(arena: Arena) -> None:
    answer = arena("doctor", "--json")
    assert answer.code == 0
    assert answer.data["healthy"] is True
    found = {check["name"]: check["grade"] for check in answer.data["checks"]}
    assert found["database"] == "ok"
    assert found["server"] == "warn"


@pytest.mark.usefixtures("light")
def test_a_full_disk_fails_with_the_fix(
    arena: Arena, monkeypatch: pytest.MonkeyPatch, installation: Settings
) -> None:
    from arena_assets.settings import settings

    del installation
    monkeypatch.setenv("ARENA_MIN_FREE_GB", "999999")
    settings.cache_clear()
    answer = arena("doctor")
    assert answer.code == 4
    assert "Free some space" in answer.out


@pytest.mark.usefixtures("light")
def test_a_data_folder_that_is_a_file_fails(installation: Settings) -> None:
    installation.data_dir.write_text("not a folder")
    assert _grades(installation)["data folder"] is Grade.FAIL


@pytest.mark.usefixtures("light")
def test_a_damaged_database_fails(installation: Settings) -> None:
    installation.data_dir.mkdir()
    Path(installation.data_dir / "arena.db").write_bytes(b"no database at all" * 100)
    assert _grades(installation)["database"] is Grade.FAIL


def test_a_check_that_breaks_is_a_finding(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _telescope(_settings: Settings) -> Check:
        raise RuntimeError("the lens is gone")

    monkeypatch.setattr(checkup, "_LOOKS", (_telescope,))
    (found,) = check_up(installation)
    assert found == Check("telescope", Grade.FAIL, "RuntimeError: the lens is gone")


def test_libraries_and_ffmpeg_are_there(installation: Settings) -> None:
    assert checkup._ffmpeg(installation).grade is Grade.OK
    assert checkup._libraries(installation).grade is Grade.OK
