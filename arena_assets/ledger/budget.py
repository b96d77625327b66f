"""The rule of budgets: no call without room under every cap that applies to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from arena_assets.domain.identity import partition_key
from arena_assets.domain.money import dollars
from arena_assets.errors import CapReached
from arena_assets.store.budgets import Budget, Scope
from arena_assets.store.calls import Purpose


def require_room(budgets: Sequence[Budget], ceiling: Decimal, purpose: Purpose) -> None:
    """Raise :class:`CapReached` unless ``ceiling`` fits under every cap.

    The budgets' spending must be locked, and the reservation made in the same transaction: then
    spent + reserved ≤ cap holds over all processes. (It can be passed only from outside: by a cap
    that is lowered, or by a service that charges more than the call's ceiling.)
    """
    tight = [each for each in budgets if each.left_usd is not None and each.left_usd < ceiling]
    if tight:
        raise refusal(min(tight, key=lambda each: each.left_usd or 0), ceiling, purpose)


def refusal(budget: Budget, ceiling: Decimal, purpose: Purpose) -> CapReached:
    """Which cap, what is spent of it, what would fit, and how to go on."""
    again = "" if purpose.arena_id is None else f"arena resume {partition_key(purpose.arena_id)}"
    return CapReached(
        f"The next call may cost {dollars(ceiling)}, and {named(budget)} of "
        f"{dollars(budget.cap_usd or Decimal(0))} leaves {dollars(budget.left_usd or Decimal(0))}: "
        f"{dollars(budget.spent_usd)} is spent and {dollars(budget.reserved_usd)} reserved",
        f"Raise it with '{how_to_raise(budget)}'" + (f", then '{again}'" if again else ""),
    )


def named(budget: Budget) -> str:
    """The cap in words."""
    return {
        Scope.REQUEST: f"the cap of request {budget.subject}",
        Scope.PROJECT: f"the cap of project {budget.subject}",
        Scope.PROJECT_MONTH: f"the cap of project {budget.subject} for {budget.month}",
        Scope.MONTH: f"the cap of all projects for {budget.month}",
    }[budget.scope]


def how_to_raise(budget: Budget) -> str:
    """The command that sets the cap."""
    return {
        Scope.REQUEST: f"arena budget --request {budget.subject} --total USD",
        Scope.PROJECT: f"arena budget --project {budget.subject} --total USD",
        Scope.PROJECT_MONTH: f"arena budget --project {budget.subject} --monthly USD",
        Scope.MONTH: "arena budget --monthly USD",
    }[budget.scope]
