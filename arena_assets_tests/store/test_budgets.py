"""Caps: set by two at once, and taken away."""

from __future__ import annotations

from decimal import Decimal

from arena_assets.store.budgets import Scope, get_budgets, set_budget
from arena_assets.store.database import Database
from arena_assets_tests.racing import race


def test_two_people_set_the_same_cap_at_once(db: Database) -> None:
    for number in range(10):
        project = f"p{number}"

        def cap(who: int, project: str = project) -> None:
            set_budget(db, Scope.PROJECT, project, Decimal(10 + who))

        race(2, cap)
        found = {each.scope: each.cap_usd for each in get_budgets(db, project=project)}
        assert found[Scope.PROJECT] in (10, 11)


def test_a_project_whose_caps_were_taken_away_is_not_listed(db: Database) -> None:
    set_budget(db, Scope.PROJECT, "cards", Decimal(10))
    assert {each.subject for each in get_budgets(db)} == {"", "cards"}
    set_budget(db, Scope.PROJECT, "cards", None)
    assert {each.subject for each in get_budgets(db)} == {""}
