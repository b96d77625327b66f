"""Running the application: uvicorn, which tells open streams that it stops before it waits."""

from __future__ import annotations

from types import FrameType

import uvicorn
from fastapi import FastAPI

_GRACE_SECONDS = 5


_STOPPING: list[bool] = []


class _Server(uvicorn.Server):
    """Tells the application at once that it is asked to stop, so that endless answers end."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        _STOPPING.append(True)
        super().handle_exit(sig, frame)


def stops() -> bool:
    """Whether the server has been asked to stop: what streams without end looks at it."""
    return bool(_STOPPING)


def run(app: FastAPI, host: str, port: int) -> None:
    """Serve until SIGTERM. A proxy on this machine may say who asked."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1,::1",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ws_max_size=1_000_000,
    )
    _Server(config).run()
