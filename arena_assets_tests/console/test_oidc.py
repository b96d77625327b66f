"""Sign-in by an OpenID Connect provider: who is who they say comes in, and nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from arena_assets.actions.oidc.options import oidc_options
from arena_assets.actions.oidc.people import bind, unbind
from arena_assets.cli.service_checks import sign_in_provider
from arena_assets.console.app import create_app
from arena_assets.console.auth.cookies import FLOW_COOKIE, SESSION_COOKIE
from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role
from arena_assets.errors import Refused, UsageFault
from arena_assets.settings import Settings
from arena_assets.store import audit, base, identities
from arena_assets.store.audit import Actor
from arena_assets.store.sessions import open_session, session_user
from arena_assets.store.sign_in_tables import FlowRow, IdentityRow, SessionRow
from arena_assets.store.users import add_user, find_user, set_disabled
from arena_assets_tests.doubles.oidc import CLIENT, SECRET, OidcDouble, open_oidc

ORIGIN = "http://127.0.0.1:3000"
_HTML = {"accept": "text/html"}
_HOUR = timedelta(hours=1)
_ADMIN = Actor("ada", "here")


@pytest.fixture
def double() -> Iterator[OidcDouble]:
    with open_oidc() as opened:
        yield opened


Console = Callable[..., Desk]


@pytest.fixture
def console(tmp_path: Path, double: OidcDouble) -> Iterator[Console]:
    """A console that knows the provider; ``at.browser()`` is a new browser."""
    opened: list[Desk] = []

    def start(**given: Any) -> Desk:
        app = create_app(_settings(tmp_path, double.issuer, **given))
        desk: Desk = app.state.desk
        opened.append(desk)
        _APPS[id(desk)] = app
        return desk

    yield start
    for each in opened:
        _APPS.pop(id(each))
        each.db.dispose()


_APPS: dict[int, Any] = {}


def _settings(folder: Path, issuer: str, **given: Any) -> Settings:
    chosen = {"oidc_client_id": CLIENT, "oidc_client_secret": SECRET, **given}
    return Settings(_env_file=None, data_dir=folder / "data", oidc_issuer=issuer, **chosen)


def browser(desk: Desk) -> TestClient:
    return TestClient(_APPS[id(desk)], base_url=ORIGIN, follow_redirects=False, headers=_HTML)


@pytest.fixture
def here(console: Console, double: OidcDouble) -> Desk:
    """Mira is bound to subject 7."""
    desk = console()
    add_user(desk.db, "ada", Role.ADMIN, None)
    add_user(desk.db, "mira", Role.PRODUCER, None)
    bind(desk.db, _ADMIN, "mira", double.issuer, "7")
    return desk


def _go(client: TestClient, double: OidcDouble, to: str = "/tokens") -> dict[str, str]:
    """To the provider, and the query one comes back with."""
    sent = client.get("/sign-in/oidc", params={"next": to})
    assert sent.status_code == 303, sent.text
    return double.approve(sent.headers["location"])


def _back(client: TestClient, query: dict[str, str]) -> Any:
    return client.get("/sign-in/oidc/callback", params=query)


def _sign_in(client: TestClient, double: OidcDouble) -> Any:
    return _back(client, _go(client, double))


def _sessions(desk: Desk) -> int:
    with desk.db.read() as session:
        return session.query(SessionRow).count()


def _kept_out(desk: Desk, answer: Any, status: int = 403) -> None:
    assert answer.status_code == status, answer.text
    assert "data-error" in answer.text
    assert SESSION_COOKIE not in answer.headers.get("set-cookie", "")
    assert _sessions(desk) == 0


def test_who_is_bound_comes_in_and_goes_on_to_where_they_were(
    here: Desk, double: OidcDouble
) -> None:
    client = browser(here)
    assert "Sign in with 127.0.0.1" in client.get("/sign-in").text
    answer = _sign_in(client, double)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tokens")
    assert client.get("/tokens").status_code == 200
    line = audit.entries(here.db)[0]
    assert (line.who, line.action, dict(line.data)) == ("mira", "sign_in", {"via": double.issuer})
    with here.db.read() as session:
        assert session.query(IdentityRow).one().email == "mira@a.example"
        assert session.query(FlowRow).count() == 0


NOW = int(time.time())
LIES: dict[str, dict[str, Any]] = {
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "wrong aud": {"aud": "another-client"},
    "no aud": {"aud": None},
    "several aud without azp": {"aud": [CLIENT, "another"]},
    "another azp": {"aud": [CLIENT, "another"], "azp": "another"},
    "wrong iss": {"iss": "https://evil.example"},
    "expired": {"exp": NOW - 3600, "iat": NOW - 7200},
    "no exp": {"exp": None},
    "not yet": {"nbf": NOW + 3600},
    "issued later": {"iat": NOW + 3600},
    "no sub": {"sub": None},
    "sub no text": {"sub": 7},
    "sub too long": {"sub": "7" * 256},
    "exp no number": {"exp": "tomorrow"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_us_now_and_for_this_is_not_believed(
    here: Desk, double: OidcDouble, lie: str
) -> None:
    double.lies = LIES[lie]
    _kept_out(here, _sign_in(browser(here), double))
    assert audit.entries(here.db)[0].action == "sign_in.refused"


@pytest.mark.parametrize("forgery", ["none", "hs256", "stranger", "kid"])
def test_a_token_that_the_provider_did_not_sign_is_not_believed(
    here: Desk, double: OidcDouble, forgery: str
) -> None:
    assert _sign_in(browser(here), double).status_code == 303
    with here.db.write() as session:
        session.query(SessionRow).delete()
    double.forgery = forgery
    _kept_out(here, _sign_in(browser(here), double))


def test_rotated_keys_are_fetched_when_they_are_met(here: Desk, double: OidcDouble) -> None:
    assert _sign_in(browser(here), double).status_code == 303
    assert _sign_in(browser(here), double).status_code == 303
    assert double.asked.count("/jwks") == 1
    double.rotate()
    assert _sign_in(browser(here), double).status_code == 303
    assert double.asked.count("/jwks") == 2
    with here.db.write() as session:
        session.query(SessionRow).delete()
    double.forgery = "retired"
    _kept_out(here, _sign_in(browser(here), double))


def test_an_answer_is_taken_once_from_the_browser_that_went(here: Desk, double: OidcDouble) -> None:
    client = browser(here)
    query = _go(client, double)
    _kept_out(here, _back(client, {**query, "state": "another"}))
    assert _sign_in(client, double).status_code == 303
    with here.db.write() as session:
        session.query(SessionRow).delete()
    _kept_out(here, _back(client, query), 403)
    # A victim's browser that is sent to an attacker's answer.
    attacker, victim = browser(here), browser(here)
    planted = _go(attacker, double)
    _kept_out(here, _back(victim, planted))
    _go(victim, double)
    _kept_out(here, _back(victim, planted))


def test_an_answer_replayed_or_too_late_is_refused(here: Desk, double: OidcDouble) -> None:
    client = browser(here)
    query = _go(client, double)
    cookie = client.cookies[FLOW_COOKIE]
    assert _back(client, query).status_code == 303
    with here.db.write() as session:
        session.query(SessionRow).delete()
    client.cookies.set(FLOW_COOKIE, cookie, domain="127.0.0.1", path="/sign-in")
    _kept_out(here, _back(client, query))
    late = _go(client, double)
    with here.db.write() as session:
        session.query(FlowRow).update({"expires_at": base.utc_now()})
    _kept_out(here, _back(client, late))


def test_a_used_code_is_no_good_in_another_sign_in(here: Desk, double: OidcDouble) -> None:
    first = browser(here)
    stolen = _go(first, double)
    assert _back(first, stolen).status_code == 303
    with here.db.write() as session:
        session.query(SessionRow).delete()
    thief = browser(here)
    own = _go(thief, double)
    _kept_out(here, _back(thief, {**own, "code": stolen["code"]}))
    # Nor is one that is not used yet: its verifier never leaves the server.
    fresh, again = _go(first, double), _go(thief, double)
    _kept_out(here, _back(thief, {**again, "code": fresh["code"]}))


def test_an_answer_of_another_provider_is_not_taken_to_ours(here: Desk, double: OidcDouble) -> None:
    client = browser(here)
    _kept_out(here, _back(client, {**_go(client, double), "iss": "https://evil.example"}))
    assert "/token" not in double.asked, "its code is not sent there"
    named = {**_go(client, double), "iss": double.issuer}
    assert _back(client, named).status_code == 303


def test_a_provider_that_names_itself_must(console: Console, double: OidcDouble) -> None:
    double.describes = {"authorization_response_iss_parameter_supported": True}
    desk = console()
    _kept_out(desk, _sign_in(browser(desk), double))


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_description_that_leads_elsewhere_is_refused(
    console: Console, double: OidcDouble, described: dict[str, Any]
) -> None:
    double.describes = described
    desk = console()
    answer = browser(desk).get("/sign-in/oidc")
    _kept_out(desk, answer, 422)
    assert 'name="password"' in answer.text, "a password still does"


def test_the_provider_says_no_or_nothing(here: Desk, double: OidcDouble) -> None:
    client = browser(here)
    query = _go(client, double)
    del query["code"]
    _kept_out(here, _back(client, {**query, "error": "access_denied"}))


def test_a_provider_that_is_down_leaves_the_password(tmp_path: Path) -> None:
    with open_oidc() as gone:
        issuer = gone.issuer
    app = create_app(_settings(tmp_path, issuer))
    client = TestClient(app, ORIGIN, follow_redirects=False, headers=_HTML)
    answer = client.get("/sign-in/oidc")
    assert answer.status_code == 503
    assert 'name="password"' in answer.text
    app.state.desk.db.dispose()


def test_an_address_never_makes_somebody_somebody_else(here: Desk, double: OidcDouble) -> None:
    double.claims = {"sub": "7", "email": "new@b.example", "preferred_username": "otto"}
    client = browser(here)
    assert _sign_in(client, double).status_code == 303
    assert "mira" in client.get("/tokens").text
    with here.db.write() as session:
        session.query(SessionRow).delete()
    double.claims = {"sub": "8", "email": "new@b.example", "preferred_username": "mira"}
    _kept_out(here, _sign_in(browser(here), double))


def test_who_is_shut_out_or_unbound_stays_outside(here: Desk, double: OidcDouble) -> None:
    mira = find_user(here.db, "mira")
    assert mira is not None
    set_disabled(here.db, mira.user_id, True)
    _kept_out(here, _sign_in(browser(here), double))
    set_disabled(here.db, mira.user_id, False)
    assert _sign_in(browser(here), double).status_code == 303
    assert unbind(here.db, _ADMIN, "mira") == 1
    _kept_out(here, _sign_in(browser(here), double))
    with pytest.raises(Refused, match="bound to nothing"):
        unbind(here.db, _ADMIN, "mira")


def test_a_session_planted_before_is_worth_nothing_after(here: Desk, double: OidcDouble) -> None:
    other = find_user(here.db, "ada")
    assert other is not None
    planted = open_session(here.db, other.user_id, "elsewhere", _HOUR)
    client = browser(here)
    client.cookies.set(SESSION_COOKIE, planted, domain="127.0.0.1", path="/")
    assert _sign_in(client, double).status_code == 303
    assert client.cookies.get(SESSION_COOKIE, domain="127.0.0.1", path="/") != planted
    assert session_user(here.db, planted, _HOUR) is None


def test_two_people_are_not_bound_to_one_account(here: Desk, double: OidcDouble) -> None:
    with pytest.raises(Refused, match="bound to this account already"):
        bind(here.db, _ADMIN, "ada", double.issuer, "7")


def test_of_a_domain_who_is_verified_joins_as_a_viewer(
    console: Console, double: OidcDouble
) -> None:
    desk = console(oidc_join="allowed", oidc_domains="a.example")
    add_user(desk.db, "Ada", Role.ADMIN, None)
    for claims in (
        {"email": "eve@a.example"},
        {"email": "eve@a.example", "email_verified": "true"},
        {"email": "eve@evil.example", "email_verified": True},
        {"email": "eve@a.example@evil.example", "email_verified": True},
        {"email": "x@a.example", "email_verified": True, "preferred_username": "ADA"},
        {"email": "<b>@a.example", "email_verified": True, "preferred_username": "<b>"},
    ):
        double.claims = {"sub": "9", "preferred_username": "eve", **claims}
        _kept_out(desk, _sign_in(browser(desk), double))
    double.claims = {"sub": "9", "email": "otto@a.example", "email_verified": True, "name": "Otto"}
    assert _sign_in(browser(desk), double).status_code == 303
    otto = find_user(desk.db, "otto")
    assert otto is not None
    assert otto.role is Role.VIEWER
    assert otto.password_hash is None
    assert identities.user_of(desk.db, double.issuer, "9") == otto
    assert [each.action for each in audit.entries(desk.db, on="Otto")] == ["user.add"]


def test_groups_give_the_role_at_each_sign_in(console: Console, double: OidcDouble) -> None:
    desk = console(oidc_join="allowed", oidc_roles="bosses=admin, art=reviewer, all = viewer")

    def comes(groups: object) -> Role | None:
        double.claims = {"sub": "9", "preferred_username": "otto", "groups": groups}
        if _sign_in(browser(desk), double).status_code != 303:
            return None
        found = find_user(desk.db, "otto")
        return None if found is None else found.role

    assert comes(["strangers"]) is None
    assert find_user(desk.db, "otto") is None
    assert comes(["all", "art"]) is Role.REVIEWER
    assert comes("bosses") is Role.ADMIN
    assert comes(["art"]) is Role.ADMIN, "the last admin stays one"
    add_user(desk.db, "ada", Role.ADMIN, None)
    assert comes(["art"]) is Role.REVIEWER
    assert comes([]) is None
    changes = audit.entries(desk.db, action="user.role")
    assert [each.data["role"] for each in changes] == ["reviewer", "admin"]
    assert changes[0].who == "127.0.0.1 (sign-in)"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"oidc_client_id": ""}, "has no client"),
        ({"oidc_issuer": "http://id.example"}, "ARENA_OIDC_ISSUER"),
        ({"oidc_scopes": "email"}, "lacks openid"),
        ({"oidc_join": "allowed"}, "would let everybody in"),
        ({"oidc_roles": "art=boss"}, "ARENA_OIDC_ROLES"),
    ],
)
def test_a_provider_set_up_by_halves_stops_the_console(
    tmp_path: Path, given: dict[str, Any], said: str
) -> None:
    chosen: dict[str, Any] = {
        "oidc_issuer": "https://id.example",
        "oidc_client_id": "arena",
        **given,
    }
    settings = Settings(_env_file=None, data_dir=tmp_path, **chosen)
    with pytest.raises(UsageFault, match=said):
        oidc_options(settings)


def test_without_a_provider_there_is_no_such_way(tmp_path: Path) -> None:
    app = create_app(Settings(_env_file=None, data_dir=tmp_path / "data"))
    client = TestClient(app, ORIGIN, follow_redirects=False, headers=_HTML)
    assert "/sign-in/oidc" not in client.get("/sign-in").text
    assert client.get("/sign-in/oidc").status_code == 404
    app.state.desk.db.dispose()


def test_the_doctor_asks_the_provider(tmp_path: Path, double: OidcDouble) -> None:
    (check,) = sign_in_provider(_settings(tmp_path, double.issuer))
    assert "1 key" in check.said
    assert check.fix is not None
    assert "ARENA_PUBLIC_URL" in check.fix
    known = _settings(tmp_path, double.issuer, public_url="https://arenas.example.com")
    (check,) = sign_in_provider(known)
    assert "https://arenas.example.com/sign-in/oidc/callback" in check.said
    assert SECRET not in check.said
