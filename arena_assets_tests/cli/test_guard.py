"""No error leaves a command as a traceback, unless one asks for it."""

from __future__ import annotations

import pytest

from arena_assets.settings import Settings
from arena_assets.store import plans
from arena_assets_tests.cli.conftest import Arena


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("the moon fell down\nand more")

    monkeypatch.setattr(plans, "list_plans", fail)


@pytest.mark.usefixtures("broken")
def test_the_unforeseen_is_a_sentence_with_the_place_of_its_log(
    arena: Arena, installation: Settings
) -> None:
    answer = arena("list")
    log = installation.data_dir / "logs" / "arena.log"
    assert answer.code == 4
    assert "RuntimeError: the moon fell down" in answer.err
    assert str(log) in answer.err
    assert "Traceback" not in answer.err
    assert "Traceback" in log.read_text()


@pytest.mark.usefixtures("broken")
def test_debug_shows_the_traceback(arena: Arena) -> None:
    assert "Traceback" in arena("list", "--debug").err


@pytest.mark.usefixtures("broken")
def test_with_json_stdout_is_one_object_even_then(arena: Arena) -> None:
    answer = arena("list", "--json")
    assert answer.code == 4
    assert answer.data["error"]["code"] == "environment"
    assert answer.data["error"]["money"] == "no"


def test_a_wrong_setting_is_named(
    arena: Arena, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from arena_assets.settings import settings

    del installation
    monkeypatch.setenv("ARENA_IMAGE_WIDTH", "wide")
    settings.cache_clear()
    answer = arena("list")
    assert answer.code == 2
    assert "ARENA_IMAGE_WIDTH" in answer.err
