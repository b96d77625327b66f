"""Live events: in order, none twice, none missed, none of other projects; streams end at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from starlette.websockets import WebSocketDisconnect

from arena_assets.actions.words import sentence
from arena_assets.console.events.pump import QUEUE_MAX, EventPump, Told
from arena_assets.domain.roles import Role
from arena_assets.store import events
from arena_assets.store.database import Database
from arena_assets.store.versions import ensure_project
from arena_assets_tests.arenas import Hall
from arena_assets_tests.console.api import open_door
from arena_assets_tests.store.samples import place

PATIENCE = 20


def anything(_: Told) -> bool:
    return True


async def take(stream: AsyncGenerator[Told | None, None], count: int) -> list[int]:
    found: list[int] = []
    async with asyncio.timeout(PATIENCE):
        async for told in stream:
            if told is not None:
                found.append(told.seq)
            if len(found) == count:
                break
    return found


def test_listeners_hear_all_in_order_and_resume_where_they_stopped(db: Database) -> None:
    place(db, 3)
    before = events.last_seq(db)

    async def act() -> None:
        pump = EventPump(db, poll_seconds=0.01)
        one = pump.stream(anything, 0, 0.05)
        assert await take(one, before) == list(range(1, before + 1))
        two = pump.stream(lambda told: told.kind == "new", 2, 0.05)
        hearing = asyncio.create_task(take(two, 30))
        for _ in range(30):
            await asyncio.to_thread(events.append, db, "new", arena_id=1)
        expected = list(range(before + 1, before + 31))
        assert await hearing == expected
        assert await take(one, 30) == expected
        await one.aclose()
        await two.aclose()
        assert pump.listening == 0
        three = pump.stream(anything, before + 10, 0.05)
        assert await take(three, 20) == expected[10:]
        await pump.stop()
        assert await take(three, 1) == [], "a stopped pump ends its streams"

    asyncio.run(act())


def test_a_listener_that_is_too_slow_is_let_go_and_loses_nothing(db: Database) -> None:
    place(db)

    async def act() -> None:
        pump = EventPump(db, poll_seconds=0.01)
        slow = pump.stream(anything, None, 0.05)
        assert await anext(slow) is None
        with db.write() as session:
            for _ in range(QUEUE_MAX + 50):
                events.append(session, "new", arena_id=1)
        last = events.last_seq(db)
        (listener,) = pump._listeners
        async with asyncio.timeout(PATIENCE):
            while not listener.overrun:
                await asyncio.sleep(0.01)
        heard = await take(slow, QUEUE_MAX + 50)
        assert len(heard) == QUEUE_MAX
        again = pump.stream(anything, heard[-1], 0.05)
        assert await take(again, 50) == list(range(heard[-1] + 1, last + 1))
        await pump.stop()

    asyncio.run(act())


def test_a_stream_tells_of_ones_own_projects_only_and_ends_when_the_server_stops(
    hall: Hall,
) -> None:
    db = hall.studio.db
    mine, other = ensure_project(db, "mine"), ensure_project(db, "other")
    for project_id in (mine, other, mine):
        events.append(db, "project_rules_changed", project_id=project_id, data={"who": "ann"})
    with open_door(hall) as door:
        reader = door.token(Role.VIEWER, projects=["mine"])
        desk = door.app.state.desk
        heard = []
        with door.client.stream(
            "GET", "/api/v1/events", headers={**reader, "Last-Event-ID": "0"}
        ) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    heard.append(json.loads(line.removeprefix("data: ")))
                if len(heard) == 2:
                    desk.stopping.set()
        assert [each["project"] for each in heard] == ["mine", "mine"]
        assert heard[0]["words"] == "The project's rules changed, by ann"


def test_the_socket_tells_the_same_and_refuses_other_sites(hall: Hall) -> None:
    db = hall.studio.db
    mine = ensure_project(db, "mine")
    events.append(db, "project_rules_changed", project_id=mine, data={"who": "ann"})
    with open_door(hall) as door:
        reader = door.token(Role.VIEWER)
        with door.client.websocket_connect(
            "ws://127.0.0.1/api/v1/ws?after=0", headers=reader
        ) as socket:
            assert socket.receive_json()["kind"] == "project_rules_changed"
        hostile = {**reader, "Origin": "https://evil.example"}
        with (
            pytest.raises(WebSocketDisconnect) as refused,
            door.client.websocket_connect("ws://127.0.0.1/api/v1/ws", headers=hostile) as socket,
        ):
            socket.receive_json()
        assert refused.value.code == 1008


def test_every_event_of_a_whole_run_has_words(finished_folder: Path) -> None:
    db = Database(f"sqlite:///{finished_folder / 'arena.db'}")
    told = [sentence(event) for event in events.since(db, 0, limit=5000)]
    db.dispose()
    assert "Picture 3 is begun by stand_in" in told
    assert "arena-000001 is published" in told
    makers = ("stand_in", "arena_assets")
    assert not [each for each in told if "_" in each and not each.endswith(makers)]
