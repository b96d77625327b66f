"""Taking exactly our job off a server, when a person or a limit stops its work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from arena_assets.errors import ArenaError, Cancelled
from arena_assets.providers.comfyui.follow import JobTooLong
from arena_assets.providers.comfyui.server import Server

_LOOKS = 5


@contextmanager
def cancelled_with(server: Server, prompt_id: str) -> Iterator[None]:
    """Cancel the job when the work inside is; any other error leaves it to be attached to."""
    try:
        yield
    except (Cancelled, JobTooLong, KeyboardInterrupt, SystemExit):
        cancel(server, prompt_id)
        raise


def cancel(server: Server, prompt_id: str) -> bool:
    """Delete the job if it waits, stop it if it runs; whether the server could be told.

    Looked at again each time, as a job may begin to run between two requests. An interrupt is sent
    only for a job that was just seen running, and with its id.
    """
    try:
        for _ in range(_LOOKS):
            place = server.queue().place(prompt_id)
            if place is None:
                return True
            if place == 0:
                return server.interrupt(prompt_id)
            server.delete(prompt_id)
    except ArenaError:
        return False
    return False
