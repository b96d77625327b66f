"""Clients of the console's API, each with a token of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from arena_assets.console.app import create_app
from arena_assets.domain.roles import Role, Scope
from arena_assets.store.tokens import create_token
from arena_assets.store.users import add_user
from arena_assets_tests.arenas import Hall


@dataclass
class Door:
    """The console over a hall's data folder."""

    hall: Hall
    app: FastAPI
    client: TestClient
    people: int = 0

    def token(
        self,
        role: Role = Role.ADMIN,
        *,
        projects: list[str] | None = None,
        scopes: frozenset[Scope] | None = None,
    ) -> dict[str, str]:
        """Headers of a new person's token."""
        self.people += 1
        user = add_user(self.hall.studio.db, f"person {self.people}", role, None)
        wanted = role.scopes if scopes is None else scopes
        _, secret = create_token(
            self.hall.studio.db, user.user_id, "test", wanted, projects, timedelta(hours=1)
        )
        return {"Authorization": f"Bearer {secret}"}


@contextmanager
def open_door(hall: Hall) -> Iterator[Door]:
    app = create_app(hall.settings)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield Door(hall, app, client)
