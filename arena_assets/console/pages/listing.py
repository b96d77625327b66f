"""An arena as lists show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arena_assets.console.desk import Desk
from arena_assets.console.media import media_url
from arena_assets.domain.slots import image_slot
from arena_assets.store import catalogue
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card or a row says of an arena; ``picture`` is an address or None."""

    plan: Plan
    done: int
    picture: str | None

    @property
    def total(self) -> int:
        return catalogue.TOTAL

    @property
    def title(self) -> str:
        return self.plan.name or self.plan.partition

    @property
    def color(self) -> str:
        return self.plan.mana_color.value

    @property
    def theme(self) -> str:
        return self.plan.theme.words

    @property
    def state(self) -> PlanState:
        return self.plan.state

    @property
    def partition(self) -> str:
        return self.plan.partition


def shown(here: Desk, plans: Sequence[Plan]) -> list[Shown]:
    """The cards of some arenas, in their order."""
    return [
        Shown(
            card.plan,
            card.done,
            None
            if card.picture is None
            else media_url(card.plan.arena_id, image_slot(1), "picture", card.picture),
        )
        for card in catalogue.cards(here.db, plans)
    ]
