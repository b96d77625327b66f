"""What has become of a job: asked of history and queue, which are the truth."""

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


def look(server: Server, prompt_id: str) -> Sight:
    """Where a job is now. History is asked again last: a job leaves the queue into it."""
    record = server.record(prompt_id)
    if record is None:
        queue = server.queue()
        place = queue.place(prompt_id)
        if place:
            return Sight(State.WAITING, place - 1, idle=not queue.running)
        if place == 0:
            return Sight(State.RUNNING)
        record = server.record(prompt_id)
    if record is None:
        return Sight(State.LOST)
    return Sight(State.DONE if record.succeeded else State.FAILED, record=record)
