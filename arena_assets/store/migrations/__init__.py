"""Alembic's environment and revisions, run by :mod:`arena_assets.store.migrate`."""
