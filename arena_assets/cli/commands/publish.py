"""``arena publish`` and ``arena unpublish``: an arena in the game, or out of it."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output

_Arena = Annotated[str, typer.Argument(metavar="ARENA", help="Like arena-000042 or 42.")]


def publish(arena: _Arena, as_json: JsonOption = False) -> None:
    """Publish an arena that was kept back: it is checked again, then its rows are written."""
    from arena_assets.actions import arenas as actions
    from arena_assets.actions.handover import hand_over
    from arena_assets.domain.identity import arena_id_of, partition_key

    arena_id = arena_id_of(arena)
    settings = read_settings()
    out = Output(as_json=as_json)
    with open_database(settings) as db:
        launch = actions.publish(db, arena_id)
        handover = hand_over(settings, db)
    partition = partition_key(arena_id)
    data = {"arena": partition, "launch": launch, "server": handover.server}
    out.answer(data, f"{partition}  launch {launch}")
    out.say(f"It is published by its next run. {handover.sentence}")


def unpublish(arena: _Arena, as_json: JsonOption = False) -> None:
    """Take an arena out of the game: its rows and its published folder; everything made is kept."""
    from arena_assets.actions import arenas as actions
    from arena_assets.domain.identity import arena_id_of, partition_key

    arena_id = arena_id_of(arena)
    settings = read_settings()
    out = Output(as_json=as_json)
    with open_database(settings) as db:
        gone = actions.unpublish(settings, db, arena_id)
    partition = partition_key(arena_id)
    out.answer({"arena": partition, "removed": gone.root}, f"{partition}  removed {gone.root}")
    out.say(f"It stays out of the game until 'arena publish {partition}'.")
