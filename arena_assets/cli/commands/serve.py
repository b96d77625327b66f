"""``arena serve``: the Dagster UI, the daemon and the workers."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import read_settings
from arena_assets.cli.output import Output


def serve(
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port; 0 takes a free one. Default from ARENA_PORT."),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; the default is this machine only.")
    ] = None,
    open_page: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the Dagster UI in a browser.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Start the Dagster UI, the daemon and warm workers, and keep them running until Ctrl-C."""
    from arena_assets.actions.server_record import ServerRecord
    from arena_assets.cli import server
    from arena_assets.cli.addresses import is_loopback
    from arena_assets.errors import Refused

    settings = read_settings()
    out = Output(as_json=as_json)
    chosen = settings.host if host is None else host
    if not is_loopback(chosen):
        if host is None:
            raise Refused(
                f"ARENA_HOST is {chosen}, which others reach, and the Dagster UI has no sign-in",
                f"Say so on the command line: arena serve --host {chosen}",
            )
        out.say("Warning: others can reach this address, and the Dagster UI has no sign-in.")

    def ready(record: ServerRecord) -> None:
        pids = {name: process.pid for name, process in record.processes.items()}
        data = {"url": record.url, "data_dir": str(settings.data_dir), "pids": pids}
        out.answer(data, record.url)
        out.say("Ready. Ask for arenas with 'arena request'; Ctrl-C stops the server.")
        if open_page:
            webbrowser.open(record.url)

    out.say(f"Starting the server of {settings.data_dir}…")
    wanted = settings.port if port is None else port
    server.serve(settings, chosen, wanted, say=out.say, ready=ready)
    out.say("Stopped.")
