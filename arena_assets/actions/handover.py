"""Wanted launches given straight to a running server, so that work starts within a second.

The request sensor finds every launch that is not handed over here, so nothing depends on this.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from arena_assets.actions.server_record import find_server
from arena_assets.errors import ArenaError

if TYPE_CHECKING:
    from arena_assets.actions.dagster_client import DagsterClient
    from arena_assets.settings import Settings
    from arena_assets.store.database import Database
    from arena_assets.store.launches import Launch

# Said again here, since to import ``defs.sensors`` is to load Dagster, which takes longer than all
# the rest; ``test_handover`` holds the two equal.
REQUEST_SENSOR = "new_requests"
CLAIM_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Handover:
    """``server`` is the running server's URL or None; ``started`` the arenas handed over now."""

    server: str | None
    started: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        """What happens next, in words."""
        if self.server is None:
            return "No server runs: this is kept, and 'arena serve' will make it."
        return f"The server at {self.server} makes it; follow with 'arena watch'."


def awaited(settings: Settings) -> Handover:
    """Who will make it, before anything is handed over."""
    record = find_server(settings)
    return Handover(None if record is None else record.url)


def hand_over_now(settings: Settings, db: Database) -> None:
    """:func:`hand_over` for who has answered already: what fails is left to the sensor."""
    with suppress(ArenaError):
        hand_over(settings, db)


def hand_over(settings: Settings, db: Database) -> Handover:
    """Start as many wanted launches as may run at once; the rest is the sensor's."""
    record = find_server(settings)
    if record is None:
        return Handover(None)
    from arena_assets.actions.dagster_client import DagsterClient
    from arena_assets.store.launches import claim_launches
    from arena_assets.workshop.holds import held_back

    started = []
    with DagsterClient(Path(record.dagster_socket)) as client:
        if not client.answers():
            return Handover(record.url)
        held = held_back(db).arenas
        limit = settings.runs_at_once
        for launch in claim_launches(db, limit, CLAIM_SECONDS, without=held):
            try:
                _start(client, db, launch)
            except ArenaError:
                # Claimed and not started: the claim lapses in a minute and the sensor goes on.
                break
            started.append(launch.arena_id)
    return Handover(record.url, tuple(started))


def stop_runs(settings: Settings, run_ids: Sequence[str]) -> int:
    """Stop runs through the running server; how many were told. 0 when no server runs."""
    record = find_server(settings)
    if record is None or not run_ids:
        return 0
    from arena_assets.actions.dagster_client import DagsterClient

    with DagsterClient(Path(record.dagster_socket)) as client:
        return client.terminate(run_ids)


def launch_tags(launch: Launch) -> dict[str, str]:
    """The tags that the sensor's own run of this launch would have: one launch, one run key."""
    return {
        "dagster/partition": launch.partition,
        "dagster/run_key": launch.run_key,
        "dagster/sensor_name": REQUEST_SENSOR,
        "dagster/priority": str(launch.priority),
        "arena/project": launch.project,
        "arena/request": str(launch.request_id),
    }


def _start(client: DagsterClient, db: Database, launch: Launch) -> None:
    from arena_assets.store.launches import confirm_launch

    client.add_partition(launch.partition)
    run_id = client.launch(launch_tags(launch))
    if not confirm_launch(db, launch.arena_id, launch.launch, run_id):
        client.terminate([run_id])
