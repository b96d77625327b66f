"""Tokens of another project, and tokens that hold no more: every id is as good as none."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from arena_assets.console.auth.access import rights
from arena_assets.domain.roles import Role
from arena_assets.store import base
from arena_assets.store.tokens import create_token, revoke_token
from arena_assets.store.users import add_user, find_user, set_disabled
from arena_assets_tests.attacks.conftest import Console
from arena_assets_tests.attacks.doors import ORIGIN, Answer, Wire, request, routes, send
from arena_assets_tests.counting import Counted

_LIMITED = ("{arena}", "{project}", "{slug}", "{request_id}", "{number}")


def _ask(console: Console, wire: Wire, headers: dict[str, str]) -> Answer:
    found: Answer = console.run(send(console.app, wire, {"origin": ORIGIN, **headers}))
    return found


def _token(console: Console, projects: list[str] | None, lasts: timedelta) -> dict[str, str]:
    owner = find_user(console.desk.db, "the admin")
    assert owner is not None
    _, secret = create_token(
        console.desk.db, owner.user_id, "program", Role.ADMIN.scopes, projects, lasts
    )
    return {"authorization": f"Bearer {secret}", "accept": "application/json"}


def test_no_id_of_another_project_is_answered(console: Console, counted: Counted) -> None:
    elsewhere = _token(console, ["elsewhere"], timedelta(hours=1))
    at_home = _token(console, ["hall"], timedelta(hours=1))
    asked = seen = 0
    for route in routes(console.app):
        if not any(each in route.path for each in _LIMITED):
            continue
        wire = request(route, None, "")
        answer = _ask(console, wire, elsewhere)
        assert answer.status in (403, 404, 409, 422), (
            f"{route.method} {route.path}: {answer.status}"
        )
        assert b"Broken" not in answer.body
        asked += 1
        if route.method == "GET":
            seen += _ask(console, wire, at_home).status == 200
    assert seen >= 15, "the same ids are answered where they belong"
    assert asked >= 50
    counted("routes that keep another project's ids to themselves", asked)


@pytest.mark.parametrize("how", ["expired", "revoked", "owner disabled", "cut", "foreign"])
def test_a_token_that_holds_no_more_opens_nothing(
    console: Console, how: str, monkeypatch: pytest.MonkeyPatch, counted: Counted
) -> None:
    headers = _token(console, None, timedelta(hours=1))
    owner = find_user(console.desk.db, "the admin")
    assert owner is not None
    if how == "expired":
        later = base.utc_now() + timedelta(hours=2)
        monkeypatch.setattr(base, "utc_now", lambda: later)
        monkeypatch.setattr("arena_assets.store.tokens.utc_now", lambda: later, raising=False)
    elif how == "revoked":
        revoke_token(console.desk.db, 1, None)
    elif how == "owner disabled":
        add_user(console.desk.db, "another admin", Role.ADMIN, None)
        set_disabled(console.desk.db, owner.user_id, True)
    else:
        secret = headers["authorization"]
        changed = secret[:-1] if how == "cut" else "Bearer arena_" + "0" * 40
        headers["authorization"] = changed
    asked = 0
    for right in rights(console.app):
        if not right.scopes or right.method == "WS":
            continue
        path = re.sub(r"\{[^}]+\}", "1", right.path)
        answer = _ask(console, Wire(right.method, path, {}, b""), headers)
        assert answer.status == 401, f"{right.method} {path}: {answer.status}"
        asked += 1
    assert asked >= 30
    counted("routes closed to a token that holds no more", asked)
