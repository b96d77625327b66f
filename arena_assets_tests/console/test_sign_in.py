"""How people come in, and how nobody else does."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from arena_assets.actions import accounts
from arena_assets.actions.passwords import hashed
from arena_assets.console.auth.cookies import SESSION_COOKIE
from arena_assets.console.auth.routes import local
from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role, Scope
from arena_assets.errors import Refused, UsageFault
from arena_assets.store import audit, base
from arena_assets.store.audit import Actor
from arena_assets.store.sessions import open_session, see_link, session_user
from arena_assets.store.sign_in_tables import ApiTokenRow, SessionRow
from arena_assets.store.tokens import token_holder
from arena_assets.store.tries import begin_try
from arena_assets.store.users import add_user
from arena_assets_tests.console.conftest import HTML, ORIGIN, Browser, person

_FROM_HERE = {"Origin": ORIGIN, **HTML}
_WORD = "four words in a row"
_ACTOR = Actor("test", "here")


@pytest.fixture
def mira(here: Desk) -> None:
    add_user(here.db, "Mira", Role.ADMIN, hashed(_WORD))


def _sign_in(client: TestClient, password: str = _WORD, name: str = "mira") -> int:
    form = {"name": name, "password": password, "next": "/tokens"}
    return client.post("/sign-in", data=form, headers=_FROM_HERE).status_code


@pytest.mark.usefixtures("mira")
def test_a_person_signs_in_and_out(stranger: TestClient, here: Desk) -> None:
    sent_away = stranger.get("/tokens?a=1", headers=HTML)
    assert sent_away.headers["location"] == "/sign-in?next=%2Ftokens%3Fa%3D1"
    answer = stranger.post(
        "/sign-in", data={"name": "MIRA", "password": _WORD, "next": "/tokens"}, headers=_FROM_HERE
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/tokens")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = stranger.get("/tokens", headers=HTML)
    assert page.status_code == 200
    token = page.text.split('csrf-token" content="')[1].split('"')[0]
    held = stranger.cookies[SESSION_COOKIE]
    out = stranger.post("/sign-out", data={"csrf_token": token}, headers=_FROM_HERE)
    assert out.status_code == 303
    stranger.cookies.set(SESSION_COOKIE, held)
    assert stranger.get("/tokens").status_code == 401
    assert [each.action for each in audit.entries(here.db)] == ["sign_out", "sign_in"]


@pytest.mark.usefixtures("mira")
def test_a_session_planted_before_sign_in_is_worth_nothing_after(
    stranger: TestClient, here: Desk
) -> None:
    other = person(here, Role.VIEWER)
    planted = open_session(here.db, other.user_id, "elsewhere", timedelta(hours=1))
    stranger.cookies.set(SESSION_COOKIE, planted, domain="127.0.0.1", path="/")
    assert _sign_in(stranger) == 303
    fresh = stranger.cookies.get(SESSION_COOKIE, domain="127.0.0.1", path="/")
    assert fresh != planted
    assert session_user(here.db, planted, timedelta(hours=1)) is None


@pytest.mark.usefixtures("mira")
def test_guessing_waits_after_ten_tries_of_one_account(stranger: TestClient, here: Desk) -> None:
    assert {_sign_in(stranger, f"wrong {each}") for each in range(10)} == {403}
    assert _sign_in(stranger) == 429
    refused = [each for each in audit.entries(here.db) if each.action == "sign_in.refused"]
    assert len(refused) == 10


def test_guessing_names_waits_too(stranger: TestClient, here: Desk) -> None:
    for number in range(50):
        begin_try(here.db, "testclient", f"name {number}")
    assert _sign_in(stranger, name="one more") == 429


@pytest.mark.usefixtures("mira")
def test_a_wrong_name_and_a_wrong_password_are_told_alike(stranger: TestClient) -> None:
    def said(name: str) -> str:
        form = {"name": name, "password": "not this one"}
        text = stranger.post("/sign-in", data=form, headers=_FROM_HERE).text
        return text.split("data-error>")[1].split("<")[0]

    assert said("mira") == said("nobody")


def test_sessions_end_idle_and_absolutely(here: Desk) -> None:
    user = person(here, Role.VIEWER)
    session_id = open_session(here.db, user.user_id, "test", timedelta(hours=1))
    assert session_user(here.db, session_id, timedelta(minutes=10)) is not None
    with here.db.write() as session:
        session.query(SessionRow).update({"seen_at": base.utc_now() - timedelta(minutes=11)})
    assert session_user(here.db, session_id, timedelta(minutes=10)) is None
    assert session_user(here.db, session_id, timedelta(minutes=12)) is not None
    with here.db.write() as session:
        session.query(SessionRow).update({"expires_at": base.utc_now()})
    assert session_user(here.db, session_id, timedelta(days=9)) is None


def test_the_database_holds_no_session_token_link_or_password(here: Desk) -> None:
    user = accounts.add_user(here.db, _ACTOR, "Otto", Role.ADMIN, _WORD)
    session_id = open_session(here.db, user.user_id, "test", timedelta(hours=1))
    _number, token = accounts.new_token(here.db, _ACTOR, user, "ci", [Scope.READ])
    code = accounts.password_link(here.db, _ACTOR, "otto")
    here.db.dispose()
    files = here.settings.data_dir.glob("arena.db*")
    kept = b"".join(path.read_bytes() for path in files)
    for secret in (session_id, token, code, _WORD):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept


def test_the_first_admins_link_works_once_and_only_for_the_first(
    stranger: TestClient, here: Desk
) -> None:
    code = accounts.first_link(here.db)
    assert code is not None
    form = {"code": code, "name": "Mira", "password": "short"}
    assert stranger.post("/set-up", data=form, headers=_FROM_HERE).status_code == 422
    form["password"] = _WORD
    done = stranger.post("/set-up", data=form, headers=_FROM_HERE)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert stranger.get("/users").status_code == 200
    assert stranger.post("/set-up", data=form, headers=_FROM_HERE).status_code == 404
    assert accounts.first_link(here.db) is None


def test_a_password_link_signs_its_owner_out_everywhere_else(
    browser: Browser, stranger: TestClient, here: Desk
) -> None:
    admin, viewer = browser(Role.ADMIN), browser(Role.VIEWER)
    shown = admin.post("/users/link", data={"name": "the viewer"})
    code = shown.text.split("code=")[1].split("<")[0]
    form = {"code": code, "password": _WORD}
    assert stranger.post("/set-up", data=form, headers=_FROM_HERE).status_code == 303
    assert viewer.get("/").status_code == 401
    assert see_link(here.db, code) is None
    assert _sign_in(stranger, name="the viewer") == 303


def test_a_token_ends_by_time_and_by_revoking(here: Desk) -> None:
    user = person(here, Role.PRODUCER)
    number, secret = accounts.new_token(here.db, _ACTOR, user, "ci", [Scope.READ], None, 1)
    assert token_holder(here.db, secret) is not None
    with here.db.write() as session:
        session.query(ApiTokenRow).update({"expires_at": base.utc_now()})
    assert token_holder(here.db, secret) is None
    number, secret = accounts.new_token(here.db, _ACTOR, user, "ci", [Scope.READ])
    accounts.end_token(here.db, _ACTOR, number)
    assert token_holder(here.db, secret) is None
    with pytest.raises(Refused, match="no right to admin"):
        accounts.new_token(here.db, _ACTOR, user, "more", [Scope.READ, Scope.ADMIN])


def test_the_last_admin_stays(here: Desk) -> None:
    admin = person(here, Role.ADMIN)
    with pytest.raises(Refused, match="last admin"):
        accounts.change_role(here.db, _ACTOR, admin.name, Role.VIEWER)
    with pytest.raises(Refused, match="last admin"):
        accounts.disable(here.db, _ACTOR, admin.name)


@pytest.mark.parametrize("password", ["short", "x" * 201, "Password123", "somebody here"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(UsageFault):
        hashed(password, "Somebody here")


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\t//evil", "", "/a\r\nb", "x"],
)
def test_nobody_is_sent_elsewhere_after_sign_in(address: str) -> None:
    assert urlsplit(local(address)).netloc == ""
    assert local(address) == "/"
    assert local("/arenas?a=b") == "/arenas?a=b"
