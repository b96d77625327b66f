"""Whose money somebody sees, and acts that may cost money by what they rebuild: who may not spend
is told before, not after."""

from __future__ import annotations

from arena_assets.actions.redo import made_from, price_of, rebuilt_by
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.desk import Desk
from arena_assets.domain.quote_costs import Usd
from arena_assets.domain.slots import SlotName
from arena_assets.errors import Forbidden
from arena_assets.store.budgets import Budget
from arena_assets.store.budgets import Scope as Cap


def sees_budget(principal: Principal, budget: Budget) -> bool:
    """Whether a budget is theirs to see: one of a project of theirs, the whole installation's for
    those who see all of it."""
    if budget.scope is Cap.MONTH:
        return principal.projects is None
    return principal.may(Scope.READ, budget.subject)


def can_pay(principal: Principal, usd: Usd) -> bool:
    """Whether something is free, or they may spend money."""
    return usd.high <= 0 or principal.may(Scope.SPEND)


def may_pay(principal: Principal, usd: Usd) -> None:
    """Raise :class:`Forbidden` when something may cost money and they may not spend any."""
    if not can_pay(principal, usd):
        raise Forbidden(
            f"That may cost up to ${usd.high:.2f}, and {principal.name} may not spend money",
            "Ask somebody who may, or leave out what would be made anew",
        )


def may_have_help(principal: Principal, by: str) -> None:
    """Raise :class:`Forbidden` when they want a helper that is paid and may not spend money."""
    if by == "claude" and not principal.may(Scope.SPEND):
        raise Forbidden("Claude's help costs money", "Use the embedded helper, or ask who may")


def price_of_remaking(here: Desk, slot: SlotName) -> Usd:
    """What it costs at most to make a slot again, and what is made from it."""
    return price_of(here.settings, here.db, rebuilt_by([slot]))


def price_of_choosing(here: Desk, slot: SlotName) -> Usd:
    """What it costs at most to let another take, or another mix, count: it is not bought again,
    what is made from it is made anew."""
    return price_of(here.settings, here.db, made_from(slot))
