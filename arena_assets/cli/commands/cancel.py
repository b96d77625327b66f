"""``arena cancel``: stop arenas for good."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import arena_ids, open_database, read_settings
from arena_assets.cli.output import Output


def cancel(
    arena: Annotated[
        list[str], typer.Argument(metavar="ARENA...", help="Like arena-000042 or 42.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Stop arenas: their runs end, nothing starts them again until 'arena resume'."""
    from arena_assets.actions.handover import stop_runs
    from arena_assets.store.plan_states import IN_FLIGHT, PlanState
    from arena_assets.store.plans import get_plan, mark_cancelled

    settings = read_settings()
    out = Output(as_json=as_json)
    with open_database(settings) as db:
        plans = [get_plan(db, arena_id) for arena_id in arena_ids(arena)]
        for plan in plans:
            mark_cancelled(db, plan.arena_id)
        # Read again: a run may have begun between the first look and the mark.
        marked = [get_plan(db, plan.arena_id) for plan in plans]
        before = {plan.arena_id: plan for plan in plans}
        at_work = [
            plan.run_id
            for plan in marked
            if plan.run_id is not None
            and (
                before[plan.arena_id].state in IN_FLIGHT | {PlanState.CANCELLED}
                or plan.run_id != before[plan.arena_id].run_id
            )
        ]
        stopped = stop_runs(settings, at_work)
        arenas = [{"arena": plan.partition, "state": plan.state.value} for plan in marked]
        out.answer(
            {"arenas": arenas, "runs_stopped": stopped},
            "\n".join(f"{each['arena']}  {each['state']}" for each in arenas),
        )
        runs = f"{stopped} run{'' if stopped == 1 else 's'} told to stop. " if stopped else ""
        out.say(f"{runs}Finished work is kept; 'arena resume' lets an arena go on.")
