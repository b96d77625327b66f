"""The warm parent: one process with everything imported, forked for each run.

It listens on a Unix socket inside ``DAGSTER_HOME``, whose folder only its owner may enter, and
answers one line of JSON with the worker's pid. It has no threads and opens no connection of its
own, so a fork of it is whole. When it ends, its workers are told to stop and clean up.

Start it with ``python -m arena_assets.defs.warm DAGSTER_HOME``; ``arena serve`` does.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from dagster._grpc.types import ExecuteRunArgs

_SOCKET = "warm.sock"
_ANSWER_SECONDS = 10.0
_STOP_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1
_PRELOAD = (
    "dagster._cli.api",
    "dagster._core.instance.factory",
    "dagster._core.storage.sqlite_storage",
    "dagster._core.storage.legacy_storage",
    "dagster._core.storage.local_compute_log_manager",
    "dagster._core.run_coordinator",
    "dagster._core.execution.api",
    "dagster_postgres",
    "upath.implementations.local",
    "arena_assets.definitions",
    "arena_assets.workshop.studio",
    "arena_assets.workshop.verdict",
    "arena_assets.export.publish",
    "arena_assets.export.packing",
    "arena_assets.scene.stage",
    "arena_assets.scene.gltf",
    "arena_assets.scene.plan",
    "arena_assets.score.render",
    "arena_assets.video.clip",
    "arena_assets.video.sequence",
    "arena_assets.video.final",
    "arena_assets.inspect.picture",
    "arena_assets.inspect.video",
    "arena_assets.inspect.sound",
    "arena_assets.inspect.model",
)


def start_worker(home: str, args: ExecuteRunArgs) -> int | None:
    """Ask the warm parent for a worker; its pid, or None when there is no parent to ask."""
    from dagster._serdes import serialize_value

    try:
        with _socket_path(Path(home)) as path, socket.socket(socket.AF_UNIX) as client:
            client.settimeout(_ANSWER_SECONDS)
            client.connect(path)
            client.sendall(serialize_value(args).encode() + b"\n")
            return int(json.loads(client.makefile().readline())["pid"])
    except (OSError, ValueError, KeyError):
        return None


def main(home: Path) -> None:
    """Preload, listen, fork a worker per request, until SIGTERM or SIGINT."""
    _preload()
    gc.collect()
    gc.freeze()
    workers: set[int] = set()
    stopping: list[int] = []
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    signal.signal(signal.SIGCHLD, lambda _got, _frame: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    with _listening(home) as server:
        print("ready", flush=True)
        heard: list[socket.socket | int] = [server, wake_read]
        while not stopping:
            ready, _, _ = select.select(heard, [], [], 5.0)
            if wake_read in ready:
                os.read(wake_read, 4096)
            if server in ready:
                _answer(server, workers)
            _reap(workers)
    _stop(workers)


def _preload() -> None:
    """Import everything a run needs. What can't be imported is left to the run that needs it, which
    fails with that reason where a person sees it."""
    for module in _PRELOAD:
        try:
            importlib.import_module(module)
        except ImportError as error:
            print(f"not preloaded: {module}: {error}", file=sys.stderr, flush=True)


def _answer(server: socket.socket, workers: set[int]) -> None:
    connection, _ = server.accept()
    with connection:
        connection.settimeout(_ANSWER_SECONDS)
        try:
            request = connection.makefile().readline()
        except OSError:
            return
        if not request.endswith("\n"):
            return
        pid = os.fork()
        if pid == 0:
            connection.close()
            server.close()
            _become_worker(request)
        workers.add(pid)
        with suppress(OSError):
            connection.sendall(json.dumps({"pid": pid}).encode() + b"\n")


def _become_worker(serialized_args: str) -> None:
    """Run in the forked child; never returns."""
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        # If the parent is killed, the worker is told to stop, so that nothing is orphaned.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        from dagster._cli.api import execute_run_command

        # The plain function behind the click command: the command itself would parse an argv.
        execute = cast("Callable[[str, str | None], None]", execute_run_command.callback)
        execute(serialized_args, None)
        code = 0
    except BaseException as error:
        print(f"run worker {os.getpid()}: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _stop(workers: set[int]) -> None:
    """Tell the workers to stop and clean up; kill what has not done so in time."""
    for number, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, _ANSWER_SECONDS)):
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        give_up = time.monotonic() + seconds
        while workers and time.monotonic() < give_up:
            _reap(workers)
            time.sleep(0.05)


def _reap(workers: set[int]) -> None:
    for pid in list(workers):
        with suppress(ChildProcessError):
            if not os.waitpid(pid, os.WNOHANG)[0]:
                continue
        workers.discard(pid)


@contextmanager
def _socket_path(home: Path) -> Iterator[str]:
    """The socket's path, through a folder descriptor: such a path has 107 bytes at most."""
    folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{_SOCKET}"
    finally:
        os.close(folder)


@contextmanager
def _listening(home: Path) -> Iterator[socket.socket]:
    home.chmod(0o700)
    place = home / _SOCKET
    place.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as server:
        with _socket_path(home) as path:
            server.bind(path)
        place.chmod(0o600)
        server.listen(16)
        try:
            yield server
        finally:
            place.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
