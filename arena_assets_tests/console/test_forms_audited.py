"""What people do on the pages is on record as what it is, in the name of who did it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from arena_assets.actions import arenas
from arena_assets.console.app import create_app
from arena_assets.console.auth.cookies import SESSION_COOKIE, csrf_token
from arena_assets.console.pages.shared import Producer
from arena_assets.domain.roles import Role
from arena_assets.domain.style import Style
from arena_assets.store import audit
from arena_assets.store.launches import want_launch
from arena_assets.store.sessions import open_session
from arena_assets.store.users import add_user
from arena_assets.store.versions import VersionKind, save_version
from arena_assets_tests.arenas import Hall

ITEM = "arena-000001/image_set/view_01"
FORMS: list[tuple[str, Mapping[str, str], str]] = [
    ("/requests", {"project": "hall", "count": "1", "key": "k"}, "request.place"),
    ("/arenas/1/resume", {}, "arena.resume"),
    ("/arenas/1/cancel", {}, "arena.cancel"),
    ("/arenas/1/publish", {}, "arena.publish"),
    ("/arenas/1/unpublish", {}, "arena.unpublish"),
    ("/arenas/1/redo", {"slot": "image_set/view_01"}, "slot.redo"),
    ("/arenas/1/choose/image_set/view_01", {"take": "1"}, "slot.choose"),
    ("/review/approve", {"item": ITEM}, "slot.approve"),
    ("/review/approve-many", {"item": ITEM}, "slot.approve"),
    ("/review/reject", {"item": ITEM, "reason": "too dark"}, "slot.reject"),
    ("/projects", {"slug": "new-one"}, "project.make"),
    ("/projects/hall/rules", {"publishing": "reviewed"}, "project.rules"),
    ("/projects/hall/budget", {"kind": "project", "cap": "5"}, "budget.set"),
    ("/projects/hall/style", {"mood": "dark"}, "style.save"),
    ("/projects/hall/style/apply", {"arena": "1"}, "style.apply"),
    ("/users", {"name": "Otto", "role": "viewer"}, "user.add"),
    ("/users/link", {"name": "mira"}, "user.link"),
    ("/tokens", {"name": "ci", "scopes": "read"}, "token.create"),
    ("/sign-out", {}, "sign_out"),
]


@pytest.fixture
def mira(hall: Hall) -> Iterator[TestClient]:
    """A browser in which Mira, an admin, is signed in."""
    app = create_app(hall.settings)

    @app.post("/forgetful")
    def forgetful(request: Request, _who: Producer) -> Response:
        return PlainTextResponse(request.method)

    db = hall.studio.db
    user = add_user(db, "mira", Role.ADMIN, None)
    session_id = open_session(db, user.user_id, "test", timedelta(hours=1))
    origin = "http://127.0.0.1"
    headers = {"X-CSRF-Token": csrf_token(session_id), "Origin": origin}
    client = TestClient(app, origin, headers=headers, follow_redirects=False)
    client.cookies.set(SESSION_COOKIE, session_id)
    yield client
    app.state.desk.db.dispose()


@pytest.mark.parametrize(("path", "form", "action"), FORMS, ids=[each[0] for each in FORMS])
def test_a_form_is_on_record(
    hall: Hall, mira: TestClient, finished: int, path: str, form: dict[str, str], action: str
) -> None:
    db = hall.studio.db
    if path.endswith("cancel"):
        want_launch(db, finished, "test")
    if path.endswith("/publish"):
        arenas.withhold(db, finished)
    if path.endswith("apply"):
        style = Style(mood=("calm",)).model_dump(mode="json")
        save_version(db, "hall", VersionKind.STYLE, style, "test")
    answer = mira.post(path, data=form)
    assert answer.status_code < 400, answer.text
    found = {(each.who, each.origin, each.action) for each in audit.entries(db)}
    assert ("mira", "testclient", action) in found
    assert "other" not in {each[2] for each in found}


def test_what_forgot_its_line_is_on_record_nevertheless(hall: Hall, mira: TestClient) -> None:
    assert mira.post("/forgetful").text == "POST"
    (line,) = audit.entries(hall.studio.db)
    assert (line.who, line.action, line.target) == ("mira", "other", "/forgetful")


def test_the_page_filters_and_leafs_through(hall: Hall, mira: TestClient) -> None:
    db = hall.studio.db
    for number in range(250):
        actor = audit.Actor("mira" if number % 2 else "otto (token 7)", "10.0.0.1")
        audit.note(db, actor, "slot.approve", f"arena-{number:06d}/<b>")
    url, seen = "/audit?who=otto&action=slot.", []
    while url:
        page = mira.get(url, headers={"accept": "text/html"}).text
        assert "<b>" not in page
        seen += [part.split("/")[0] for part in page.split("<td>arena-")[1:]]
        url = ""
        if 'rel="next" href="' in page:
            url = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
            assert "who=otto" in url
    assert seen == [f"{number:06d}" for number in range(248, -1, -2)]
