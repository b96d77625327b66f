"""A console over an empty database, and people of every role signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from arena_assets.console.app import create_app
from arena_assets.console.auth.cookies import SESSION_COOKIE, csrf_token
from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role, Scope
from arena_assets.settings import Settings
from arena_assets.store.sessions import open_session
from arena_assets.store.tokens import create_token
from arena_assets.store.users import User, add_user, find_user
from arena_assets_tests.actions.halls import finished, finished_folder, hall

ORIGIN = "http://127.0.0.1:3000"
HTML = {"accept": "text/html"}
__all__ = ["finished", "finished_folder", "hall"]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    made = create_app(Settings(_env_file=None, data_dir=tmp_path / "data"))
    made.state.desk.stopping.set()  # streams of events end at once
    yield made
    made.state.desk.db.dispose()


@pytest.fixture
def here(app: FastAPI) -> Desk:
    found: Desk = app.state.desk
    return found


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    """A browser without a session, which follows no redirect by itself."""
    return TestClient(app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)


def person(here: Desk, role: Role) -> User:
    name = f"the {role.label}"
    return find_user(here.db, name) or add_user(here.db, name, role, None)


Browser = Callable[[Role], TestClient]
Program = Callable[..., TestClient]


@pytest.fixture
def browser(app: FastAPI, here: Desk) -> Browser:
    """A browser in which somebody of that role is signed in; its forms carry the CSRF token."""

    def make(role: Role) -> TestClient:
        session_id = open_session(here.db, person(here, role).user_id, "test", timedelta(hours=1))
        headers = {"X-CSRF-Token": csrf_token(session_id), "Origin": ORIGIN}
        client = TestClient(app, ORIGIN, False, headers=headers, follow_redirects=False)
        client.cookies.set(SESSION_COOKIE, session_id)
        return client

    return make


@pytest.fixture
def program(app: FastAPI, here: Desk) -> Program:
    """A program with a token of an admin's, or of ``role``."""

    def make(
        *scopes: Scope, role: Role = Role.ADMIN, projects: list[str] | None = None
    ) -> TestClient:
        owner = person(here, role).user_id
        _number, secret = create_token(here.db, owner, "program", scopes, projects, None)
        headers = {"Authorization": f"Bearer {secret}"}
        return TestClient(app, ORIGIN, False, headers=headers, follow_redirects=False)

    return make
