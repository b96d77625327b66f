"""``arena token``: what programs use the API with."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption, guarded
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.operator import operator
from arena_assets.cli.output import Output

tokens = typer.Typer(help="What programs use the API with.", no_args_is_help=True)


def create(
    user: Annotated[str, typer.Argument(metavar="USER", help="Whose rights it has at most.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="What will use it.")],
    scope: Annotated[
        list[str], typer.Option(metavar="SCOPE", help="read, review, produce, spend or admin.")
    ],
    project: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only in this project; repeatable.")
    ] = None,
    days: Annotated[int, typer.Option(help="Days until it ends.")] = 90,
    as_json: JsonOption = False,
) -> None:
    """Make a token; it is printed this once."""
    from arena_assets.actions import accounts
    from arena_assets.store.users import need_user

    with open_database(read_settings()) as db:
        owner = need_user(db, user)
        token_id, secret = accounts.new_token(
            db, operator(), owner, name, accounts.scopes_of(scope), project or None, days
        )
    out = Output(as_json=as_json)
    out.answer({"id": token_id, "token": secret}, secret)
    out.say(f"Token {token_id}. Keep it now; it can't be shown again.")


def list_tokens(as_json: JsonOption = False) -> None:
    """Every token, without its secret."""
    from rich.table import Table

    from arena_assets.cli.output import plain
    from arena_assets.store import tokens as store

    with open_database(read_settings()) as db:
        found = store.list_tokens(db)
    table = Table(box=None, pad_edge=False)
    for column in ("id", "name", "owner", "may", "projects", "ends", "state"):
        table.add_column(column, no_wrap=True)
    for each in found:
        table.add_row(
            str(each.token_id),
            plain(each.name),
            plain(each.owner),
            ", ".join(sorted(each.scopes)),
            "all" if each.projects is None else ", ".join(sorted(each.projects)),
            "never" if each.expires_at is None else f"{each.expires_at:%Y-%m-%d}",
            "ended" if each.ended else "good",
        )
    data = [
        {
            "id": each.token_id,
            "name": each.name,
            "owner": each.owner,
            "scopes": sorted(each.scopes),
            "projects": None if each.projects is None else sorted(each.projects),
            "expires_at": each.expires_at,
            "used_at": each.used_at,
            "ended": each.ended,
        }
        for each in found
    ]
    Output(as_json=as_json).answer({"tokens": data}, table)


def revoke(
    token_id: Annotated[int, typer.Argument(metavar="ID")], as_json: JsonOption = False
) -> None:
    """End a token at once."""
    from arena_assets.actions import accounts

    with open_database(read_settings()) as db:
        accounts.end_token(db, operator(), token_id)
    Output(as_json=as_json).answer({"id": token_id, "ended": True}, f"Token {token_id} has ended.")


for _name, _command in (("create", create), ("list", list_tokens), ("revoke", revoke)):
    tokens.command(_name)(guarded(_command))
