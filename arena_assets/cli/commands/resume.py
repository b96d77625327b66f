"""``arena resume``: let an arena that stopped go on."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import arena_ids, open_database, read_settings
from arena_assets.cli.output import Output


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
    from arena_assets.actions import arenas as actions
    from arena_assets.actions.handover import hand_over
    from arena_assets.cli.following import follow_arenas
    from arena_assets.domain.identity import partition_key

    settings = read_settings()
    out = Output(as_json=as_json)
    ids = arena_ids(arena)
    with open_database(settings) as db:
        launched = actions.resume(db, ids)
        launches = {partition_key(each): launch for each, launch in launched.items()}
        handover = hand_over(settings, db)
        data = {"launches": launches, "server": handover.server}
        if not follow or not as_json:
            out.answer(data, "\n".join(f"{name}  launch {n}" for name, n in launches.items()))
        out.say(f"Finished work is kept. {handover.sentence}")
        if follow:
            follow_arenas(settings, db, ids, out, extra=data)
