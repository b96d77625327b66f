"""What an arena is after one of its runs has ended well."""

from __future__ import annotations

from arena_assets.domain.slots import MADE
from arena_assets.store import game, plans, results
from arena_assets.store.database import Database
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan


def settle(db: Database, arena_id: int, run_id: str) -> Plan:
    """Give an arena that still counts as running the state its slots and rows speak for.

    A run of the whole job has said so itself; this is for runs of some assets, as a person starts
    them in the Dagster UI.
    """
    plan = plans.get_plan(db, arena_id)
    if plan.state is not PlanState.RUNNING or plan.run_id != run_id:
        return plan
    kept = results.for_arena(db, arena_id)
    missing = [slot for slot in MADE if slot not in kept]
    if missing:
        return plans.mark_failed(
            db,
            arena_id,
            f"The run made only a part: {len(missing)} of {len(MADE)} slots are still missing. "
            f"'arena resume {plan.partition}' makes the rest.",
            only_run=run_id,
        )
    made = plans.mark_made(db, arena_id)
    return plans.mark_published(db, arena_id) if game.publication(db, arena_id) else made
