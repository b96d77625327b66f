"""Acts that may cost money by what they rebuild: who may not spend is told before, not after."""

from __future__ import annotations

from arena_assets.actions.redo import made_from, price_of
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.desk import Desk
from arena_assets.domain.quote_costs import Usd
from arena_assets.domain.slots import SlotName
from arena_assets.errors import Forbidden


def may_pay(principal: Principal, usd: Usd) -> None:
    """Raise :class:`Forbidden` when something may cost money and they may not spend any."""
    if usd.high > 0 and not principal.may(Scope.SPEND):
        raise Forbidden(
            f"That may cost up to ${usd.high:.2f}, and {principal.name} may not spend money",
            "Ask somebody who may, or leave out what would be made anew",
        )


def price_of_choosing(here: Desk, slot: SlotName) -> Usd:
    """What it costs at most to let another take, or another mix, count: it is not bought again,
    what is made from it is made anew."""
    return price_of(here.settings, here.db, made_from(slot))
