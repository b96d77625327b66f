"""Alembic's environment: it works on the connection and in the transaction it is given."""

from __future__ import annotations

from alembic import context

from arena_assets.store import (  # noqa: F401  (register their tables)
    game_tables,
    mix_tables,
    money_tables,
    review_tables,
    sign_in_tables,
    tables,
)
from arena_assets.store.base import Base
from arena_assets.store.migrate import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
