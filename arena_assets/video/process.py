"""Running the bundled ffmpeg: no shell, no network, no orphan."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from arena_assets.errors import ContentFault, DiskFull, EnvironmentFault, Transient
from arena_assets.video.limits import limits
from arena_assets.video.opening import LOCAL_ONLY

_PR_SET_PDEATHSIG = 1
# Without -xerror an input that ends in an error counts as one that ends.
_HEADER = ("-hide_banner", "-nostdin", "-nostats", "-v", "error", "-xerror", "-y")
_STALL_SECONDS = 120.0
"""ffmpeg reports twice a second; longer silence than this means that it hangs."""


@functools.cache
def ffmpeg_path() -> str:
    """The static ffmpeg that comes with imageio-ffmpeg."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise EnvironmentFault(
            "There is no ffmpeg on this machine", "Install imageio-ffmpeg with its binary wheel"
        ) from error


def source(path: Path, *options: str) -> tuple[str, ...]:
    """Arguments that open a local file, and only local files, with these input options."""
    local = (word for name, value in LOCAL_ONLY.items() for word in (f"-{name}", value))
    return (*local, *options, "-i", f"file:{path}")


def run_ffmpeg(
    arguments: Sequence[str],
    target: Path,
    *,
    frames: int,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> None:
    """Run ffmpeg over a list of arguments into ``target`` and wait.

    ``check_cancelled`` is called about twice a second and may raise: the child is then killed with
    its whole session. It is killed as well when this process dies, however it dies. It may use as
    much memory as :mod:`limits` says. Raises ContentFault when ffmpeg fails.
    """
    command = [
        ffmpeg_path(), *_HEADER, *arguments,
        "-progress", "pipe:1", "-stats_period", "0.25", f"file:{target}",
    ]  # fmt: skip
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=before_ffmpeg(os.getpid()),
        text=True,
        env=environment,
    ) as child:
        said: list[str] = []
        listener = threading.Thread(target=_collect, args=(child, said), daemon=True)
        listener.start()
        watchdog = _Watchdog(child)
        try:
            assert child.stdout is not None  # noqa: S101 - asked for above
            for line in child.stdout:
                watchdog.fed()
                check_cancelled()
                name, _, value = line.strip().partition("=")
                if name == "frame" and value.isdigit():
                    progress(min(1.0, int(value) / frames))
            code = child.wait()
        finally:
            watchdog.stop()
            kill_session(child)
            listener.join()
    if watchdog.barked:
        raise Transient(
            f"ffmpeg stood still for {_STALL_SECONDS:.0f} s while writing {target.name}",
            "Run the work again; if it repeats, look at the load of this machine",
        )
    if code:
        raise fault_of("".join(said), target, code)


def kill_session(child: subprocess.Popen[str]) -> None:
    """End a child and everything it started, at once; SIGTERM would let ffmpeg finish its file."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


class _Watchdog:
    """Kills a child that has been silent for too long."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child
        self._heard = time.monotonic()
        self._stop = threading.Event()
        self.barked = False
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def fed(self) -> None:
        self._heard = time.monotonic()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(1.0):
            if time.monotonic() - self._heard > _STALL_SECONDS:
                self.barked = True
                kill_session(self._child)
                return


def _collect(child: subprocess.Popen[str], said: list[str]) -> None:
    assert child.stderr is not None  # noqa: S101 - asked for by the caller
    for line in child.stderr:
        if len(said) < 40:
            said.append(line[:500])


def before_ffmpeg(parent: int) -> Callable[[], None] | None:
    """What a child runs before ffmpeg: it takes its memory limit, and asks to be killed when the
    thread it came from ends.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    hold = limits().hold_child

    def ask() -> None:
        hold()
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return ask


def fault_of(said: str, target: Path, code: int) -> Exception:
    """What ffmpeg said, and how it ended, as the error that a person can act on."""
    if "No space left on device" in said or code == -signal.SIGXFSZ:
        return DiskFull(
            f"The disk of {target.parent} is full",
            "Free some space, then run the work again: it resumes",
        )
    if "Cannot allocate memory" in said:
        return EnvironmentFault(
            f"ffmpeg needs more than {limits().child_memory_mb} MB to write {target.name}",
            "Raise ARENA_ENCODE_MEMORY_MB, or lower the size of the videos",
        )
    last = said.strip().splitlines()[-1] if said.strip() else "it gave no reason"
    return ContentFault(
        f"ffmpeg could not write {target.name}: {last}",
        "Make what it was made from again, then this",
    )
