"""Dagster's own webserver on a Unix socket, under ``/dagster``, for the console in front of it.

``python -m arena_assets.defs.webserver SOCKET WORKSPACE`` does what Dagster's command does, with
three differences: no TCP port, no telemetry, and only this user may open the socket.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__

PREFIX = "/dagster"
_STATEMENT_MILLISECONDS = 15_000
_POOL_RECYCLE_SECONDS = 3_600
_POOL_OVERFLOW = 20
_GRACE_SECONDS = 3


def private_socket(place: Path) -> socket.socket:
    """A listening socket that only this user may open (mode 0600 from its first moment)."""
    place.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(place))
    finally:
        os.umask(before)
    listening.listen(128)
    return listening


def main(place: Path, workspace: Path) -> None:
    """Serve until SIGTERM."""
    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(
            _STATEMENT_MILLISECONDS, _POOL_RECYCLE_SECONDS, _POOL_OVERFLOW
        )
        target = WorkspaceFileTarget(paths=[str(workspace)])
        with WorkspaceProcessContext(
            instance, version=__version__, workspace_load_target=target
        ) as context:
            app = create_app_from_workspace_process_context(context, PREFIX)
            # Bound by us and not by uvicorn, which opens its Unix sockets to everybody.
            listening = private_socket(place)
            config = uvicorn.Config(
                app, log_level="warning", timeout_graceful_shutdown=_GRACE_SECONDS
            )
            try:
                uvicorn.Server(config).run(sockets=[listening])
            finally:
                place.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
