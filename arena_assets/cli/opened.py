"""The application database, and arenas named by people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arena_assets.settings import Settings
    from arena_assets.store.database import Database

COMMAND_LINE = "command line"
"""Who decides, when it is done by a command."""


def read_settings() -> Settings:
    """The settings of this process; a wrong one is a :class:`UsageFault` that names it."""
    from pydantic import ValidationError

    from arena_assets.errors import UsageFault
    from arena_assets.settings import settings

    try:
        return settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ARENA_" + "_".join(str(part) for part in first["loc"]).upper()
        raise UsageFault(
            f"The setting {name} cannot be used ({first['msg'].removeprefix('Value error, ')})",
            f"Change or unset {name} in the environment or in .env",
        ) from error


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database, its tables up to date, closed at the end."""
    from arena_assets.store.database import Database

    db = Database(settings.sqlalchemy_url)
    db.migrate()
    try:
        yield db
    finally:
        db.dispose()


def arena_ids(names: Sequence[str]) -> list[int]:
    """Arenas as people write them (``42``, ``arena-000042``), each once, in the order given."""
    from arena_assets.domain.identity import arena_id_of

    return list(dict.fromkeys(arena_id_of(name) for name in names))
