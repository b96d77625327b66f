"""Streams and sockets end with the right to open them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from arena_assets.console.auth import lasting
from arena_assets.console.auth.cookies import SESSION_COOKIE
from arena_assets.domain.roles import Role, Scope
from arena_assets.store import base, sessions, tokens, users
from arena_assets.store.database import Database
from arena_assets.store.sign_in_tables import ApiTokenRow, SessionRow
from arena_assets_tests.arenas import Hall
from arena_assets_tests.console.api import open_door

Act = Callable[[Database, int, str], None]


def _expire(db: Database, _user: int, _held: str) -> None:
    with db.write() as session:
        session.query(SessionRow).update({"expires_at": base.utc_now()})
        session.query(ApiTokenRow).update({"expires_at": base.utc_now()})


def _idle(db: Database, _user: int, _held: str) -> None:
    with db.write() as session:
        session.query(SessionRow).update({"seen_at": base.utc_now() - timedelta(days=2)})


def _close(db: Database, _user: int, held: str) -> None:
    sessions.close_session(db, held)


def _revoke(db: Database, _user: int, _held: str) -> None:
    tokens.revoke_token(db, 1)


def _disable(db: Database, user: int, _held: str) -> None:
    users.set_disabled(db, user, True)


def _lower(db: Database, user: int, _held: str) -> None:
    users.set_role(db, user, Role.VIEWER)


BY_SESSION = [_expire, _idle, _close, _disable, _lower]
BY_TOKEN = [_expire, _revoke, _disable, _lower]
CASES = [("session", each) for each in BY_SESSION] + [("token", each) for each in BY_TOKEN]


def _listen(socket: WebSocketTestSession) -> None:
    while True:
        socket.receive_json()


@pytest.mark.parametrize(("kind", "act"), CASES, ids=[f"{k}{a.__name__}" for k, a in CASES])
def test_a_stream_and_a_socket_end_with_the_session_or_token(
    hall: Hall, kind: str, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lasting, "RECHECK_SECONDS", 0.0)
    monkeypatch.setattr("arena_assets.console.api.v1.events.HEARTBEAT_SECONDS", 0.02)
    db = hall.studio.db
    users.add_user(db, "ada", Role.ADMIN, None)
    user = users.add_user(db, "mira", Role.PRODUCER, None).user_id
    with open_door(hall) as door:
        held = sessions.open_session(db, user, "test", timedelta(hours=1))
        headers = {"Cookie": f"{SESSION_COOKIE}={held}", "Origin": "http://127.0.0.1"}
        if kind == "token":
            _, secret = tokens.create_token(
                db, user, "ci", [Scope.READ, Scope.PRODUCE], None, timedelta(hours=1)
            )
            headers = {"Authorization": f"Bearer {secret}"}
        with door.client.websocket_connect("ws://127.0.0.1/api/v1/ws", headers=headers) as socket:
            assert socket.receive_json() == {"quiet": True}, "it is open for as long as they may"
            act(db, user, held)
            with pytest.raises(WebSocketDisconnect) as ended:
                _listen(socket)
            assert ended.value.code == 1008
        if act is _lower:
            return
        assert door.client.get("/api/v1/events", headers=headers).status_code == 401


def test_a_stream_of_events_ends_too_and_listening_keeps_no_session_alive(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lasting, "RECHECK_SECONDS", 0.0)
    monkeypatch.setattr("arena_assets.console.api.v1.events.HEARTBEAT_SECONDS", 0.02)
    db = hall.studio.db
    users.add_user(db, "ada", Role.ADMIN, None)
    user = users.add_user(db, "mira", Role.VIEWER, None).user_id
    with open_door(hall) as door:
        held = sessions.open_session(db, user, "test", timedelta(hours=1))
        seen = base.utc_now() - timedelta(hours=3)
        headers = {"Cookie": f"{SESSION_COOKIE}={held}"}
        lines = []
        with door.client.stream("GET", "/api/v1/events", headers=headers) as answer:
            for line in answer.iter_lines():
                lines.append(line)
                if line != ": quiet":
                    continue
                if lines.count(line) == 1:
                    with db.write() as session:
                        session.query(SessionRow).update({"seen_at": seen})
                else:
                    with db.read() as session:
                        assert session.query(SessionRow).one().seen_at == seen
                    users.set_disabled(db, user, True)
        assert lines.count(": quiet") == 2
