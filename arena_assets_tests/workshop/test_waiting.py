"""Which made arenas wait for a person is read for all of them at once, by each project's rules."""

from __future__ import annotations

from sqlalchemy import update

from arena_assets.domain.rules import Publishing, Rules
from arena_assets.domain.slots import IMAGES
from arena_assets.store import results
from arena_assets.store.database import Database
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import list_plans
from arena_assets.store.requests import place_request
from arena_assets.store.tables import PlanRow
from arena_assets.store.versions import VersionKind, rules_of, rules_of_projects, save_version
from arena_assets.workshop.review import waiting_for_review
from arena_assets_tests.statements import statements
from arena_assets_tests.store.samples import manifest, spec, view


def test_arenas_wait_by_the_newest_rules_of_their_own_project(db: Database) -> None:
    for project in ("cards", "hall", "tower"):
        place_request(db, spec(2, project=project))
    reviewed = Rules(publishing=Publishing.REVIEWED, review=(IMAGES,))
    for project, rules in (("cards", reviewed), ("hall", reviewed), ("hall", Rules())):
        save_version(db, project, VersionKind.RULES, rules.model_dump(mode="json"), "mira")
    results.keep(db, view(1), manifest())
    with db.write() as session:
        made = update(PlanRow).where(PlanRow.id != 2)
        session.execute(made.values(state=PlanState.MADE.value))
    assert rules_of_projects(db) == {"cards": reviewed, "hall": Rules()}
    assert (
        rules_of_projects(db, ["tower"]) == {"tower": rules_of(db, "tower")} == {"tower": Rules()}
    )
    plans = list_plans(db)
    with statements(db) as one:
        assert waiting_for_review(db, plans[:1]) == {1}
    with statements(db) as all_of_them:
        assert waiting_for_review(db, plans) == {1}
    assert len(all_of_them) == len(one)
