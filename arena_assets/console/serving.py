"""The console's process: ``python -m arena_assets.console.serving HOST PORT DAGSTER_SOCKET``."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import uvicorn

from arena_assets.console.app import create_app
from arena_assets.console.desk import Desk
from arena_assets.settings import settings

_GRACE_SECONDS = 3


class ConsoleServer(uvicorn.Server):
    """Tells streams of events at the first signal that they end; uvicorn would wait for them."""

    def __init__(self, config: uvicorn.Config, at: Desk) -> None:
        super().__init__(config)
        self._desk = at

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._desk.stopping.set()
        super().handle_exit(sig, frame)


def main(host: str, port: int, dagster_socket: Path) -> None:
    """Serve until SIGTERM."""
    app = create_app(settings(), dagster_socket=dagster_socket)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Without a proxy nobody may say where a request came from.
        proxy_headers=bool(settings().public_url),
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ws_max_size=1 << 20,
    )
    ConsoleServer(config, app.state.desk).run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
