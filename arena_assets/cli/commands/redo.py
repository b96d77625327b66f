"""``arena redo``: make slots again as a new take, with everything that is made from them."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import COMMAND_LINE, open_database, read_settings
from arena_assets.cli.output import Output


def redo(
    arena: Annotated[str, typer.Argument(metavar="ARENA", help="Like arena-000042 or 42.")],
    slot: Annotated[
        list[str], typer.Argument(metavar="SLOT...", help="Like image_set/view_03 or arena_scene.")
    ],
    follow: Annotated[
        bool, typer.Option("--watch", "-w", help="Follow the work until it is finished.")
    ] = False,
    wish: Annotated[
        str, typer.Option(metavar="TEXT", help="What shall be otherwise, where its maker listens.")
    ] = "",
    unpin: Annotated[
        bool, typer.Option("--unpin", help="Take back approvals that stand in the way.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make slots again as their next take; what is made from them is rebuilt, nothing else."""
    from arena_assets.actions import redo as actions
    from arena_assets.actions.handover import hand_over
    from arena_assets.cli.following import follow_arenas
    from arena_assets.domain.identity import arena_id_of
    from arena_assets.store.plans import get_plan

    arena_id = arena_id_of(arena)
    chosen = actions.chosen_slots(slot)
    settings = read_settings()
    out = Output(as_json=as_json)
    with open_database(settings) as db:
        plan = get_plan(db, arena_id)
        done = actions.redo(
            db,
            arena_id,
            chosen,
            who=COMMAND_LINE,
            wishes=dict.fromkeys(chosen, wish),
            unpin=unpin,
        )
        takes = {str(each): take for each, take in done.takes.items()}
        rebuilt = done.rebuilt
        handover = hand_over(settings, db)
        data = {
            "arena": plan.partition,
            "takes": takes,
            "rebuilt": [str(each) for each in rebuilt],
            "unpinned": [str(each) for each in done.unpinned],
            "launch": done.launch,
            "server": handover.server,
        }
        lines = [f"{name}  take {take}" for name, take in takes.items()]
        lines += [f"{each}  rebuilt" for each in rebuilt if str(each) not in takes]
        if not follow or not as_json:
            out.answer(data, "\n".join(lines))
        others = len(rebuilt) - len(takes)
        out.say(
            f"{plan.partition}: {len(takes)} made again, {others} rebuilt from that, "
            f"the rest kept. {handover.sentence}"
        )
        if follow:
            follow_arenas(settings, db, [arena_id], out, extra=data)
