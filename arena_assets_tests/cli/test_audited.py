"""Every command that changes something writes its line, in the name of who is at the terminal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from arena_assets.actions.arenas import withhold
from arena_assets.cli.main import app
from arena_assets.domain.roles import Role, Scope
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.ledger.settling import tidy
from arena_assets.store import audit
from arena_assets.store.calls import Purpose
from arena_assets.store.identities import bind
from arena_assets.store.launches import want_launch
from arena_assets.store.tokens import create_token
from arena_assets.store.users import add_user
from arena_assets_tests.actions.halls import finished, finished_folder, hall
from arena_assets_tests.arenas import Hall
from arena_assets_tests.loopback import order
from arena_assets_tests.racing import killed

__all__ = ["finished", "finished_folder", "hall"]
READ = {
    *("quote", "watch", "list", "show", "history", "ledger", "calls", "audit", "doctor"),
    *("user list", "token list"),
}
BY_OTHERS = {
    "demo": "places its request as 'request' does",
    "serve": "changes nothing by itself",
    "mix": "works on a person's own files",
    "remix": "see test_mixes",
    "vote": "see test_mixes",
}


def _wanted(hall: Hall) -> None:
    want_launch(hall.studio.db, 1, "test")


def _kept_back(hall: Hall) -> None:
    withhold(hall.studio.db, 1)


def _parked(hall: Hall) -> None:
    journal = CallJournal(hall.studio.db)
    call = order(ceiling=Decimal("0.50"))
    killed(lambda: journal.sent(journal.begin(call, Purpose("hall", None, 1, "x")).row))
    tidy(hall.studio.db)


def _otto(hall: Hall) -> None:
    db = hall.studio.db
    add_user(db, "ada", Role.ADMIN, None)
    user = add_user(db, "otto", Role.VIEWER, None)
    create_token(db, user.user_id, "ci", [Scope.READ], None, None)


def _bound(hall: Hall) -> None:
    _otto(hall)
    bind(hall.studio.db, 2, "https://id.example", "7")


def _nothing(_hall: Hall) -> None:
    pass


Before = Callable[[Hall], None]
CHANGES: dict[str, tuple[str, str, Before]] = {
    "request": ("--count 2", "request.place", _nothing),
    "redo": ("1 image_set/view_01", "slot.redo", _nothing),
    "resume": ("1", "arena.resume", _nothing),
    "cancel": ("1", "arena.cancel", _wanted),
    "publish": ("1", "arena.publish", _kept_back),
    "unpublish": ("1", "arena.unpublish", _nothing),
    "export": ("1 --to pack.zip", "pack.export", _nothing),
    "budget": ("--project hall --total 20", "budget.set", _nothing),
    "project": ("hall --fallback on", "project.choices", _nothing),
    "settle": (f"{order().key[:16]} --charged 0.20", "call.settle", _parked),
    "user add": ("Mira", "user.add", _nothing),
    "user role": ("otto producer", "user.role", _otto),
    "user disable": ("otto", "user.disable", _otto),
    "user link": ("otto", "user.link", _otto),
    "user bind": ("otto --issuer https://id.example --subject 7", "user.bind", _otto),
    "user unbind": ("otto", "user.unbind", _bound),
    "token create": ("otto --name ci --scope read", "token.create", _otto),
    "token revoke": ("1", "token.revoke", _otto),
}


def test_every_command_is_known_to_change_or_to_read() -> None:
    found = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {name} if inner is None else {f"{name} {each}" for each in inner}
    assert found == READ | set(CHANGES) | set(BY_OTHERS)


@pytest.mark.parametrize("name", CHANGES)
def test_a_command_that_changes_something_is_on_record(
    hall: Hall, finished: int, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert finished == 1
    monkeypatch.chdir(tmp_path)
    words, action, before = CHANGES[name]
    before(hall)
    seen = audit.entries(hall.studio.db)
    result = CliRunner().invoke(app, [*name.split(), *words.split()])
    assert result.exit_code == 0, result.stderr
    lines = audit.entries(hall.studio.db)
    new = lines[: len(lines) - len(seen)]
    assert action in {each.action for each in new}
    assert all(each.who.endswith("(command line)") for each in new)
    assert all(each.origin == "this machine" and each.target for each in new)


def test_the_log_is_filtered_by_who_and_by_what(hall: Hall, finished: int) -> None:
    assert finished == 1
    db = hall.studio.db
    for who, action in (("mira", "slot.approve"), ("mira (token 1)", "slot.redo")):
        audit.note(db, audit.Actor(who, "10.0.0.1"), action, "arena-000001")
    audit.note(db, audit.Actor("miranda", "10.0.0.1"), "slot.approve", "arena-000001")

    def told(*words: str) -> str:
        result = CliRunner().invoke(app, ["audit", *words])
        assert result.exit_code == 0, result.stderr
        return result.stdout

    shown = told("--who", "mira", "--action", "slot.")
    assert "slot.redo" in shown
    assert "miranda" not in shown
    assert told("--who", "mira", "--action", "user.").count("\n") == 1
    assert told("--on", "arena-000001", "-n", "1").count("\n") == 2
    wrong = CliRunner().invoke(app, ["audit", "--action", "slto."])
    assert wrong.exit_code == 2
