"""What has become of a job: asked of queue and history, which are the truth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from arena_assets.providers.comfyui.server import Server
from arena_assets.providers.comfyui.wire import Record


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"
    """In neither history nor queue: it never came, was deleted, or the server was restarted."""


@dataclass(frozen=True, slots=True)
class Sight:
    """``ahead``: how many jobs are before a waiting one; ``idle``: none of any is running."""

    state: State
    ahead: int = 0
    idle: bool = False
    record: Record | None = None


def look(server: Server, prompt_id: str, *, age: float = 0.0) -> Sight:
    """Where a job is now; a place in the queue may be ``age`` seconds old.

    The queue comes first, as most jobs are in it and one reading serves all of them. History is
    asked last: a job leaves the queue into it.
    """
    queue = server.queue(age)
    place = queue.place(prompt_id)
    if place is None:
        record = server.record(prompt_id)
        if record is None and age:
            # It may have come since the queue was read.
            queue = server.queue()
            place = queue.place(prompt_id)
            record = server.record(prompt_id) if place is None else None
        if record is not None:
            return Sight(State.DONE if record.succeeded else State.FAILED, record=record)
    if place is None:
        return Sight(State.LOST)
    return Sight(State.WAITING, place - 1, idle=not queue.running) if place else _RUNNING


_RUNNING = Sight(State.RUNNING)
