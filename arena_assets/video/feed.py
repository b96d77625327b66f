"""Drawn frames into a Theora encoder as they come, through a pipe.

The encoder is the bundled ffmpeg, as PyAV has no Theora, held and ended as :mod:`process` does.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from arena_assets.errors import Transient
from arena_assets.video.canvas import Canvas
from arena_assets.video.matrix import Bt601Frame
from arena_assets.video.process import before_ffmpeg, fault_of, ffmpeg_path
from arena_assets.video.profile import Profile

_STALL_SECONDS = 120.0
_WAIT_SECONDS = 0.5
_PIPE_BYTES = 1 << 20
"""The most Linux gives anybody: at the usual 64 KB a frame would take fifty turns of each side."""


class TheoraFeed:
    """One run of the encoder; frames in, an Ogg file out. Use it as a context: it ends the child.

    ``options`` are ffmpeg's for the output. ``check_cancelled`` is called while the encoder has no
    time for another frame, and may raise.
    """

    def __init__(
        self,
        target: Path,
        profile: Profile,
        options: tuple[str, ...],
        frame: Bt601Frame,
        check_cancelled: Callable[[], None],
    ) -> None:
        self._target = target
        self._frame = frame
        self._check_cancelled = check_cancelled
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        command = [
            ffmpeg_path(), "-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y",
            "-protocol_whitelist", "pipe", "-f", "rawvideo", "-pixel_format", "yuv420p",
            "-video_size", f"{profile.width}x{profile.height}", "-framerate", str(profile.fps),
            "-i", "pipe:0", *options, f"file:{target}",
        ]  # fmt: skip
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            start_new_session=True,
            preexec_fn=before_ffmpeg(os.getpid()),
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        )
        assert self._child.stdin is not None  # noqa: S101 - asked for above
        self._pipe = self._child.stdin.fileno()
        os.set_blocking(self._pipe, False)
        with suppress(OSError):  # a user may have used up what pipes may take
            fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    def __enter__(self) -> TheoraFeed:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def write(self, canvas: Canvas) -> None:
        """Convert a frame and hand it over. Raises what made the encoder stop, if it did."""
        self._frame.take(canvas)
        left = memoryview(self._frame.buffer.data)
        heard = time.monotonic()
        while left:
            _, ready, _ = select.select([], [self._pipe], [], _WAIT_SECONDS)
            if ready:
                try:
                    left = left[os.write(self._pipe, left) :]
                except BrokenPipeError as error:
                    self._child.wait()
                    raise self._fault() from error
                heard = time.monotonic()
                continue
            self._check_cancelled()
            if time.monotonic() - heard > _STALL_SECONDS:
                raise self._stalled()

    def end(self) -> None:
        """Say that there are no more frames; the encoder goes on alone."""
        assert self._child.stdin is not None  # noqa: S101 - asked for above
        self._child.stdin.close()

    def finish(self) -> None:
        """Wait for the file to be whole. Raises what made the encoder stop, if it did.

        Once it is, asking again does nothing.
        """
        if self._child.returncode == 0:
            return
        self.end()
        started = time.monotonic()
        while True:
            with suppress(subprocess.TimeoutExpired):
                if self._child.wait(_WAIT_SECONDS):
                    raise self._fault()
                break
            self._check_cancelled()
            if time.monotonic() - started > _STALL_SECONDS:
                raise self._stalled()
        self._said.close()

    def kill(self) -> None:
        """End the child at once if it runs."""
        if self._child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
        with suppress(OSError):
            self.end()
        self._said.close()

    def _stalled(self) -> Transient:
        return Transient(
            f"ffmpeg stood still for {_STALL_SECONDS:.0f} s while writing {self._target.name}",
            "Run the work again; if it repeats, look at the load of this machine",
        )

    def _fault(self) -> Exception:
        self._said.seek(0)
        said = self._said.read(4000).decode(errors="replace")
        return fault_of(said, self._target, self._child.returncode)
