"""The double's server: started, restarted as after a crash, stopped; with its faults at hand."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import uvicorn

from arena_assets_tests.doubles.comfyui.app import build_app
from arena_assets_tests.doubles.comfyui.faults import Faults, FaultyApp
from arena_assets_tests.doubles.comfyui.gpu import Gpu, Pace
from arena_assets_tests.doubles.comfyui.nodes import MODELS
from arena_assets_tests.doubles.comfyui.sockets import Sockets


class ComfyDouble:
    """``with ComfyDouble(folder) as double: double.url``. ``requests`` are those it was asked.

    ``own_ids``: it gives jobs ids of its own, as old versions do.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        pace: Pace | None = None,
        models: Mapping[str, tuple[str, ...]] = MODELS,
        token: str = "",
    ) -> None:
        self.folder = folder
        self.pace = pace or Pace()
        self.models = dict(models)
        self.token = token
        self.own_ids = False
        self.version = "0.3.75"
        self.faults = Faults()
        self.requests: list[str] = []
        self.port = port
        self.gpu = self._new_gpu()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> ComfyDouble:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _new_gpu(self) -> Gpu:
        self.sockets = Sockets()
        return Gpu(self.folder, self.sockets.emit, self.pace)

    def start(self) -> None:
        if not self.gpu.alive:
            self.gpu = self._new_gpu()
        # The protocol is named, as asyncio turns off delays of small packets only then.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        app = FaultyApp(build_app(self), self.faults, self.requests)
        config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="websockets-sansio")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve([listening])), daemon=True
        )
        listening.listen(128)
        self._thread.start()

    def stop(self) -> None:
        """As after SIGKILL: connections break, queue and history are gone, files stay."""
        self.gpu.kill()
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=10)
        assert not self._thread.is_alive(), "the double did not stop"

    def restart(self) -> None:
        self.stop()
        self.start()

    def forget_history(self) -> None:
        self.gpu.history.clear()
