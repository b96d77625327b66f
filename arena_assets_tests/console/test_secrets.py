"""Keys of services and what opens doors are in no page, no answer, no log."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from arena_assets.console.app import create_app
from arena_assets.console.auth.access import rights
from arena_assets.console.auth.cookies import SESSION_COOKIE
from arena_assets.domain.roles import Role
from arena_assets.settings import Settings
from arena_assets.store.sessions import open_session
from arena_assets_tests.console.conftest import HTML, ORIGIN, person

_KEYS = {
    "claude_api_key": "canary-claude-5d1f",
    "elevenlabs_api_key": "canary-eleven-77ab",
    "comfyui_auth": "canary-user:canary-comfy-90cc",
}


def test_no_canary_is_in_any_answer_or_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", **_KEYS)  # type: ignore[arg-type]
    app = create_app(settings)
    here = app.state.desk
    here.stopping.set()  # streams of events end at once
    session_id = open_session(here.db, person(here, Role.ADMIN).user_id, "t", timedelta(hours=1))
    client = TestClient(app, ORIGIN, raise_server_exceptions=False)
    client.cookies.set(SESSION_COOKIE, session_id)
    seen = []
    for each in rights(app):
        if each.method == "GET":
            path = re.sub(r"\{[^}]+\}", "1", each.path)
            for headers in (HTML, {}):
                answer = client.get(path, headers=headers)
                seen += [answer.text, str(answer.headers)]
    here.db.dispose()
    assert len(seen) >= 20
    everything = "\n".join(seen) + caplog.text
    for secret in [*_KEYS.values(), session_id]:
        assert str(secret) not in everything
