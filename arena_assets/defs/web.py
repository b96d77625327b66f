"""Dagster's webserver on a Unix socket that only this user may open, below ``/dagster``.

``arena serve`` runs it as ``python -m arena_assets.defs.web WORKSPACE SOCKET``; the console is its
only door for browsers. ``dagster-webserver`` itself can only listen on a port, which anybody on
the machine could reach without signing in.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

PREFIX = "/dagster"
_POLL_MILLISECONDS = 2000
"""How often the UI asks for live data, as by Dagster's own default."""


def serve(workspace: Path, listening: socket.socket) -> None:
    """Serve until a signal asks to stop."""
    import uvicorn
    from dagster import DagsterInstance
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver.app import create_app_from_workspace_process_context
    from dagster_webserver.version import __version__

    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(
            statement_timeout=15_000, pool_recycle=3_600, max_overflow=20
        )
        with WorkspaceProcessContext(
            instance, WorkspaceFileTarget([str(workspace)]), version=__version__
        ) as context:
            app = create_app_from_workspace_process_context(context, PREFIX, _POLL_MILLISECONDS)
            config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
            uvicorn.Server(config).run(sockets=[listening])


def listen(path: Path) -> socket.socket:
    """A socket that nobody but this user may connect to, from its first moment on."""
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        made.bind(str(path))
    finally:
        os.umask(before)
    made.listen(128)
    return made


def main() -> None:
    workspace, path = (Path(each) for each in sys.argv[1:])
    serve(workspace, listen(path))


if __name__ == "__main__":
    main()
