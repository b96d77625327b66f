"""One child process of the server: its log, its life, its end."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_POLL_SECONDS = 0.05
_LOG_KEEP_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """How to start a child. ``orphan_signal`` is what the kernel sends it should we be killed;
    ``grace_seconds`` is how long it may take to stop by itself."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    grace_seconds: float = 10.0
    orphan_signal: signal.Signals = signal.SIGKILL


@dataclass(slots=True)
class Child:
    """A running child, in a session of its own: a Ctrl-C at the terminal does not reach it, so that
    children stop in our order."""

    spec: ChildSpec
    process: subprocess.Popen[bytes]
    started_at: float = field(default_factory=time.monotonic)

    @classmethod
    def start(cls, spec: ChildSpec) -> Child:
        """Start it. Call from the main thread: the kernel's signal watches the starting thread."""
        _turn_over(spec.log)
        with spec.log.open("ab") as log:
            process = subprocess.Popen(
                list(spec.argv),
                env=dict(spec.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_tied_to(os.getpid(), spec.orphan_signal),
            )
        return cls(spec, process)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        code = self.process.returncode
        if code is None:
            return "is running"
        if code < 0:
            with suppress(ValueError):
                return f"was ended by {signal.Signals(-code).name}"
        return f"ended with code {code}"

    def stop(self, hurry: Callable[[], bool]) -> None:
        """Ask it to stop, wait for its grace period or until ``hurry``, then kill its session."""
        if self.running:
            self.process.terminate()
        give_up = time.monotonic() + self.spec.grace_seconds
        while self.running and time.monotonic() < give_up and not hurry():
            time.sleep(_POLL_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def trim_log(self) -> None:
        """Keep its log from growing without bound."""
        _turn_over(self.spec.log)

    def last_words(self, lines: int = 3) -> str:
        """The end of its log, for the message about its death."""
        try:
            text = self.spec.log.read_bytes()[-4000:].decode(errors="replace")
        except OSError:
            return ""
        return " / ".join(line.strip() for line in text.strip().splitlines()[-lines:])


def _tied_to(parent: int, orphan_signal: signal.Signals) -> Callable[[], None]:
    def tie() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(orphan_signal))
        if os.getppid() != parent:  # the parent died before the kernel was told
            os._exit(1)

    return tie


def _turn_over(log: Path) -> None:
    """Keep one older log beside the present one, and neither without bound.

    Copied and emptied, not renamed: the child goes on appending to the file it has open.
    """
    with suppress(FileNotFoundError):
        if log.stat().st_size > _LOG_KEEP_BYTES:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)
