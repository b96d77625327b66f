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
    from arena_assets.actions import arenas as actions

    settings = read_settings()
    out = Output(as_json=as_json)
    with open_database(settings) as db:
        marked, stopped = actions.cancel(settings, db, arena_ids(arena))
        arenas = [{"arena": plan.partition, "state": plan.state.value} for plan in marked]
        out.answer(
            {"arenas": arenas, "runs_stopped": stopped},
            "\n".join(f"{each['arena']}  {each['state']}" for each in arenas),
        )
        runs = f"{stopped} run{'' if stopped == 1 else 's'} told to stop. " if stopped else ""
        out.say(f"{runs}Finished work is kept; 'arena resume' lets an arena go on.")
