"""Help is instant, whole, and reads like help."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from arena_assets_tests.cli.conftest import Arena

_MAKING = ["demo", "serve", "request", "watch", "redo", "resume", "cancel"]
_MONEY = ["quote", "budget", "ledger", "calls", "settle"]
_SOUND = ["mix", "remix", "vote"]
_SEEN = ["list", "show", "publish", "unpublish", "export", "audit", "doctor"]
_COMMANDS = [*_MAKING, *_MONEY, *_SOUND, *_SEEN]
_HEAVY = ("dagster", "numpy", "sqlalchemy", "pydantic", "httpx", "cv2", "numba")
_PROBE = f"""
import json, sys
sys.argv = ["arena", "--help"]
from arena_assets.cli.main import main
try:
    main()
except SystemExit:
    pass
print(json.dumps([name for name in {_HEAVY!r} if name in sys.modules]))
"""


def test_help_loads_nothing_heavy_and_names_every_command() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE], capture_output=True, text=True, timeout=30, check=True
    )
    *shown, loaded = done.stdout.strip().splitlines()
    assert json.loads(loaded) == []
    text = "\n".join(shown)
    assert [name for name in _COMMANDS if f" {name} " not in text] == []


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_has_help_json_and_debug(arena: Arena, command: str) -> None:
    answer = arena(command, "--help")
    assert answer.code == 0
    assert "--json" in answer.out
    assert "--debug" in answer.out


def test_a_wrong_option_exits_with_2(arena: Arena) -> None:
    answer = arena("request", "--colour", "blue")
    assert answer.code == 2
    assert "--colour" in answer.err
