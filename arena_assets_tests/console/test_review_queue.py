"""The queue of the review shows what waits for a person, however much else there is."""

from __future__ import annotations

from sqlalchemy import update
from starlette.testclient import TestClient

from arena_assets.actions import review
from arena_assets.console.desk import Desk
from arena_assets.console.pages.queue import ARENAS_AHEAD, queue
from arena_assets.domain.roles import Role, Scope
from arena_assets.domain.rules import Publishing, Rules
from arena_assets.domain.slots import METADATA, MUSIC, Slot, metadata_slot
from arena_assets.store import results, takes
from arena_assets.store.database import Database
from arena_assets.store.plan_states import PlanState
from arena_assets.store.requests import place_request
from arena_assets.store.tables import PlanRow
from arena_assets.store.versions import VersionKind, ensure_project, save_version
from arena_assets_tests.console.conftest import HTML, Browser, Program
from arena_assets_tests.statements import statements
from arena_assets_tests.store.samples import manifest, spec


def lore(arena_id: int) -> Slot:
    return Slot(arena_id, metadata_slot())


def made(db: Database, project: str, count: int = 1) -> list[int]:
    """Arenas that are made, each with its lore alone."""
    found: list[int] = []
    for start in range(0, count, 100):
        wanted = spec(min(100, count - start), project=project)
        found += place_request(db, wanted).arena_ids
    files = {"metadata": manifest().file("picture")}
    written = manifest().model_copy(update={"files": files})
    for arena_id in found:
        results.keep(db, lore(arena_id), written)
    with db.write() as session:
        rows = update(PlanRow).where(PlanRow.id.in_(found))
        session.execute(rows.values(state=PlanState.MADE.value))
    return found


def reviewed(db: Database, project: str, *assets: str) -> None:
    ensure_project(db, project)
    rules = Rules(publishing=Publishing.REVIEWED, review=assets or (METADATA,))
    save_version(db, project, VersionKind.RULES, rules.model_dump(mode="json"), "mira")


def ahead(here: Desk, projects: list[str] | None = None) -> list[int]:
    return [item.plan.arena_id for item in queue(here, projects)]


def counted(client: TestClient, here: Desk, path: str) -> int:
    with statements(here.db) as sent:
        assert client.get(path, headers=HTML).status_code == 200
    return len(sent)


def test_an_old_item_is_shown_whatever_was_made_since(here: Desk, browser: Browser) -> None:
    reviewed(here.db, "hall")
    made(here.db, "hall")
    made(here.db, "cards", 205)
    client = browser(Role.REVIEWER)
    for address in ("/review", "/review?project=hall"):
        assert "1 item waits" in client.get(address, headers=HTML).text
    assert "Nothing waits" in client.get("/review?project=cards", headers=HTML).text


def test_the_oldest_come_first_by_the_rules_of_each_project(here: Desk) -> None:
    reviewed(here.db, "hall")
    reviewed(here.db, "tower", METADATA, MUSIC)
    reviewed(here.db, "songs", MUSIC)
    first = made(here.db, "tower", 2)
    made(here.db, "songs", 2)
    second = made(here.db, "hall", ARENAS_AHEAD)
    made(here.db, "tower")
    assert ahead(here) == (first + second)[:ARENAS_AHEAD]
    assert ahead(here, ["hall"]) == second
    assert ahead(here, ["songs"]) == ahead(here, []) == []


def test_what_was_decided_waits_no_more_until_its_bytes_or_the_decision_change(here: Desk) -> None:
    reviewed(here.db, "hall")
    approved, rejected, stale, open_one = made(here.db, "hall", 4)
    review.approve(here.db, lore(approved), who="mira")
    review.reject(here.db, lore(rejected), "too dark", who="mira", again=False)
    takes.set_take(here.db, lore(stale), 2)
    assert ahead(here) == [open_one]
    review.unpin(here.db, lore(approved), "", who="mira")
    results.keep(here.db, lore(rejected), manifest("b"))
    assert ahead(here) == [approved, rejected, open_one]
    assert {item.view.slot for item in queue(here, None)} == {metadata_slot()}


def test_the_queue_asks_the_database_no_more_for_many_arenas(here: Desk, browser: Browser) -> None:
    reviewed(here.db, "hall")
    client, sent = browser(Role.REVIEWER), []
    for _ in range(2):
        for arena_id in made(here.db, "hall", 30):
            review.approve(here.db, lore(arena_id), who="mira")
        sent.append(counted(client, here, "/review"))
    assert sent[0] == sent[1]
    made(here.db, "hall", 30)
    shown = counted(client, here, "/review")
    made(here.db, "hall", 30)
    assert counted(client, here, "/review") == shown


def test_a_page_of_arenas_asks_the_database_no_more_for_many(here: Desk, program: Program) -> None:
    reviewed(here.db, "hall")
    client = program(Scope.READ)
    client.get("/api/v1/arenas")  # the first use of a token is written down
    sent = []
    for _ in range(2):
        made(here.db, "hall", 20)
        made(here.db, "cards", 20)
        sent.append(counted(client, here, "/api/v1/arenas?limit=200"))
    assert sent[0] == sent[1]
    arenas = client.get("/api/v1/arenas?limit=200").json()["arenas"]
    waiting = {each["project"] for each in arenas if each["waits_for_review"]}
    assert (len(arenas), waiting) == (80, {"hall"})
