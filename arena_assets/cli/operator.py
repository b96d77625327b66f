"""Who works at this terminal, and where the console is reached."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from arena_assets.cli.opened import read_settings

if TYPE_CHECKING:
    from arena_assets.store.audit import Actor


def operator() -> Actor:
    """The user of this machine, for the audit log."""
    from arena_assets.store.audit import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "somebody"
    return Actor(f"{name} (command line)", "this machine")


def public_base() -> str:
    """The beginning of the console's addresses: the public one, the running one, or the default."""
    from arena_assets.actions.server_record import find_server
    from arena_assets.cli.addresses import reachable_host

    settings = read_settings()
    if settings.public_url:
        return settings.public_url.rstrip("/")
    record = find_server(settings)
    if record is not None:
        return record.url
    return f"http://{reachable_host(settings.host)}:{settings.port}"
