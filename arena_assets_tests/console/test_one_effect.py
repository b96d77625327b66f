"""Every route of API v1 that changes something: one effect for two sends, and a line of it."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import select

from arena_assets.actions import arenas
from arena_assets.actions.mixing import MixingRoom, next_pair
from arena_assets.console.api.v1 import projects
from arena_assets.console.app import create_app
from arena_assets.console.auth.access import rights
from arena_assets.domain.slots import Slot, parse_slot
from arena_assets.domain.style import Style
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.ledger.settling import tidy
from arena_assets.score.tournament import Rules
from arena_assets.store import audit, results
from arena_assets.store.base import Base
from arena_assets.store.calls import Purpose
from arena_assets.store.database import Database
from arena_assets.store.launches import want_launch
from arena_assets.store.plans import list_plans
from arena_assets.store.versions import VersionKind, project_id_of, save_version
from arena_assets.store.webhooks import (
    add_webhook,
    deliveries_of,
    queue_delivery,
    settle_delivery,
)
from arena_assets_tests.arenas import Hall
from arena_assets_tests.console.api import Door
from arena_assets_tests.loopback import order
from arena_assets_tests.racing import killed
from arena_assets_tests.stems import keep_track

V1 = "/api/v1"
VIEW = "image_set/view_01"
ASKS = {
    f"POST {V1}/quotes",
    f"POST {V1}/arenas/{{arena}}/redo/preview",
    f"POST {V1}/arenas/{{arena}}/mixes/preview",
    f"POST {V1}/projects/{{project}}/style/effect",
}
"""They are sent by POST and change nothing."""
ELSEWHERE = {
    f"POST {V1}/projects/{{project}}/prompt-help",
    f"POST {V1}/projects/{{project}}/webhooks/{{webhook_id}}/test",
}
"""Their effect is elsewhere: at a service, where the ledger finds it again by its content, or a
message that has left."""


@dataclass(frozen=True)
class Send:
    """A request that changes something: what for, what must be there before, what is sent."""

    action: str
    values: Mapping[str, str]
    body: dict[str, Any] | None = None
    files: Mapping[str, Any] | None = None
    before: Callable[[Hall], Mapping[str, str] | None] = lambda _hall: None


def _kept_back(hall: Hall) -> None:
    arenas.withhold(hall.studio.db, 1)


def _second_take(hall: Hall) -> None:
    slot = Slot(1, parse_slot(VIEW))
    made = results.latest(hall.studio.db, slot)
    assert made is not None
    again = made.model_copy(update={"take": 2, "key": "2" * 64})
    results.keep(hall.studio.db, slot, again)


def _parked(hall: Hall) -> Mapping[str, str]:
    journal = CallJournal(hall.studio.db)
    call = order(ceiling=Decimal("0.50"))
    killed(lambda: journal.sent(journal.begin(call, Purpose("hall", None, 1, "x")).row))
    tidy(hall.studio.db)
    return {"call": call.key}


def _wanted(hall: Hall) -> None:
    want_launch(hall.studio.db, 1, "test")


def _styled(hall: Hall) -> None:
    style = Style(mood=("calm",)).model_dump(mode="json")
    save_version(hall.studio.db, "hall", VersionKind.STYLE, style, "test")


def _hooked(hall: Hall) -> Mapping[str, str]:
    db = hall.studio.db
    number = add_webhook(db, project_id_of(db, "hall"), "https://example.com", "s", (), "test")
    return {"webhook_id": str(number)}


def _delivered(hall: Hall) -> Mapping[str, str]:
    values = dict(_hooked(hall))
    db, number = hall.studio.db, int(values["webhook_id"])
    with db.write() as session:
        queue_delivery(session, number, 1, "{}")
    (delivery,) = deliveries_of(db, number)
    settle_delivery(db, delivery.delivery_id, "given_up", status=500, error="it said 500")
    return {**values, "delivery_id": str(delivery.delivery_id)}


def _mixed(hall: Hall) -> None:
    folder = hall.settings.data_dir / "played"
    folder.mkdir()
    keep_track(hall, 1, folder)


def _contested(hall: Hall) -> Mapping[str, str]:
    """A pair of mixes, and the word of a side of it for the one who will choose."""
    _mixed(hall)
    room = MixingRoom(hall.settings, hall.studio.db, hall.studio.blobs, 1, "hazard", "person 1")
    room.crown(room.desk().contest(Rules(rounds=1, population=4)))
    return {"side": next_pair(room).a}


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(drawn, "PNG")
    return drawn.getvalue()


_ARENA, _PROJECT = {"arena": "1"}, {"project": "hall"}
_ONE = f"{V1}/arenas/{{arena}}"
_OF = f"{V1}/projects/{{project}}"
SENDS = {
    f"POST {V1}/requests": Send("request.place", {}, {"project": "hall", "count": 2}),
    f"POST {_ONE}/resume": Send("arena.resume", _ARENA),
    f"POST {_ONE}/cancel": Send("arena.cancel", _ARENA, before=_wanted),
    f"POST {_ONE}/publish": Send("arena.publish", _ARENA, before=_kept_back),
    f"POST {_ONE}/unpublish": Send("arena.unpublish", _ARENA),
    f"POST {_ONE}/decisions": Send("slot.approve", _ARENA, {"slot": VIEW, "verdict": "approve"}),
    f"POST {_ONE}/approvals": Send("slot.approve", _ARENA),
    f"POST {V1}/approvals": Send(
        "slot.approve", {}, {"items": [{"arena": "1", "slot": VIEW}, {"arena": "9", "slot": VIEW}]}
    ),
    f"POST {_ONE}/pair": Send(
        "slot.choose",
        _ARENA,
        {"slot": VIEW, "takes": [1, 2], "which": "a"},
        before=_second_take,
    ),
    f"POST {_ONE}/redo": Send("slot.redo", _ARENA, {"slots": [VIEW], "wishes": {VIEW: "darker"}}),
    f"POST {_ONE}/mixes": Send(
        "mix.remix", _ARENA, {"track": "hazard", "preset": "war"}, before=_mixed
    ),
    f"POST {_ONE}/mixes/votes": Send(
        "mix.vote", _ARENA, {"track": "hazard", "better": "{side}"}, before=_contested
    ),
    f"POST {V1}/projects": Send("project.make", {}, {"project": "new-one"}),
    f"PUT {_OF}/rules": Send("project.rules", _PROJECT, {"publishing": "reviewed"}),
    f"PUT {_OF}/style": Send("style.save", _PROJECT, {"mood": ["calm"]}),
    f"POST {_OF}/style/apply": Send("style.apply", _PROJECT, {"arenas": ["1"]}, before=_styled),
    f"POST {_OF}/references": Send(
        "style.reference", _PROJECT, files={"picture": ("a.png", _picture(), "image/png")}
    ),
    f"PUT {_OF}/budgets": Send("budget.set", _PROJECT, {"total_usd": "5", "monthly_usd": "2"}),
    f"POST {V1}/calls/{{call}}/settle": Send(
        "call.settle", {}, {"outcome": "charged", "usd": "0.20"}, before=_parked
    ),
    f"POST {_OF}/webhooks": Send(
        "webhook.add", _PROJECT, {"url": "https://127.0.0.1/x", "kinds": ["arena_published"]}
    ),
    f"PATCH {_OF}/webhooks/{{webhook_id}}": Send(
        "webhook.pause", _PROJECT, {"paused": True}, before=_hooked
    ),
    f"POST {_OF}/webhooks/{{webhook_id}}/deliveries/{{delivery_id}}/retry": Send(
        "webhook.retry", _PROJECT, before=_delivered
    ),
    f"DELETE {_OF}/webhooks/{{webhook_id}}": Send("webhook.remove", _PROJECT, before=_hooked),
}
_PASSING = {"used_at", "seen_at"}


@pytest.fixture
def door(hall: Hall) -> Iterator[Door]:
    """Without its lifespan: nothing sends or reads beside what is tested."""
    app = create_app(hall.settings.model_copy(update={"webhook_hosts": "127.0.0.1"}))
    yield Door(hall, app, TestClient(app, base_url="http://127.0.0.1"))
    app.state.desk.db.dispose()


def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, but for when somebody was last seen."""
    found = {}
    with db.read() as session:
        for table in Base.metadata.sorted_tables:
            columns = [each for each in table.columns if each.name not in _PASSING]
            query = select(*columns).order_by(*table.primary_key.columns)
            found[table.name] = [tuple(row) for row in session.execute(query)]
    return found


def _changing(app: FastAPI) -> set[str]:
    return {
        f"{each.method} {each.path}"
        for each in rights(app)
        if each.path.startswith(f"{V1}/") and each.method in ("POST", "PUT", "PATCH", "DELETE")
    }


def _sender(door: Door, name: str, key: str = "one") -> Callable[[], Any]:
    send = SENDS[name]
    values = {**send.values, **(send.before(door.hall) or {})}
    method, _, path = name.partition(" ")
    headers = {**door.token(), "Idempotency-Key": key}
    body = send.body
    if body is not None and "{side}" in body.values():
        body = {**body, "better": values["side"]}

    def go() -> Any:
        return door.client.request(
            method, path.format(**values), json=body, files=send.files, headers=headers
        )

    return go


def test_every_route_that_changes_something_is_walked(door: Door) -> None:
    assert _changing(door.app) == set(SENDS) | ASKS | ELSEWHERE


@pytest.mark.parametrize("name", SENDS)
def test_two_sends_have_one_effect_and_one_answer(door: Door, finished: int, name: str) -> None:
    assert finished == 1
    db = door.hall.studio.db
    go = _sender(door, name)
    start = everything(db)
    first = go()
    assert first.is_success, first.text
    after = everything(db)
    changed = {table for table in after if after[table] != start[table]}
    assert changed >= {"idempotent_acts", "audit_log"}
    second = go()
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert everything(db) == after


@pytest.mark.parametrize("name", SENDS)
def test_each_is_on_record_as_what_it_is(door: Door, finished: int, name: str) -> None:
    assert finished == 1
    go = _sender(door, name)
    assert go().is_success
    lines = audit.entries(door.hall.studio.db)
    assert {each.action for each in lines} == {SENDS[name].action}
    assert {(each.who, each.origin) for each in lines} == {("person 1 (token 1)", "testclient")}
    assert all(each.target for each in lines)


@pytest.mark.parametrize("name", SENDS)
def test_a_failure_at_the_last_moment_leaves_nothing_and_the_key_free(
    door: Door, finished: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert finished == 1
    db = door.hall.studio.db
    go = _sender(door, name)
    start = everything(db)
    with monkeypatch.context() as broken:
        broken.setattr("arena_assets.actions.once.end_act", _power_cut)
        with pytest.raises(RuntimeError, match="the power went"):
            go()
    assert everything(db) == start
    again = go()
    assert again.is_success
    assert "Idempotent-Replayed" not in again.headers


MOMENTS = {
    "before the commit": ("arena_assets.actions.once.end_act", False),
    "after it": ("arena_assets.console.api.v1.reach.hand_over_now", True),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_that_is_killed_leaves_all_or_nothing(door: Door, moment: str) -> None:
    db = door.hall.studio.db
    name, there = MOMENTS[moment]
    headers = {**door.token(), "Idempotency-Key": "one"}
    start = everything(db)

    def send() -> Any:
        body = {"project": "hall", "count": 2}
        return door.client.post(f"{V1}/requests", json=body, headers=headers)

    def die() -> None:
        with pytest.MonkeyPatch.context() as armed:
            armed.setattr(name, lambda *_given: os.kill(os.getpid(), signal.SIGKILL))
            send()

    killed(die)
    assert (everything(db) != start) is there
    assert len(list_plans(db)) == (2 if there else 0)
    assert len(audit.entries(db)) == there
    again = send()
    assert again.status_code == 201
    assert (again.headers.get("Idempotent-Replayed") == "true") is there
    assert len(list_plans(db)) == 2
    assert len(audit.entries(db)) == 1


def _power_cut(*_given: object) -> None:
    raise RuntimeError("the power went")


def test_a_refusal_that_changed_something_is_kept_as_the_answer(door: Door, finished: int) -> None:
    assert finished == 1
    assert _sender(door, f"POST {_ONE}/unpublish", "first")().is_success
    headers = {**door.token(), "Idempotency-Key": "second"}
    told = [door.client.post(f"{V1}/arenas/1/unpublish", headers=headers) for _ in range(2)]
    assert [each.status_code for each in told] == [409, 409]
    assert told[0].json() == told[1].json()
    assert told[0].headers["content-type"] == "application/problem+json"
    assert audit.entries(door.hall.studio.db)[0].action == "arena.withhold"


def test_what_a_service_did_is_asked_for_once(
    door: Door, finished: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert finished == 1
    asked: list[str] = []

    def help_with(_settings: object, _db: object, _slug: str, text: str, *, by: str) -> Any:
        asked.append(f"{by}: {text}")
        return {"suggestion": "better"}

    monkeypatch.setattr(projects, "help_with", help_with)
    headers = {**door.token(), "Idempotency-Key": "one"}
    url = f"{V1}/projects/hall/prompt-help"
    body = {"text": "a cave", "by": "claude"}
    told = [door.client.post(url, json=body, headers=headers).json() for _ in range(2)]
    assert told == [{"suggestion": "better"}] * 2
    assert asked == ["claude: a cave"]
    other = door.client.post(url, json={**body, "text": "a hill"}, headers=headers)
    assert other.status_code == 409
