"""The console over a finished arena, and an admin's session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from arena_assets.console.app import create_app
from arena_assets.console.auth.cookies import SESSION_COOKIE, csrf_token
from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role
from arena_assets.store.sessions import open_session
from arena_assets.store.users import add_user
from arena_assets_tests.actions.halls import finished, finished_folder, hall
from arena_assets_tests.arenas import Hall
from arena_assets_tests.attacks.doors import ORIGIN, Answer, Wire, send
from arena_assets_tests.attacks.names import CANARY, OUTSIDE

__all__ = ["finished", "finished_folder", "hall"]


@dataclass(frozen=True)
class Console:
    """The app over a finished arena. ``folder`` holds ``data`` and, beside it, what lies
    outside."""

    app: FastAPI
    folder: Path
    headers: dict[str, str]
    run: Callable[[Coroutine[Any, Any, Any]], Any]

    @property
    def desk(self) -> Desk:
        found: Desk = self.app.state.desk
        return found

    def send(self, wire: Wire) -> Answer:
        """Ask as the admin."""
        found: Answer = self.run(send(self.app, wire, self.headers))
        return found


@pytest.fixture
def console(hall: Hall, finished: int, tmp_path: Path) -> Iterator[Console]:
    (tmp_path / OUTSIDE).write_text(CANARY)
    app = create_app(hall.settings)
    here: Desk = app.state.desk
    here.stopping.set()  # streams of events end at once
    admin = add_user(here.db, "the admin", Role.ADMIN, None)
    session_id = open_session(here.db, admin.user_id, "test", timedelta(hours=2))
    headers = {
        "cookie": f"{SESSION_COOKIE}={session_id}",
        "origin": ORIGIN,
        "x-csrf-token": csrf_token(session_id),
        "accept": "text/html,application/json",
    }
    with asyncio.Runner() as runner:
        yield Console(app, tmp_path, headers, runner.run)
    here.db.dispose()
