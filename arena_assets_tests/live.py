"""A real ``arena serve`` on a folder of its own, and patience for what it does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import TypeVar

import pytest

from arena_assets.actions.handover import hand_over
from arena_assets.actions.server_record import ServerRecord
from arena_assets.cli.server import running_server
from arena_assets.domain.request import parse_request
from arena_assets.domain.roles import Role
from arena_assets.settings import Settings, settings
from arena_assets.store import events, plans, results
from arena_assets.store.plan_states import PlanState
from arena_assets.store.requests import place_request
from arena_assets.store.sessions import open_session
from arena_assets.store.users import add_user, find_user
from arena_assets.workshop.studio import Studio
from arena_assets_tests.arenas import STAND_IN

Found = TypeVar("Found")
_SLOTS = 43


def wait_for(look: Callable[[], Found], what: str, seconds: float = 240.0) -> Found:
    """Look until there is something to see; fails with ``what`` after ``seconds``."""
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < until, f"not within {seconds:.0f} s: {what}"
        Event().wait(0.1)


@dataclass
class LiveServer:
    """A running server with the studio that looks into its data."""

    record: ServerRecord
    studio: Studio

    @property
    def url(self) -> str:
        return self.record.url

    @property
    def dagster(self) -> str:
        """Where Dagster's pages are, for who is signed in."""
        return f"{self.record.url}/dagster"

    def session(self, role: Role = Role.PRODUCER) -> str:
        """The session of somebody with that role, for the cookie :data:`SESSION_COOKIE`."""
        name = f"test {role.label}"
        user = find_user(self.studio.db, name) or add_user(self.studio.db, name, role, None)
        return open_session(self.studio.db, user.user_id, "test", timedelta(hours=1))

    @property
    def settings(self) -> Settings:
        return self.studio.settings

    def request(self, count: int = 1, **given: object) -> tuple[int, ...]:
        """Ask for arenas as ``arena request`` does."""
        spec = parse_request(project="live", count=count, **given)
        placed = place_request(self.studio.db, spec)
        hand_over(self.settings, self.studio.db)
        return placed.arena_ids

    def state(self, arena_id: int) -> PlanState:
        return plans.get_plan(self.studio.db, arena_id).state

    def await_published(self, arena_ids: Sequence[int], seconds: float = 240.0) -> None:
        """Wait until the arenas are published and packed; a failed one fails the test."""

        def done() -> bool:
            failed = [each for each in arena_ids if self.state(each) is PlanState.FAILED]
            assert not failed, [plans.get_plan(self.studio.db, each).reason for each in failed]
            counts = results.slots_done(self.studio.db, list(arena_ids))
            return all(
                counts[each] == _SLOTS and self.state(each) is PlanState.PUBLISHED
                for each in arena_ids
            )

        wait_for(done, f"arenas {arena_ids} published", seconds)

    def made_since(self, seq: int) -> list[str]:
        found = events.since(self.studio.db, seq, kinds=["slot_done"], limit=10_000)
        return sorted(str(event.slot) for event in found)

    def last_event(self) -> int:
        return events.last_seq(self.studio.db)


@contextmanager
def live_server(
    folder: Path, *, database_url: str | None = None, **environment: str
) -> Iterator[LiveServer]:
    """``arena serve`` with stand-in makers, started and stopped around the block.

    ``environment`` is set for this process and the server's, without its ``ARENA_`` prefix.
    """
    with pytest.MonkeyPatch.context() as patch:
        given = {"MAKERS": STAND_IN, "MIN_FREE_GB": "0", **environment}
        patch.setenv("ARENA_DATA_DIR", str(folder))
        patch.setenv("DAGSTER_HOME", str(folder / "dagster_home"))
        for name, value in given.items():
            patch.setenv(f"ARENA_{name}", value)
        if database_url:
            patch.setenv("ARENA_DATABASE_URL", database_url)
        settings.cache_clear()
        try:
            with running_server(settings()) as record:
                studio = Studio.open(settings())
                try:
                    yield LiveServer(record, studio)
                finally:
                    studio.close()
        finally:
            settings.cache_clear()
