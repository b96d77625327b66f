"""Hostile names as words of the command line: nothing outside is read or written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from arena_assets.cli.main import app
from arena_assets_tests.arenas import Hall
from arena_assets_tests.attacks.names import CANARY, OUTSIDE, PATHS
from arena_assets_tests.attacks.watching import strayed, watched
from arena_assets_tests.counting import Counted

_TURNS = 12
_LEFT_OUT = {"serve", "demo", "mix", "doctor"}
"""Two run until Ctrl-C or for minutes; the folder of the third has a test of its own."""
_VALID = {
    "arena": "1",
    "slot": "image_set/view_03",
    "slots": "image_set/view_03",
    "project": "hall",
    "name": "nobody",
    "call": "0" * 12,
    "role": "viewer",
}


def _commands() -> Iterator[tuple[list[str], Any]]:
    top: Any = typer.main.get_command(app)
    for name, command in sorted(top.commands.items()):
        inner = getattr(command, "commands", None)
        if name in _LEFT_OUT:
            continue
        if inner is None:
            yield [name], command
        for below, each in sorted((inner or {}).items()):
            yield [name, below], each


def _is_word(param: Any) -> bool:
    """A text of the caller's; a path is where the person who types it wants it, as is the file of
    a report (``ledger --reconcile``)."""
    return param.bare_type() in ("str", "list[str]") and param.name != "against"


def _words(path: list[str], command: Any, hit: Any, value: str) -> list[str]:
    words = list(path)
    tail = []
    for param in command.params:
        text = value if param is hit else _VALID.get(str(param.name), "x")
        if param.param_type_name == "argument":
            if param.required or param is hit:
                tail.append(text)
        elif param is hit:
            words.append(f"{max(param.opts, key=len)}={text}")
    return [*words, "--", *tail]


@pytest.mark.attacks
def test_nothing_outside_is_read_or_written(
    hall: Hall, finished: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: Counted
) -> None:
    (tmp_path / OUTSIDE).write_text(CANARY)
    monkeypatch.chdir(tmp_path)
    takes = [(p, c, param) for p, c in _commands() for param in c.params if _is_word(param)]
    assert len(takes) >= 25
    used: set[str] = set()
    runs, wrong = 0, []
    with watched() as touched:
        for place, (path, command, param) in enumerate(takes):
            for value in PATHS[place % _TURNS :: _TURNS]:
                words = _words(path, command, param, value)
                found = CliRunner().invoke(app, words, input="")
                said = found.output + found.stderr
                if "unforeseen" in said or "Traceback" in said or CANARY in said:
                    wrong.append(f"{words}: {said[:200]}")
                used.add(value)
                runs += 1
    assert not wrong, "\n".join([f"{len(wrong)} wrong", *wrong[:20]])
    assert strayed(touched, tmp_path / "data") == []
    kept = {each.name for each in tmp_path.iterdir()}
    assert kept <= {"data", OUTSIDE}
    assert used == set(PATHS)
    counted("commands with a hostile name", runs)
