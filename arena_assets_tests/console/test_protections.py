"""What is refused before any route is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from arena_assets.console.auth.rates import Rate
from arena_assets.console.desk import Desk
from arena_assets.console.protect.host import trusted_hosts
from arena_assets.domain.roles import Role, Scope
from arena_assets.errors import TooMany
from arena_assets.settings import Settings
from arena_assets.store import audit
from arena_assets_tests.console.conftest import HTML, ORIGIN, Browser, Program

_FORM = {"name": "Otto", "role": "viewer"}


def test_every_answer_has_the_security_headers(stranger: TestClient, browser: Browser) -> None:
    answers = [
        stranger.get("/healthz"),
        stranger.get("/nothing", headers=HTML),
        stranger.get("/"),
        stranger.get("/healthz", headers={"Host": "evil.example"}),
        browser(Role.ADMIN).get("/users", headers=HTML),
    ]
    for answer in answers:
        csp = answer.headers["content-security-policy"]
        assert "default-src 'none'" in csp
        assert "frame-ancestors 'none'" in csp
        assert "unsafe" not in csp
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["referrer-policy"] == "same-origin"


def test_dagsters_pages_are_held_to_this_origin_too(browser: Browser) -> None:
    csp = browser(Role.VIEWER).get("/dagster/runs").headers["content-security-policy"]
    assert "connect-src 'self'" in csp
    assert "frame-ancestors 'none'" in csp
    assert "http" not in csp


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:3001"},
        {"Origin": "http://127.0.0.1.evil.example:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": ORIGIN},
        {"Origin": ""},
    ],
)
def test_a_change_from_another_site_is_refused(
    browser: Browser, here: Desk, headers: dict[str, str]
) -> None:
    client = browser(Role.ADMIN)
    assert client.post("/users", data=_FORM, headers=headers).status_code == 403
    assert audit.entries(here.db) == []


def test_a_change_needs_the_token_of_its_own_session(browser: Browser) -> None:
    admin, other = browser(Role.ADMIN), browser(Role.ADMIN)
    for token in ("", "0" * 64, other.headers["X-CSRF-Token"], "é"):
        headers = {"X-CSRF-Token": token.encode()}
        assert admin.post("/users", data=_FORM, headers=headers).status_code == 403  # type: ignore[arg-type]
    field = {"csrf_token": admin.headers["X-CSRF-Token"]}
    assert admin.post("/users", data=_FORM | field, headers={"X-CSRF-Token": ""}).is_success


def test_a_program_with_a_token_needs_no_csrf_token(program: Program) -> None:
    assert program(Scope.ADMIN).post("/users", data=_FORM).is_success


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:3000", "127.0.0.1.evil.example", "", "[::2]", "user@127.0.0.1"],
)
def test_other_host_names_are_refused(stranger: TestClient, host: str) -> None:
    assert stranger.get("/healthz", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:3000", "LOCALHOST", "127.0.0.1", "[::1]:3000"])
def test_this_machines_names_are_known(stranger: TestClient, host: str) -> None:
    assert stranger.get("/healthz", headers={"Host": host}).status_code == 200


def test_listening_everywhere_trusts_no_name_by_itself(tmp_path: Path) -> None:
    def names(**given: str) -> frozenset[str]:
        return trusted_hosts(Settings(_env_file=None, data_dir=tmp_path, **given))  # type: ignore[arg-type]

    assert names(host="0.0.0.0") == names()  # noqa: S104
    assert names(host="10.0.0.7") - names() == {"10.0.0.7"}
    more = names(public_url="https://arenas.example:8443/", trusted_hosts="A.example, b.example")
    assert more - names() == {"arenas.example", "a.example", "b.example"}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[TestClient]:
    from arena_assets.console.app import create_app

    settings = Settings(_env_file=None, data_dir=tmp_path / "data", upload_mb=1)
    made: FastAPI = create_app(settings)
    yield TestClient(made, ORIGIN, raise_server_exceptions=False)
    made.state.desk.db.dispose()


def test_a_body_beyond_the_limit_is_refused_whatever_its_length_says(small: TestClient) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": ORIGIN}
    told = small.post("/sign-in", content=b"a" * 1_000_001, headers=headers)
    untold = small.post("/sign-in", content=iter([b"a" * 600_000] * 2), headers=headers)
    assert (told.status_code, untold.status_code) == (413, 413)
    assert untold.json()["code"] == "too_large"
    assert small.post("/sign-in", content=b"a" * 1000, headers=headers).status_code == 422


def test_rates_count_per_key_and_lapse() -> None:
    now = 0.0
    rate = Rate(2, 60.0, clock=lambda: now)
    rate.hit("a", "Too much")
    rate.hit("a", "Too much")
    rate.hit("b", "Too much")
    with pytest.raises(TooMany) as caught:
        rate.hit("a", "Too much")
    assert caught.value.retry_after == 60.0
    now = 60.0
    rate.hit("a", "Too much")


def test_a_token_that_asks_too_often_is_told_when_to_come_back(
    here: Desk, program: Program
) -> None:
    client = program(Scope.READ)
    number = 1
    for _ in range(here.settings.api_per_minute):
        here.calls.hit(f"token {number}", "")
    answer = client.get("/api/v1/system")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert program(Scope.READ).get("/healthz").status_code == 200


def test_what_changed_something_is_on_record_and_what_failed_is_not(
    browser: Browser, here: Desk
) -> None:
    admin = browser(Role.ADMIN)
    assert admin.post("/users", data={"name": "x", "role": "viewer"}).status_code == 422
    assert audit.entries(here.db) == []
    assert admin.post("/users", data=_FORM).is_success
    lines = audit.entries(here.db)
    assert [each.action for each in lines] == ["user.link", "user.add"]
    assert {each.who for each in lines} == {"the admin"}
    assert {each.origin for each in lines} == {"testclient"}


def test_a_fault_of_ours_tells_nothing_of_its_cause(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_db: object) -> None:
        raise RuntimeError("the canary sings")

    monkeypatch.setattr("arena_assets.console.pages.people.list_users", broken)
    answer = browser(Role.ADMIN).get("/users", headers=HTML)
    assert answer.status_code == 500
    assert "canary" not in answer.text
    assert "the canary sings" in caplog.text
