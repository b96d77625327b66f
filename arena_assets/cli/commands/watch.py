"""``arena watch``: follow work until it is finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import arena_ids, open_database, read_settings
from arena_assets.cli.output import Output

if TYPE_CHECKING:
    from arena_assets.store.database import Database


def watch(
    arena: Annotated[
        list[str] | None, typer.Argument(metavar="[ARENA...]", help="Like arena-000042 or 42.")
    ] = None,
    request: Annotated[
        int | None, typer.Option(metavar="ID", help="The arenas of this request.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every arena that is not finished; the default.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Follow arenas until they are finished. Ctrl-C stops the looking, not the work (exit 130)."""
    from arena_assets.cli.following import follow_arenas
    from arena_assets.errors import UsageFault
    from arena_assets.store.requests import get_request

    if sum((bool(arena), request is not None, everything)) > 1:
        raise UsageFault(
            "Arenas, --request and --all cannot be given together", "Choose one of them"
        )
    settings = read_settings()
    out = Output(as_json=as_json)
    with open_database(settings) as db:
        if request is not None:
            chosen = list(get_request(db, request).arena_ids)
        elif arena:
            chosen = arena_ids(arena)
        else:
            chosen = _unfinished(db)
        if not chosen:
            out.say("Nothing is in the making; 'arena request' asks for arenas.")
        follow_arenas(settings, db, chosen, out)


def _unfinished(db: Database) -> list[int]:
    from arena_assets.store.plan_states import IN_FLIGHT, PlanState
    from arena_assets.store.plans import list_plans

    states = [PlanState.PLANNED, *IN_FLIGHT]
    found: list[int] = []
    while page := list_plans(db, states=states, after=found[-1] if found else 0, limit=500):
        found += [plan.arena_id for plan in page]
    return found
