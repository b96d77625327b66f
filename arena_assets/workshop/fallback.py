"""The embedded studio in a service's place: by choice of the project, labelled, never silent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from arena_assets.domain.manifest import FALLBACK_FOR
from arena_assets.domain.recipe import Recipe
from arena_assets.errors import ArenaError, CapReached, Outage, Refused
from arena_assets.ledger.breaker import CLOSED, service_states
from arena_assets.providers.base import RecipeFor
from arena_assets.store.database import Database
from arena_assets.store.projects import project_choices


@dataclass(frozen=True, slots=True)
class WithFallback:
    """A service's maker whose recipes know how the embedded studio would do it instead.

    The two results have different keys, so that the service's own is made as soon as it can be.
    """

    service: Any
    embedded: Any

    @property
    def at_once(self) -> Any:
        return self.service.at_once

    def recipe(self, *given: Any, **more: Any) -> RecipeFor:
        bought: RecipeFor = self.service.recipe(*given, **more)
        embedded: RecipeFor = self.embedded.recipe(*given, **more)

        def for_take(take: int) -> Recipe:
            wanted = bought(take)

            def instead() -> Recipe:
                made = embedded(take)
                params = {**made.params, FALLBACK_FOR: wanted.provider}
                return replace(made, params=params, fallback=True)

            return replace(wanted, instead=instead)

        return for_take


def may_fall_back(db: Database, project: str, recipe: Recipe, error: ArenaError) -> bool:
    """Whether an error of a service's work lets the embedded studio do it.

    Only where the project chose so; only while the service's breaker is not closed, or when it
    refuses key, credit or account. A cap of ours is no reason.
    """
    if recipe.instead is None or isinstance(error, CapReached):
        return False
    if isinstance(error, Outage):
        states = {each.service: each.state for each in service_states(db)}
        if states.get(recipe.provider, CLOSED) == CLOSED:
            return False
    elif not isinstance(error, Refused):
        return False
    return project_choices(db, project).fallback
