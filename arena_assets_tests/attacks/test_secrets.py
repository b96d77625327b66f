"""Keys of services are in no log, event, manifest, pack, page, command's words or error."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arena_assets.cli.main import app
from arena_assets.settings import Settings, settings
from arena_assets.store import events
from arena_assets_tests.arenas import Hall, open_hall
from arena_assets_tests.attacks.conftest import Console
from arena_assets_tests.attacks.doors import request, routes
from arena_assets_tests.counting import Counted
from arena_assets_tests.services.canaries import found_below, found_in
from arena_assets_tests.services.town import CANARIES

KEYS = {
    "ARENA_CLAUDE_API_KEY": CANARIES[0],
    "ARENA_ELEVENLABS_API_KEY": CANARIES[1 % len(CANARIES)],
    "ARENA_COMFYUI_AUTH": f"canary-user:{CANARIES[-1]}",
}
_COMMANDS = (
    ["list"], ["show", "arena-000001"], ["history"], ["ledger"], ["calls"], ["budget"], ["audit"],
    ["project"], ["quote"], ["doctor"], ["show", "no-arena"], ["redo", "1", "nothing/at_all"],
    ["export", "999"], ["settle", "000000"], ["user", "list"], ["token", "list"],
)  # fmt: skip


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_no_key_is_anywhere_after_an_arena_was_made(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    counted: Counted,
) -> None:
    caplog.set_level(logging.DEBUG)
    hall = open_hall(tmp_path / "data", monkeypatch)
    (arena_id,) = hall.request()
    hall.run(arena_id)
    told = [str(each) for each in events.since(hall.studio.db, 0, limit=100_000)]
    hall.studio.close()
    hall.instance.dispose()
    files, found = found_below(tmp_path / "data")
    assert found == []
    assert files > 100
    for number, each in enumerate([*told, caplog.text, repr(settings()), str(settings())]):
        assert list(found_in(each.encode(), str(number))) == []
    dumped = json.dumps(settings().model_dump(mode="json"), default=str)
    assert list(found_in(dumped.encode(), "settings")) == []
    counted("files, events and logs searched for keys", files + len(told) + 1)


def test_no_key_is_in_a_commands_words(
    hall: Hall, finished: int, monkeypatch: pytest.MonkeyPatch, counted: Counted
) -> None:
    assert settings().claude_api_key is not None
    said = []
    for words in _COMMANDS:
        for more in ([], ["--json"], ["--debug"]):
            ran = CliRunner().invoke(app, [*words, *more])
            said.append(ran.output + ran.stderr)
    monkeypatch.setenv("ARENA_CLAUDE_API_KEY", f"  {CANARIES[0]}\n")
    monkeypatch.setenv("ARENA_PORT", "no port")
    settings.cache_clear()
    ran = CliRunner().invoke(app, ["list"])
    said.append(ran.output + ran.stderr)
    assert sum(map(bool, said)) > 40
    for number, each in enumerate(said):
        assert list(found_in(each.encode(), f"command {number}")) == []
    counted("commands searched for keys", len(said))


def test_no_key_is_on_a_page(console: Console, counted: Counted) -> None:
    assert isinstance(console.desk.settings, Settings)
    assert console.desk.settings.claude_api_key is not None
    seen = 0
    for route in routes(console.app):
        answer = console.send(request(route, None, ""))
        assert list(found_in(answer.body + str(answer.headers).encode(), route.path)) == []
        seen += 1
    counted("pages and answers searched for keys", seen)
