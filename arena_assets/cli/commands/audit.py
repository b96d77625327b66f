"""``arena audit``: who changed what, when and from where."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output


def audit(
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=10_000, help="Lines.")] = 50,
    action: Annotated[
        str, typer.Option(metavar="BEGINNING", help="Only actions that begin so: user., token.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Show the newest lines of the audit log."""
    from dataclasses import asdict

    from rich.table import Table

    from arena_assets.cli.output import plain
    from arena_assets.store.audit import entries

    with open_database(read_settings()) as db:
        found = entries(db, limit=count, action=action or None)
    table = Table(box=None, pad_edge=False)
    for column in ("when (UTC)", "who", "from", "what", "on", "more"):
        table.add_column(column, no_wrap=True)
    for each in found:
        more = ", ".join(f"{name}: {value}" for name, value in each.data.items())
        shown = (each.who, each.origin, each.action, each.target or "", more)
        table.add_row(f"{each.at:%Y-%m-%d %H:%M:%S}", *(plain(text) for text in shown))
    Output(as_json=as_json).answer({"lines": [asdict(each) for each in found]}, table)
