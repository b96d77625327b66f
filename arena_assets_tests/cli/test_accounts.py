"""People, tokens and the audit log from the command line."""

from __future__ import annotations

import pytest

from arena_assets.store.database import Database
from arena_assets.store.sessions import see_link
from arena_assets.store.tokens import token_holder
from arena_assets_tests.cli.conftest import Arena


def test_people_are_added_changed_and_shut_out(arena: Arena, db: Database) -> None:
    added = arena("user", "add", "Mira", "--role", "admin", "--json")
    assert added.code == 0
    code = added.data["link"].split("code=")[1]
    link = see_link(db, code)
    assert link is not None
    assert link.user is not None
    assert link.user.name == "Mira"
    assert arena("user", "add", "MIRA").code == 3
    assert arena("user", "role", "mira", "viewer").code == 3  # the last admin
    assert arena("user", "add", "Otto", "--role", "boss").code == 2
    assert arena("user", "add", "Otto", "--role", "producer").code == 0
    assert arena("user", "disable", "otto").code == 0
    shown = {each["name"]: each for each in arena("user", "list", "--json").data["users"]}
    assert shown["Otto"]["disabled"] is True
    assert arena("user", "disable", "otto", "--undo").code == 0
    assert arena("user", "link", "nobody").code == 2
    lines = [each["action"] for each in arena("audit", "--json").data["lines"]]
    assert lines == [
        *("user.enable", "user.disable", "user.link", "user.add", "user.link", "user.add"),
    ]
    assert all("command line" in each["who"] for each in arena("audit", "--json").data["lines"])


def test_a_token_is_printed_once_and_ends(arena: Arena, db: Database) -> None:
    arena("user", "add", "Mira", "--role", "producer")
    made = arena("token", "create", "mira", "--name", "ci", "--scope", "read", "--json")
    secret = made.data["token"]
    assert token_holder(db, secret) is not None
    listed = arena("token", "list", "--json")
    assert secret not in listed.out
    assert listed.data["tokens"][0]["scopes"] == ["read"]
    assert arena("token", "revoke", str(made.data["id"])).code == 0
    assert token_holder(db, secret) is None
    assert arena("token", "revoke", "99").code == 2


@pytest.mark.parametrize("scope", ["admin", "fly"])
def test_a_token_gets_no_right_its_owner_lacks(arena: Arena, scope: str) -> None:
    arena("user", "add", "Mira", "--role", "producer")
    answer = arena("token", "create", "mira", "--name", "x", "--scope", scope)
    assert answer.code in (2, 3)
    assert scope in answer.err
