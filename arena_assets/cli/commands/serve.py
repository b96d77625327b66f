"""``arena serve``: the console, Dagster behind it, and the workers."""

from __future__ import annotations

import sys
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output

if TYPE_CHECKING:
    from arena_assets.settings import Settings


def serve(
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port; 0 takes a free one. Default from ARENA_PORT."),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; the default is this machine only.")
    ] = None,
    open_page: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the console in a browser.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run the console, with Dagster and the workers behind it, until Ctrl-C."""
    from arena_assets.actions.server_record import ServerRecord
    from arena_assets.cli import server
    from arena_assets.cli.addresses import is_loopback

    settings = read_settings()
    out = Output(as_json=as_json)
    chosen = settings.host if host is None else host
    settings = settings.model_copy(update={"host": chosen})
    if not is_loopback(chosen) and not settings.public_url.startswith("https://"):
        out.say(
            "Others reach this address, and passwords cross the network unencrypted: put a proxy "
            "with TLS in front and set ARENA_PUBLIC_URL to its https address."
        )

    def ready(record: ServerRecord) -> None:
        pids = {name: process.pid for name, process in record.processes.items()}
        # Not into a log: whoever reads the link first is the admin.
        asked_for = as_json or sys.stderr.isatty()
        link = _first_link(settings, record.url) if asked_for else None
        data = {"url": record.url, "data_dir": str(settings.data_dir), "pids": pids}
        out.answer(data if link is None else {**data, "set_up": link}, record.url)
        if link is not None:
            out.say(f"Nobody may sign in yet. This link makes the first admin, once:\n{link}")
        elif not asked_for:
            out.say("Where nobody may sign in yet: arena user add NAME --role admin prints a link.")
        out.say("Ready. Ask for arenas there or with 'arena request'; Ctrl-C stops the server.")
        if open_page:
            webbrowser.open(link or record.url)

    out.say(f"Starting the server of {settings.data_dir}…")
    wanted = settings.port if port is None else port
    server.serve(settings, chosen, wanted, say=out.say, ready=ready)
    out.say("Stopped.")


def _first_link(settings: Settings, url: str) -> str | None:
    """The link for the first admin, while there is none."""
    from arena_assets.actions.accounts import first_link

    with open_database(settings) as db:
        code = first_link(db)
    base = settings.public_url.rstrip("/") or url
    return None if code is None else f"{base}/set-up?code={code}"
