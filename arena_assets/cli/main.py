"""The entry point of the ``arena`` command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from arena_assets import __version__
from arena_assets.cli.commands.audit import audit
from arena_assets.cli.commands.budget import budget
from arena_assets.cli.commands.calls import calls
from arena_assets.cli.commands.cancel import cancel
from arena_assets.cli.commands.demo import demo
from arena_assets.cli.commands.doctor import doctor
from arena_assets.cli.commands.export import export
from arena_assets.cli.commands.history import history
from arena_assets.cli.commands.ledger import ledger
from arena_assets.cli.commands.listing import list_arenas
from arena_assets.cli.commands.mix import mix
from arena_assets.cli.commands.project import project
from arena_assets.cli.commands.publish import publish, unpublish
from arena_assets.cli.commands.quote import quote
from arena_assets.cli.commands.redo import redo
from arena_assets.cli.commands.remix import remix, vote
from arena_assets.cli.commands.request import request
from arena_assets.cli.commands.resume import resume
from arena_assets.cli.commands.serve import serve
from arena_assets.cli.commands.settle import settle
from arena_assets.cli.commands.show import show
from arena_assets.cli.commands.token import tokens
from arena_assets.cli.commands.user import users
from arena_assets.cli.commands.watch import watch
from arena_assets.cli.guard import guarded

app = typer.Typer(
    name="arena",
    help="Turn a request into finished, verified, published game arenas.",
    epilog=(
        "Data goes to stdout, messages to stderr; --json prints one JSON object. "
        "Exit codes: 0 done, 2 wrong input, 3 refused, 4 something failed, 5 outcome unknown, "
        "130 interrupted."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo,
    "serve": serve,
    "quote": quote,
    "request": request,
    "watch": watch,
    "list": list_arenas,
    "show": show,
    "history": history,
    "redo": redo,
    "remix": remix,
    "vote": vote,
    "mix": mix,
    "resume": resume,
    "cancel": cancel,
    "publish": publish,
    "unpublish": unpublish,
    "export": export,
    "budget": budget,
    "project": project,
    "ledger": ledger,
    "calls": calls,
    "settle": settle,
    "audit": audit,
    "doctor": doctor,
}
for _name, _command in _COMMANDS.items():
    app.command(_name)(guarded(_command))
app.add_typer(users, name="user")
app.add_typer(tokens, name="token")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"arena-assets {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Turn a request into finished, verified, published game arenas."""


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
