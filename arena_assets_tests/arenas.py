"""A studio with stand-in makers, and arenas run through the real job in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from arena_assets.definitions import defs
from arena_assets.defs.naming import asset_key
from arena_assets.domain.identity import partition_key
from arena_assets.domain.request import parse_request
from arena_assets.domain.slots import SlotName
from arena_assets.settings import Settings, settings
from arena_assets.store import events
from arena_assets.store.requests import place_request
from arena_assets.workshop.studio import Studio

STAND_IN = "arena_assets_tests.stand_in:makers"


@dataclass
class Hall:
    """One data folder, its open studio and a Dagster instance of its own."""

    studio: Studio
    instance: dg.DagsterInstance

    @property
    def settings(self) -> Settings:
        return self.studio.settings

    def request(self, count: int = 1, **given: object) -> tuple[int, ...]:
        """Ask for arenas, and give each its partition as the sensor would."""
        placed = place_request(self.studio.db, parse_request(project="hall", count=count, **given))
        self.instance.add_dynamic_partitions("arena", list(map(partition_key, placed.arena_ids)))
        return placed.arena_ids

    def run(
        self, arena_id: int, only: Sequence[SlotName] | None = None, *, fails: bool = False
    ) -> dg.ExecuteInProcessResult:
        """Run the whole job, or some assets with their checks, as a run worker does."""
        found = defs.resolve_job_def("make_arena").execute_in_process(
            partition_key=partition_key(arena_id),
            instance=self.instance,
            raise_on_error=False,
            asset_selection=None if only is None else [asset_key(slot) for slot in only],
        )
        assert found.success is not fails
        return found

    def made_since(self, seq: int) -> list[str]:
        """The slots whose work was really done after an event, sorted."""
        found = events.since(self.studio.db, seq, kinds=["slot_done"], limit=10_000)
        return sorted(str(event.slot) for event in found)

    def last_event(self) -> int:
        return events.last_seq(self.studio.db)


def open_hall(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    database_url: str | None = None,
    makers: str = STAND_IN,
) -> Hall:
    """A hall in a folder, with the settings of this process pointing at it."""
    monkeypatch.setenv("ARENA_DATA_DIR", str(folder))
    monkeypatch.setenv("ARENA_MAKERS", makers)
    monkeypatch.setenv("ARENA_MIN_FREE_GB", "0")
    if database_url:
        monkeypatch.setenv("ARENA_DATABASE_URL", database_url)
    settings.cache_clear()
    return Hall(Studio.open(settings()), dg.DagsterInstance.ephemeral())
