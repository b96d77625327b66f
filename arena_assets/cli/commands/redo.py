"""``arena redo``: make slots again as a new take, with everything that is made from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output

if TYPE_CHECKING:
    from arena_assets.domain.slots import SlotName


def redo(
    arena: Annotated[str, typer.Argument(metavar="ARENA", help="Like arena-000042 or 42.")],
    slot: Annotated[
        list[str], typer.Argument(metavar="SLOT...", help="Like image_set/view_03 or arena_scene.")
    ],
    follow: Annotated[
        bool, typer.Option("--watch", "-w", help="Follow the work until it is finished.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make slots again as their next take; what is made from them is rebuilt, nothing else."""
    from arena_assets.actions.handover import hand_over
    from arena_assets.cli.following import follow_arenas
    from arena_assets.domain.identity import arena_id_of
    from arena_assets.domain.slots import Slot
    from arena_assets.store.launches import want_launch
    from arena_assets.store.plans import get_plan
    from arena_assets.store.takes import next_take

    arena_id = arena_id_of(arena)
    chosen = _chosen(slot)
    rebuilt = rebuilt_by(chosen)
    settings = read_settings()
    out = Output(as_json=as_json)
    with open_database(settings) as db:
        plan = get_plan(db, arena_id)
        takes = {str(each): next_take(db, Slot(arena_id, each)) for each in chosen}
        launch = want_launch(db, arena_id, "redo " + ", ".join(takes))
        handover = hand_over(settings, db)
        data = {
            "arena": plan.partition,
            "takes": takes,
            "rebuilt": [str(each) for each in rebuilt],
            "launch": launch,
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


def rebuilt_by(chosen: Iterable[SlotName]) -> list[SlotName]:
    """The slots themselves and all that is made from them, in the order of the product."""
    from arena_assets.domain.slots import UPSTREAM, downstream

    chosen = set(chosen)
    touched = chosen.union(*(downstream(each) for each in chosen))
    return [each for each in UPSTREAM if each in touched]


def _chosen(names: Iterable[str]) -> list[SlotName]:
    from arena_assets.domain.slots import MADE, parse_slot
    from arena_assets.errors import Refused

    chosen = list(dict.fromkeys(parse_slot(name) for name in names))
    for each in chosen:
        if each not in MADE:
            raise Refused(
                f"{each} has no takes; it is gathered from the slots that have",
                "Redo one of those, like image_set/view_03, or run 'arena resume'",
            )
    return chosen
