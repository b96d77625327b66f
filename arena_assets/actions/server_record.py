"""``server.json``: the one running server of a data folder, and whether it still lives."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arena_assets.settings import Settings


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A process, told apart from a later one with the same pid by when it started
    (:func:`~arena_assets.ledger.owner.started`)."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> ProcessRecord:
        from arena_assets.ledger.owner import started

        return cls(pid, started(pid))

    @property
    def alive(self) -> bool:
        from arena_assets.ledger.owner import still_runs

        return still_runs(self.pid, self.started)


@dataclass(frozen=True, slots=True)
class ServerRecord:
    """Where the server answers, and its processes; ``serve`` is the one above the others.

    ``url`` is the console's; Dagster's webserver behind it listens on ``dagster_socket``.
    """

    url: str
    dagster_socket: str
    serve: ProcessRecord
    processes: dict[str, ProcessRecord]

    def write(self, settings: Settings) -> None:
        """Write it whole: a reader sees the old record or this one."""
        place = record_path(settings)
        temporary = place.with_name(f".{place.name}.{os.getpid()}")
        temporary.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        temporary.replace(place)


def record_path(settings: Settings) -> Path:
    return settings.data_dir / "server.json"


def read_record(settings: Settings) -> ServerRecord | None:
    """The record on disk, whether or not its server lives; None when there is none to read."""
    try:
        found: dict[str, Any] = json.loads(record_path(settings).read_text(encoding="utf-8"))
        return ServerRecord(
            url=str(found["url"]),
            dagster_socket=str(found["dagster_socket"]),
            serve=_process(**found["serve"]),
            processes={name: _process(**each) for name, each in found["processes"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def find_server(settings: Settings) -> ServerRecord | None:
    """The running server of this data folder, or None."""
    record = read_record(settings)
    return record if record is not None and record.serve.alive else None


def _process(pid: int, started: str | float) -> ProcessRecord:
    return ProcessRecord(pid, str(started))  # earlier versions wrote Unix time, a number
