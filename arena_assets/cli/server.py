"""The server of a data folder: exactly one, everything it needs, nothing left behind.

A warm parent for run workers, one code server, the Dagster webserver on a private socket, the
console in front of it and the Dagster daemon, as children of one small process that holds the
folder's lock. Should that process be killed, the
kernel ends the children and the lock is free.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from arena_assets.actions.dagster_client import LOCATION, DagsterClient
from arena_assets.actions.server_record import ProcessRecord, ServerRecord, find_server, record_path
from arena_assets.cli.addresses import reachable_host, take_port
from arena_assets.cli.child import Child, ChildSpec
from arena_assets.cli.environment import settings_environment
from arena_assets.cli.supervisor import Supervisor
from arena_assets.errors import EnvironmentFault, FolderUnwritable, Refused

if TYPE_CHECKING:
    from arena_assets.settings import Settings

READY_SECONDS = 180.0
_TICK_SECONDS = 0.2
_SOCKET_PATH_MAX = 100
_CODE_SOCKET, _WEB_SOCKET = "code.sock", "web.sock"
_WARM, _CODE, _WEB, _CONSOLE, _DAEMON = (
    "warm parent",
    "code server",
    "webserver",
    "console",
    "daemon",
)


class Stopped(Exception):
    """A signal asked the server to stop."""


@dataclass(slots=True)
class StopSignal:
    """Counts SIGTERM and SIGINT: the first asks for a clean end, the second for a quick one."""

    received: int = 0

    def __enter__(self) -> StopSignal:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)

    def _note(self, _number: int, _frame: object) -> None:
        self.received += 1

    def hurry(self) -> bool:
        return self.received > 1

    def check(self) -> None:
        if self.received:
            raise Stopped


def serve(
    settings: Settings,
    host: str,
    port: int,
    *,
    say: Callable[[str], None],
    ready: Callable[[ServerRecord], None],
) -> None:
    """Run the server until SIGTERM or SIGINT; ``ready`` is called once it answers.

    Port 0 takes a free one. Raises :class:`Refused` when another server has the folder,
    :class:`EnvironmentFault` when a child can't be kept running.
    """
    with ExitStack() as stack:
        stack.enter_context(_locked(settings))
        stop = stack.enter_context(StopSignal())
        chosen = take_port(host, port)
        sockets = stack.enter_context(_socket_folder(settings))
        supervisor = Supervisor(say)
        stack.callback(supervisor.stop, stop.hurry)
        stack.callback(record_path(settings).unlink, missing_ok=True)
        with suppress(Stopped):
            environment = _prepare(settings, stop)
            url = f"http://{reachable_host(host)}:{chosen}"
            _start(settings, supervisor, environment, (host, chosen), sockets, stop)
            _await_location(sockets / _WEB_SOCKET, supervisor, stop)
            _await_console(url, supervisor, stop)
            record = _write_record(settings, url, sockets, supervisor)
            ready(record)
            while True:
                stop.check()
                if supervisor.tend():
                    _write_record(settings, url, sockets, supervisor)
                time.sleep(_TICK_SECONDS)


@contextmanager
def running_server(
    settings: Settings, *, port: int = 0, say: Callable[[str], None] = lambda _text: None
) -> Iterator[ServerRecord]:
    """The folder's server: the one that runs, or one of our own that ends with the block.

    Our own is ``arena serve`` in a process of its own, so that this process may use threads.
    """
    found = find_server(settings)
    if found is not None:
        yield found
        return
    say("Starting the server…")
    argv = [sys.executable, "-m", "arena_assets.cli.main"]
    argv += ["serve", "--port", str(port), "--no-open"]
    log = settings.data_dir / "logs" / "serve.log"
    _make_folder(log.parent)
    spec = ChildSpec(
        name="server",
        argv=argv,
        env=settings_environment(settings),
        log=log,
        grace_seconds=90.0,
        orphan_signal=signal.SIGTERM,
    )
    child = Child.start(spec)
    try:
        yield _await_record(settings, child)
    finally:
        child.stop(lambda: False)


def _await_record(settings: Settings, child: Child) -> ServerRecord:
    give_up = time.monotonic() + READY_SECONDS + 60
    while time.monotonic() < give_up and child.running:
        found = find_server(settings)
        if found is not None:
            return found
        time.sleep(_TICK_SECONDS)
    raise EnvironmentFault(
        f"The server did not start ({child.last_words(1) or child.ending})",
        f"Read {child.spec.log}, then try 'arena doctor'",
    )


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    """The folder's lock, held by an open file: it is free again however this process ends."""
    _make_folder(settings.data_dir)
    _make_folder(settings.data_dir / "logs")
    handle = os.open(settings.data_dir / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            record = find_server(settings)
            where = f"at {record.url}" if record else "and is just starting"
            raise Refused(
                f"A server for {settings.data_dir} runs already {where}",
                "Use that one, stop it first, or set ARENA_DATA_DIR to another folder",
            ) from error
        yield
    finally:
        os.close(handle)


def _prepare(settings: Settings, stop: StopSignal) -> dict[str, str]:
    """Tables, Dagster's home and pools, made in a child; returns the children's environment."""
    environment = {**settings_environment(settings), "PYTHONUNBUFFERED": "1"}
    log = settings.data_dir / "logs" / "prepare.log"
    with log.open("ab") as errors:
        done = subprocess.run(
            [sys.executable, "-m", "arena_assets.cli.prepare"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
        )
    stop.check()
    try:
        told: dict[str, str] = json.loads(done.stdout)
    except ValueError as error:
        raise EnvironmentFault(
            f"The data folder could not be made ready (code {done.returncode})",
            f"Read {log}, then try 'arena doctor'",
        ) from error
    if done.returncode:
        raise EnvironmentFault(told["what"], told["next_step"])
    return {**environment, **told}


def _start(
    settings: Settings,
    supervisor: Supervisor,
    environment: dict[str, str],
    address: tuple[str, int],
    sockets: Path,
    stop: StopSignal,
) -> None:
    """Start the children, each once what it needs is there."""
    home, logs = settings.dagster_home, settings.data_dir / "logs"
    workspace = home / "workspace.yaml"
    socket, web_socket = sockets / _CODE_SOCKET, sockets / _WEB_SOCKET
    workspace.write_text(_workspace(socket), encoding="utf-8")
    host, port = address

    def child(name: str, *argv: str, grace: float = 10.0, orphan: int = signal.SIGKILL) -> Child:
        log = logs / f"{name.replace(' ', '_')}.log"
        command = [sys.executable, "-m", *argv]
        return supervisor.start(
            ChildSpec(name, command, environment, log, grace, signal.Signals(orphan))
        )

    socket.unlink(missing_ok=True)
    web_socket.unlink(missing_ok=True)
    # The warm parent stops its workers itself, which takes as long as they clean up.
    warm = child(_WARM, "arena_assets.defs.warm", str(home), grace=45.0, orphan=signal.SIGTERM)
    code = child(
        _CODE,
        *("dagster", "api", "grpc", "--module-name", "arena_assets.definitions"),
        *("--socket", str(socket), "--location-name", LOCATION),
        "--use-python-environment-entry-point",
    )
    _await(lambda: socket.exists(), code, stop)
    child(_WEB, "arena_assets.defs.webserver", str(web_socket), str(workspace))
    child(_CONSOLE, "arena_assets.console.serving", host, str(port), str(web_socket))
    _await(lambda: (home / "warm.sock").exists(), warm, stop)
    # At its usual level the daemon tells of every look of every sensor.
    child(_DAEMON, "dagster._daemon", "run", "-w", str(workspace), "--log-level", "warning")


def _workspace(socket: Path) -> str:
    quoted = json.dumps(str(socket))  # a JSON string is a YAML string
    return f"load_from:\n  - grpc_server: {{socket: {quoted}, location_name: {LOCATION}}}\n"


def _await(ready: Callable[[], bool], child: Child, stop: StopSignal) -> None:
    """Wait until ``ready``; raises :class:`EnvironmentFault` when the child dies first."""
    give_up = time.monotonic() + READY_SECONDS
    while not ready():
        stop.check()
        if not child.running or time.monotonic() > give_up:
            raise EnvironmentFault(
                f"The {child.spec.name} did not start ({child.last_words() or child.ending})",
                f"Read {child.spec.log}, then try 'arena doctor'",
            )
        time.sleep(_TICK_SECONDS)


def _child(supervisor: Supervisor, name: str) -> Child:
    return next(child for child in supervisor.children if child.spec.name == name)


def _await_location(socket: Path, supervisor: Supervisor, stop: StopSignal) -> None:
    """Wait until Dagster's webserver answers and has loaded the code."""
    web = _child(supervisor, _WEB)
    with DagsterClient(socket, timeout=5.0) as client:
        _await(client.answers, web, stop)
        _await(lambda: client.location().loaded, web, stop)


def _await_console(url: str, supervisor: Supervisor, stop: StopSignal) -> None:
    import httpx

    def answers() -> bool:
        with suppress(httpx.HTTPError):
            found = httpx.get(f"{url}/healthz", timeout=5.0, trust_env=False)
            return found.status_code == httpx.codes.OK
        return False

    _await(answers, _child(supervisor, _CONSOLE), stop)


def _write_record(
    settings: Settings, url: str, sockets: Path, supervisor: Supervisor
) -> ServerRecord:
    processes = {
        child.spec.name: ProcessRecord.of(child.pid)
        for child in supervisor.children
        if child.running
    }
    record = ServerRecord(url, str(sockets / _WEB_SOCKET), ProcessRecord.of(os.getpid()), processes)
    record.write(settings)
    return record


@contextmanager
def _socket_folder(settings: Settings) -> Iterator[Path]:
    """Where the code server and Dagster's webserver listen: Dagster's home when its path is short
    enough for a Unix socket (107 bytes), else a folder of our own that nobody else may enter."""
    place = settings.dagster_home
    if len(os.fsencode(place / _CODE_SOCKET)) <= _SOCKET_PATH_MAX:
        yield place
        for name in (_CODE_SOCKET, _WEB_SOCKET):
            (place / name).unlink(missing_ok=True)
        return
    with tempfile.TemporaryDirectory(prefix="arena-") as folder:
        yield Path(folder)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderUnwritable(
            f"The folder {folder} cannot be made ({error.strerror or error})",
            "Give this user the right to write there or set ARENA_DATA_DIR to another folder",
        ) from error
