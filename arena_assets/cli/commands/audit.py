"""``arena audit``: who changed what, when and from where."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output


def audit(
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=10_000, help="Lines.")] = 50,
    who: Annotated[
        str, typer.Option(metavar="NAME", help="Only what somebody did, by whatever door.")
    ] = "",
    action: Annotated[
        str, typer.Option(metavar="BEGINNING", help="Only actions that begin so: user., slot.")
    ] = "",
    on: Annotated[
        str, typer.Option(metavar="BEGINNING", help="Only what was done to that: arena-000042.")
    ] = "",
    project: Annotated[str, typer.Option(metavar="NAME", help="Only in this project.")] = "",
    before: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only lines below this number.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the newest lines of the audit log."""
    from dataclasses import asdict

    from rich.table import Table

    from arena_assets.cli.output import plain
    from arena_assets.errors import UsageFault
    from arena_assets.store.audit import ACTIONS, entries

    if action and not any(each.startswith(action) for each in ACTIONS):
        kinds = dict.fromkeys(each.partition(".")[0] for each in ACTIONS)
        raise UsageFault(f"No action begins with '{action[:40]}'", f"Use {', '.join(kinds)}")
    with open_database(read_settings()) as db:
        found = entries(
            db, limit=count, before=before, action=action, who=who, on=on, project=project
        )
    table = Table(box=None, pad_edge=False)
    for column in ("line", "when (UTC)", "who", "from", "what", "on", "more"):
        table.add_column(column, no_wrap=True)
    for each in found:
        more = ", ".join(f"{name}: {value}" for name, value in each.data.items())
        shown = (each.who, each.origin, each.action, each.target or "", more)
        table.add_row(
            str(each.seq), f"{each.at:%Y-%m-%d %H:%M:%S}", *(plain(text) for text in shown)
        )
    Output(as_json=as_json).answer({"lines": [asdict(each) for each in found]}, table)
