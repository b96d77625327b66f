"""``arena user``: who may sign in to the console, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from arena_assets.cli.guard import JsonOption, guarded
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.operator import operator, public_base
from arena_assets.cli.output import Output

if TYPE_CHECKING:
    from arena_assets.store.database import Database

users = typer.Typer(help="Who may sign in to the console, and as what.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME")]
RoleName = Annotated[str, typer.Option(metavar="ROLE", help="viewer, reviewer, producer or admin.")]


def add(
    name: Name,
    role: RoleName = "viewer",
    password: Annotated[
        bool, typer.Option("--password", help="Type a password now, instead of sending a link.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add somebody; prints a link by which they set their password."""
    from arena_assets.actions import accounts

    typed = typer.prompt("Password", hide_input=True, err=True) if password else None
    with open_database(read_settings()) as db:
        user = accounts.add_user(db, operator(), name, accounts.role_of(role), typed)
        found = {"name": user.name, "role": user.role.label}
        if typed is None:
            found["link"] = _link(db, user.name)
    Output(as_json=as_json).answer(found, found.get("link", f"{user.name} may sign in."))


def list_users(as_json: JsonOption = False) -> None:
    """Everybody, with role and whether they may sign in."""
    from rich.table import Table

    from arena_assets.cli.output import plain
    from arena_assets.store import users as store

    with open_database(read_settings()) as db:
        found = store.list_users(db)
    table = Table(box=None, pad_edge=False)
    for column in ("name", "role", "password", "may sign in"):
        table.add_column(column, no_wrap=True)
    for user in found:
        table.add_row(
            plain(user.name),
            user.role.label,
            "set" if user.password_hash else "none yet",
            "no" if user.disabled else "yes",
        )
    data = [
        {
            "name": user.name,
            "role": user.role.label,
            "password": user.password_hash is not None,
            "disabled": user.disabled,
        }
        for user in found
    ]
    Output(as_json=as_json).answer({"users": data}, table)


def role(
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE")],
    as_json: JsonOption = False,
) -> None:
    """Give somebody another role."""
    from arena_assets.actions import accounts

    with open_database(read_settings()) as db:
        accounts.change_role(db, operator(), name, accounts.role_of(role))
    Output(as_json=as_json).answer({"name": name, "role": role}, f"{name} is {role} now.")


def disable(
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Shut somebody out, at once and with all their tokens."""
    from arena_assets.actions import accounts

    with open_database(read_settings()) as db:
        accounts.disable(db, operator(), name, not undo)
    said = f"{name} may sign in again." if undo else f"{name} is shut out."
    Output(as_json=as_json).answer({"name": name, "disabled": not undo}, said)


def link(name: Name, as_json: JsonOption = False) -> None:
    """A link by which somebody sets a new password, once, within 24 hours."""
    with open_database(read_settings()) as db:
        made = _link(db, name)
    Output(as_json=as_json).answer({"name": name, "link": made}, made)


def bind(
    name: Name,
    subject: Annotated[
        str, typer.Option(metavar="SUB", help="Who they are at the provider: its 'sub'.")
    ],
    issuer: Annotated[
        str, typer.Option(metavar="URL", help="The provider; ARENA_OIDC_ISSUER unless given.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Let somebody sign in by an account at the OpenID Connect provider too."""
    from arena_assets.actions.oidc.people import bind as bind_to
    from arena_assets.errors import UsageFault

    settings = read_settings()
    chosen = issuer or settings.oidc_issuer
    if not chosen:
        raise UsageFault("No provider is set up", "Set ARENA_OIDC_ISSUER, or give --issuer")
    with open_database(settings) as db:
        bind_to(db, operator(), name, chosen, subject)
    data = {"name": name, "issuer": chosen, "subject": subject}
    Output(as_json=as_json).answer(data, f"{name} may sign in as {subject} of {chosen}.")


def unbind(name: Name, as_json: JsonOption = False) -> None:
    """End somebody's sign-in by the provider, and what they are signed in with."""
    from arena_assets.actions.oidc.people import unbind as unbind_all

    with open_database(read_settings()) as db:
        gone = unbind_all(db, operator(), name)
    Output(as_json=as_json).answer({"name": name, "ended": gone}, f"{name} is bound no more.")


def _link(db: Database, name: str) -> str:
    from arena_assets.actions import accounts

    return f"{public_base()}/set-up?code={accounts.password_link(db, operator(), name)}"


for _name, _command in (
    ("add", add),
    ("list", list_users),
    ("role", role),
    ("disable", disable),
    ("link", link),
    ("bind", bind),
    ("unbind", unbind),
):
    users.command(_name)(guarded(_command))
