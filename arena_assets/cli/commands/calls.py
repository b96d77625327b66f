"""``arena calls``: calls to services, and those that wait for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output

SHOWN_KEY = 16


def calls(
    arena: Annotated[
        str | None, typer.Argument(metavar="[ARENA]", help="Only this arena, like 42.")
    ] = None,
    project: Annotated[str | None, typer.Option(metavar="NAME", help="Only this project.")] = None,
    parked: Annotated[
        bool, typer.Option("--parked", help="Only those whose outcome nobody knows.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List calls to services; 'arena settle' says what became of a parked one."""
    from rich.table import Table

    from arena_assets.actions.money import call_data
    from arena_assets.cli.output import plain
    from arena_assets.domain.identity import arena_id_of, partition_key
    from arena_assets.domain.money import dollars
    from arena_assets.ledger.settling import tidy
    from arena_assets.store.calls import CallState, list_calls

    arena_id = None if arena is None else arena_id_of(arena)
    with open_database(read_settings()) as db:
        tidy(db)  # so that what a dead process left is shown as what it is
        states = [CallState.UNKNOWN] if parked else None
        found = list_calls(db, states=states, arena_id=arena_id, project=project)
    table = Table(box=None, pad_edge=False)
    for column in ("call", "state", "arena", "slot", "service", "endpoint", "cost", "why"):
        table.add_column(column, no_wrap=True)
    for each in found:
        cost = f"{dollars(each.reserved_usd)} reserved" if each.reserved_usd else "—"
        table.add_row(
            each.key[:SHOWN_KEY],
            "parked" if each.state is CallState.UNKNOWN else each.state.value,
            "—" if each.arena_id is None else partition_key(each.arena_id),
            each.slot or "—",
            plain(each.service),
            plain(each.endpoint),
            cost if each.price_usd is None else dollars(each.price_usd),
            plain(each.error or "")[:100],
        )
    out = Output(as_json=as_json)
    if found or as_json:
        out.answer({"calls": [call_data(each) for each in found], "count": len(found)}, table)
    else:
        out.say("No call is parked." if parked else "No service was called yet.")
