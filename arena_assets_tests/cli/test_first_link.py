"""The first admin's link: given to who started the server, never to a log."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from arena_assets.actions.accounts import add_user
from arena_assets.actions.server_record import ProcessRecord, ServerRecord
from arena_assets.cli import server
from arena_assets.domain.roles import Role
from arena_assets.store.audit import Actor
from arena_assets.store.database import Database
from arena_assets.store.sessions import see_link
from arena_assets_tests.cli.conftest import Arena


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """``arena serve`` that is ready at once and stops."""

    def serve(*_given: Any, ready: Callable[[ServerRecord], None], **_named: Any) -> None:
        ready(ServerRecord("http://127.0.0.1:3999", "web.sock", ProcessRecord.of(os.getpid()), {}))

    monkeypatch.setattr(server, "serve", serve)


def test_a_fresh_server_gives_a_link_until_there_is_somebody(arena: Arena, db: Database) -> None:
    link = arena("serve", "--json").data["set_up"]
    assert link.startswith("http://127.0.0.1:3999/set-up?code=")
    found = see_link(db, link.split("code=")[1])
    assert found is not None
    assert found.user is None
    again = arena("serve", "--json").data["set_up"]
    assert see_link(db, link.split("code=")[1]) is None
    assert see_link(db, again.split("code=")[1]) is not None
    add_user(db, Actor("test", "here"), "Mira", Role.ADMIN, "four words in a row")
    assert "set_up" not in arena("serve", "--json").data


def test_a_log_gets_no_link(arena: Arena, db: Database) -> None:
    del db
    answer = arena("serve")
    assert "code=" not in answer.out + answer.err
    assert "arena user add" in answer.err
