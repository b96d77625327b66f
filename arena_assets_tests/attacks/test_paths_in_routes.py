"""Hostile paths through everything that every route takes: nothing outside is read or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena_assets_tests.attacks.conftest import Console
from arena_assets_tests.attacks.doors import Answer, Route, Take, request, routes
from arena_assets_tests.attacks.names import CANARY, PATHS
from arena_assets_tests.attacks.watching import strayed, watched
from arena_assets_tests.counting import Counted

_TURNS = 8
"""A path goes through every path parameter, and through every eighth of the other fields."""
_LEAKED = (CANARY.encode(), b"root:x:0:0", b"SQLite format 3", b"PATH=/")


def _chosen(take: Take, place: int) -> list[str]:
    if take.where == "path":
        return list(PATHS)
    return [path for number, path in enumerate(PATHS) if number % _TURNS == place % _TURNS]


def _wrong(answer: Answer) -> str | None:
    if (
        answer.status >= 500
        and b'"outage"' not in answer.body
        and b"not running" not in answer.body
    ):
        return f"{answer.status} {answer.body[:200]!r}"
    if "x-injected" in answer.headers:
        return "it named a header"
    return next((f"{each!r} came out" for each in _LEAKED if each in answer.body), None)


def _around(folder: Path) -> dict[str, bytes]:
    """Every file and folder outside of the data folder, with its bytes."""
    data = folder / "data"
    return {
        str(path): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if path != data and not path.is_relative_to(data)
    }


def _attack(console: Console, route: Route, take: Take, place: int, wrong: list[str]) -> set[str]:
    used = set()
    for path in _chosen(take, place):
        answer = console.send(request(route, take, path))
        found = _wrong(answer)
        if found:
            wrong.append(f"{take} {path[:60]!r}: {found}")
        used.add(path)
    return used


@pytest.mark.attacks
def test_nothing_outside_is_read_or_written(console: Console, counted: Counted) -> None:
    table = routes(console.app)
    takes = [(route, take) for route in table for take in route.each()]
    before = _around(console.folder)
    wrong: list[str] = []
    used: set[str] = set()
    asked = 0
    with watched() as touched:
        for place, (route, take) in enumerate(takes):
            used |= _attack(console, route, take, place, wrong)
            asked += len(_chosen(take, place))
    assert not wrong, "\n".join([f"{len(wrong)} wrong", *wrong[:: max(1, len(wrong) // 40)]])
    assert strayed(touched, console.folder / "data") == []
    assert _around(console.folder) == before
    assert used == set(PATHS)
    assert len(table) >= 70
    counted("hostile paths, each through every route that takes a name", len(used))
    counted("requests with a hostile path", asked)


def test_the_watch_sees_what_strays(tmp_path: Path) -> None:
    """The watch itself would notice, or the test above proves nothing."""
    (tmp_path / "data").mkdir()
    (tmp_path / "outside").write_text("x")
    with watched() as touched:
        (tmp_path / "outside").read_text()
        (tmp_path / "data" / "link").symlink_to(tmp_path / "outside")
        (tmp_path / "data" / "link").read_text()
        (tmp_path / "data" / "inside").write_text("x")
    assert strayed(touched, tmp_path / "data") == [
        str(tmp_path / "outside"),
        str(tmp_path / "data" / "link"),
    ]
