"""Lists lose no row: what does not fit on a page is on the next one, whoever leafs through it."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from arena_assets.console.desk import Desk
from arena_assets.console.pages import calls as calls_page
from arena_assets.domain.roles import Role, Scope
from arena_assets.store.requests import place_request
from arena_assets.store.versions import project_id_of
from arena_assets.store.webhooks import add_webhook, queue_delivery
from arena_assets_tests.console.conftest import HTML, Browser, Program
from arena_assets_tests.parked import parked
from arena_assets_tests.statements import statements
from arena_assets_tests.store.samples import spec

V1 = "/api/v1"


def leafed(
    client: TestClient, path: str, name: str, number: str, limit: int = 1, **query: Any
) -> list[Any]:
    """The numbers on all pages of a list, in the order they come."""
    found: list[Any] = []
    query["limit"] = limit
    while True:
        page = client.get(f"{V1}{path}", params=query).json()
        assert len(page[name]) <= limit
        found += [each[number] for each in page[name]]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


@pytest.fixture
def mixed(here: Desk) -> None:
    """Six requests, of which ``cards`` placed the 1st, 2nd, 4th and 6th."""
    for project in ("cards", "cards", "hall", "cards", "hall", "cards"):
        place_request(here.db, spec(project=project))


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_who_sees_one_project_leafs_through_all_of_it(program: Program, limit: int) -> None:
    mine, all_of_it = program(Scope.READ, projects=["cards"]), program(Scope.READ)
    assert leafed(mine, "/requests", "requests", "request_id", limit) == [6, 4, 2, 1]
    assert leafed(mine, "/arenas", "arenas", "arena_id", limit) == [1, 2, 4, 6]
    assert leafed(all_of_it, "/requests", "requests", "request_id", limit) == [6, 5, 4, 3, 2, 1]


@pytest.mark.usefixtures("mixed")
def test_a_project_of_others_has_an_empty_list(program: Program) -> None:
    mine = program(Scope.READ, projects=["cards"])
    for path, name in (("/requests", "requests"), ("/arenas", "arenas")):
        found = mine.get(f"{V1}{path}", params={"project": "hall"}).json()
        assert found == {name: [], "next": None}


def test_a_page_of_requests_asks_the_database_no_more_for_many(
    here: Desk, program: Program
) -> None:
    client, sent = program(Scope.READ), []
    client.get(f"{V1}/requests")  # the first use of a token is written down
    for count in (2, 20):
        for _ in range(count):
            place_request(here.db, spec())
        with statements(here.db) as heard:
            client.get(f"{V1}/requests", params={"limit": count})
        sent.append(len(heard))
    assert sent[0] == sent[1]


def test_calls_come_newest_first_and_all_of_them(here: Desk, program: Program) -> None:
    place_request(here.db, spec(project="hall"))
    keys = [parked(here.db, number=number).key for number in range(5)]
    parked(here.db, "cards", number=5)
    client = program(Scope.READ, projects=["hall"])
    for limit in (1, 2, 5):
        found = leafed(client, "/calls", "calls", "key", limit, project="hall", parked=True)
        assert found == keys[::-1]
    assert leafed(client, "/ledger", "entries", "seq", project="hall") == [1, 2, 3, 4, 5]


def test_a_cursor_of_calls_that_is_none_or_not_theirs_is_refused(
    here: Desk, program: Program
) -> None:
    place_request(here.db, spec(project="hall"))
    theirs = parked(here.db, "cards").key
    client = program(Scope.READ, projects=["hall"])
    for cursor, status in (("x", 422), ("0" * 64, 404), (theirs, 404)):
        asked = {"project": "hall", "cursor": cursor}
        assert client.get(f"{V1}/calls", params=asked).status_code == status


def test_deliveries_are_leafed_through_by_the_last_number(here: Desk, program: Program) -> None:
    place_request(here.db, spec(project="hall"))
    project = project_id_of(here.db, "hall")
    hook = add_webhook(here.db, project, "https://example.com/", "s" * 32, (), "mira")
    with here.db.write() as session:
        for seq in range(5):
            queue_delivery(session, hook, seq, "{}")
    client = program(Scope.READ, Scope.PRODUCE)
    url = f"{V1}/projects/hall/webhooks/{hook}/deliveries"
    first = [each["delivery_id"] for each in client.get(url, params={"limit": 3}).json()]
    asked = {"limit": 3, "before": first[-1]}
    rest = [each["delivery_id"] for each in client.get(url, params=asked).json()]
    assert first + rest == [5, 4, 3, 2, 1]


def test_the_page_says_how_many_calls_wait_when_it_does_not_show_all(
    here: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls_page, "_PARKED_SHOWN", 2)
    for number in range(3):
        parked(here.db, number=number)
    text = browser(Role.VIEWER).get("/calls", headers=HTML).text
    assert "3 wait for a person" in text
    assert "These are the newest 2" in text
    assert 'href="/calls?state=unknown"' in text
