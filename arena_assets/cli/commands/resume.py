"""``arena resume``: let an arena that stopped go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import arena_ids, open_database, read_settings
from arena_assets.cli.output import Output

if TYPE_CHECKING:
    from arena_assets.store.plans import Plan


def resume(
    arena: Annotated[
        list[str], typer.Argument(metavar="ARENA...", help="Like arena-000042 or 42.")
    ],
    follow: Annotated[
        bool, typer.Option("--watch", "-w", help="Follow the work until it is finished.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Let arenas that failed, were cancelled or are not published go on where they stopped."""
    from arena_assets.actions.handover import hand_over
    from arena_assets.cli.following import follow_arenas
    from arena_assets.domain.identity import partition_key
    from arena_assets.store.launches import want_launch
    from arena_assets.store.plans import get_plan

    settings = read_settings()
    out = Output(as_json=as_json)
    ids = arena_ids(arena)
    with open_database(settings) as db:
        for arena_id in ids:
            _require_stopped(get_plan(db, arena_id))  # all of them, before any is touched
        launches = {partition_key(each): want_launch(db, each, "resume") for each in ids}
        handover = hand_over(settings, db)
        data = {"launches": launches, "server": handover.server}
        if not follow or not as_json:
            out.answer(data, "\n".join(f"{name}  launch {n}" for name, n in launches.items()))
        out.say(f"Finished work is kept. {handover.sentence}")
        if follow:
            follow_arenas(settings, db, ids, out, extra=data)


def _require_stopped(plan: Plan) -> None:
    from arena_assets.errors import Refused
    from arena_assets.store.plan_states import IN_FLIGHT

    if plan.state in IN_FLIGHT:
        raise Refused(
            f"{plan.partition} is {plan.state} already",
            f"Follow it with 'arena watch {plan.partition}'; if nothing works on it, "
            f"'arena cancel {plan.partition}' first",
        )
