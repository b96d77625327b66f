"""Where a request came from, for limits and the audit log."""

from __future__ import annotations

from starlette.requests import HTTPConnection


def address_of(connection: HTTPConnection) -> str:
    """The peer's address; behind a proxy that ``ARENA_PUBLIC_URL`` names, the one it tells."""
    return connection.client.host if connection.client else "unknown"
