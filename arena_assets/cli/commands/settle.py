"""``arena settle``: a person says what became of a call."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output


def settle(
    call: Annotated[str, typer.Argument(metavar="CALL", help="The first characters of its key.")],
    not_charged: Annotated[
        bool,
        typer.Option("--not-charged", help="It never arrived or cost nothing: send it again."),
    ] = False,
    charged: Annotated[
        str | None,
        typer.Option(metavar="USD", help="It was charged, and its answer is lost."),
    ] = None,
    refunded: Annotated[
        str | None,
        typer.Option(metavar="USD", help="The service gave money back for a settled call."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Settle a call whose outcome is unknown, after a look at the provider's usage page."""
    from arena_assets.actions.money import call_data
    from arena_assets.domain.money import as_dollars
    from arena_assets.errors import UsageFault
    from arena_assets.ledger import settling
    from arena_assets.store.calls import find_call

    if sum((not_charged, charged is not None, refunded is not None)) != 1:
        raise UsageFault(
            "Say one thing about the call", "Use --not-charged, --charged USD or --refunded USD"
        )
    with open_database(read_settings()) as db:
        settling.tidy(db)
        key = find_call(db, call).key
        if not_charged:
            done = settling.settle_not_charged(db, key)
        elif charged is not None:
            done = settling.settle_charged(db, key, as_dollars(charged))
        else:
            done = settling.refund(db, key, as_dollars(refunded or ""))
    where = "its arena" if done.arena_id is None else f"arena-{done.arena_id:06d}"
    out = Output(as_json=as_json)
    out.answer({"call": call_data(done)}, f"{done.key[:16]}  {done.state.value}")
    if not_charged:
        out.say(f"Its money is free again; 'arena resume {where}' sends it anew.")
    elif charged is not None:
        slot = done.slot or "SLOT"
        out.say(f"It is in the ledger; 'arena redo {where} {slot}' asks for another take.")
