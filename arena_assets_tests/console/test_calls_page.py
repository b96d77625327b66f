"""The page of calls: settling a parked one there is the same act as on the command line."""

from __future__ import annotations

from decimal import Decimal

import pytest

from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role, Scope
from arena_assets.store.calls import CallState, get_call
from arena_assets.store.ledger_entries import entries
from arena_assets.store.versions import ensure_project
from arena_assets_tests.console.conftest import HTML, Browser, Program
from arena_assets_tests.parked import parked


@pytest.fixture(autouse=True)
def _project(here: Desk) -> None:
    ensure_project(here.db, "hall")


def test_a_parked_call_is_shown_with_a_form_to_those_who_may_spend(
    here: Desk, browser: Browser
) -> None:
    call = parked(here.db)
    form = f'action="/calls/{call.key}/settle"'
    shown = browser(Role.PRODUCER).get("/calls", headers=HTML).text
    assert form in shown
    assert "no answer within 180 s" in shown
    seen = browser(Role.REVIEWER).get("/calls", headers=HTML).text
    assert call.key in seen
    assert form not in seen
    assert "Settle 1 parked call" in browser(Role.VIEWER).get("/operations", headers=HTML).text


def test_not_charged_frees_its_money_and_keeps_who_and_why(here: Desk, browser: Browser) -> None:
    call = parked(here.db)
    told = {"outcome": "not_charged", "usd": "$0.42", "reason": "nothing on the usage page"}
    answer = browser(Role.PRODUCER).post(f"/calls/{call.key}/settle", data=told)
    assert answer.status_code == 303
    now = get_call(here.db, call.key)
    assert now is not None
    assert (now.state, now.reserved_usd, now.price_usd) == (CallState.FAILED, Decimal(0), None)
    last = entries(here.db, call_key=call.key)[-1]
    assert last.kind == "release"
    assert last.note is not None
    assert "the producer: nothing on the usage page" in last.note


def test_charged_books_the_amount_and_a_refund_takes_it_back(here: Desk, browser: Browser) -> None:
    call = parked(here.db)
    client = browser(Role.PRODUCER)
    client.post(f"/calls/{call.key}/settle", data={"outcome": "charged", "usd": "0.30"})
    spent = [each.spent_usd for each in entries(here.db, call_key=call.key)]
    assert sum(spent) == Decimal("0.30")
    page = client.get(f"/calls/{call.key}", headers=HTML).text
    assert "Book the refund" in page
    client.post(f"/calls/{call.key}/settle", data={"outcome": "refunded", "usd": "0.30"})
    spent = [each.spent_usd for each in entries(here.db, call_key=call.key)]
    assert sum(spent) == 0


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"outcome": "charged", "usd": ""}, "No amount is named"),
        ({"outcome": "charged", "usd": "-1"}, "no amount of dollars"),
        ({"outcome": "maybe"}, "Nothing was said about the call"),
        ({"outcome": "refunded", "usd": "0.1"}, "has no price yet"),
        ({"outcome": "not_charged", "reason": "x" * 301}, "The reason has 301 characters"),
    ],
)
def test_what_cannot_be_settled_changes_nothing(
    here: Desk, browser: Browser, told: dict[str, str], said: str
) -> None:
    call = parked(here.db)
    answer = browser(Role.PRODUCER).post(f"/calls/{call.key}/settle", data=told, headers=HTML)
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert get_call(here.db, call.key) == call


def test_a_program_of_another_project_sees_and_settles_nothing(
    here: Desk, program: Program
) -> None:
    ensure_project(here.db, "other")
    call = parked(here.db)
    client = program(Scope.READ, Scope.PRODUCE, Scope.SPEND, projects=["other"])
    assert client.get(f"/api/v1/calls/{call.key}").status_code == 404
    told = {"outcome": "not_charged"}
    assert client.post(f"/api/v1/calls/{call.key}/settle", json=told).status_code == 404
    assert get_call(here.db, call.key) == call


def test_the_api_settles_the_same_and_shows_the_lines(here: Desk, program: Program) -> None:
    call = parked(here.db)
    client = program(Scope.READ, Scope.PRODUCE, Scope.SPEND)
    told = {"outcome": "charged", "usd": "0.25", "reason": "invoice 7"}
    settled = client.post(f"/api/v1/calls/{call.key[:12]}/settle", json=told)
    assert settled.status_code == 200
    assert settled.json()["price_usd"] == "0.250000"
    lines = client.get(f"/api/v1/calls/{call.key}").json()["entries"]
    assert [each["kind"] for each in lines] == ["reserve", "charge"]
    assert "invoice 7" in lines[-1]["note"]
    assert (
        program(Scope.READ).post(f"/api/v1/calls/{call.key}/settle", json=told).status_code == 403
    )


def test_calls_are_leafed_through_newest_first(here: Desk, browser: Browser) -> None:
    made = [parked(here.db, number=each).key[:10] for each in range(45)]
    first = browser(Role.VIEWER).get("/calls?state=unknown", headers=HTML).text
    listed = first.split('id="recent"')[1]
    assert [each in listed for each in made] == [False] * 5 + [True] * 40
    older = listed.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    rest = browser(Role.VIEWER).get(older, headers=HTML).text.split('id="recent"')[1]
    assert [each in rest for each in made] == [True] * 5 + [False] * 40
