"""A run that meets a cap or a service that is down: what it says, and how it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import dagster as dg
import pytest

from arena_assets.ledger.breaker import Breakers, Health
from arena_assets.store import plans
from arena_assets.store.breakers import outage_waits
from arena_assets.store.budgets import Scope, get_budgets, set_budget
from arena_assets.store.ledger_entries import totals
from arena_assets.store.plan_states import PlanState
from arena_assets_tests.arenas import Hall
from arena_assets_tests.loopback import CEILING, PRICE, Service, open_service
from arena_assets_tests.paying import SHOP

TRACKS = 5


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv(SHOP, "unset until it is open")
    with open_service() as service:
        monkeypatch.setenv(SHOP, service.url)
        yield service


@pytest.fixture
def paying(hall: Hall, shop: Service, monkeypatch: pytest.MonkeyPatch) -> Hall:
    """A hall whose runs buy their music."""
    from arena_assets.settings import settings

    monkeypatch.setenv("ARENA_MAKERS", "arena_assets_tests.paying:makers")
    settings.cache_clear()
    return hall


def said(run: dg.ExecuteInProcessResult) -> str:
    """The sentence of the step that failed."""
    (failed,) = [event for event in run.all_events if event.is_step_failure]
    data = failed.step_failure_data.user_failure_data
    assert data is not None
    return str(data.description)


def test_an_arena_pays_for_its_music_and_says_what_it_cost(paying: Hall, shop: Service) -> None:
    (arena_id,) = paying.request()
    run = paying.run(arena_id)
    prices = [
        event.materialization.metadata["price_usd"].value
        for event in run.get_asset_materialization_events()
        if (event.asset_key or dg.AssetKey("")).path[0] == "music_tracks"
    ]
    assert prices == [float(PRICE)] * TRACKS
    (total,) = totals(paying.studio.db, arena_id=arena_id)
    assert (total.calls, total.spent_usd) == (TRACKS, TRACKS * PRICE)
    paying.run(arena_id)
    assert shop.total == TRACKS


def test_a_cap_fails_the_arena_in_words_and_raised_it_pays_for_the_rest(
    paying: Hall, shop: Service
) -> None:
    (arena_id,) = paying.request()
    db = paying.studio.db
    set_budget(db, Scope.PROJECT, "hall", 2 * PRICE + CEILING)
    run = paying.run(arena_id, fails=True)
    assert "the cap of project hall of $0.78 leaves" in said(run)
    assert "arena budget --project hall --total USD" in said(run)
    spent = totals(db)[0].spent_usd
    assert 0 < spent == shop.total * PRICE < 2 * PRICE + CEILING
    set_budget(db, Scope.PROJECT, "hall", None)
    paying.run(arena_id)
    assert shop.total == TRACKS
    assert plans.get_plan(db, arena_id).state is PlanState.PUBLISHED


def test_an_open_breaker_fails_only_what_needs_the_service(paying: Hall, shop: Service) -> None:
    (arena_id,) = paying.request()
    db = paying.studio.db
    breakers = Breakers(db)
    for _ in range(5):
        breakers.report(breakers.admit("shop"), Health.DOWN, "503")
    run = paying.run(arena_id, fails=True)
    assert "shop has been failing since" in said(run)
    assert shop.total == 0
    done = {
        path.asset_key.path[0] for path in run.get_asset_materialization_events() if path.asset_key
    }
    assert {"image_set", "clips", "sequences"} <= done
    assert [wait.arena_id for wait in outage_waits(db)] == [arena_id]
    budget = next(b for b in get_budgets(db, project="hall") if b.scope is Scope.PROJECT)
    assert (budget.reserved_usd, budget.spent_usd) == (Decimal(0), Decimal(0))
