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
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why you are sure; kept in the ledger.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Settle a call whose outcome is unknown, after a look at the provider's usage page."""
    from arena_assets.actions import calls
    from arena_assets.actions.money import call_data
    from arena_assets.cli.operator import operator
    from arena_assets.errors import UsageFault
    from arena_assets.ledger.settling import tidy

    if sum((not_charged, charged is not None, refunded is not None)) != 1:
        raise UsageFault(
            "Say one thing about the call", "Use --not-charged, --charged USD or --refunded USD"
        )
    if not_charged:
        outcome, usd = calls.Outcome.NOT_CHARGED, None
    elif charged is not None:
        outcome, usd = calls.Outcome.CHARGED, charged
    else:
        outcome, usd = calls.Outcome.REFUNDED, refunded
    with open_database(read_settings()) as db:
        tidy(db)
        done = calls.settle(db, call, outcome, usd, who=operator().who, reason=reason)
    where = "its arena" if done.arena_id is None else f"arena-{done.arena_id:06d}"
    out = Output(as_json=as_json)
    out.answer({"call": call_data(done)}, f"{done.key[:16]}  {done.state.value}")
    if not_charged:
        out.say(f"Its money is free again; 'arena resume {where}' sends it anew.")
    elif charged is not None:
        slot = done.slot or "SLOT"
        out.say(f"It is in the ledger; 'arena redo {where} {slot}' asks for another take.")
