"""The server's own events: how far a job is. They may be late, lost, double."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

_AGAIN_SECONDS = 1.0
_ENDS = ("execution_success", "execution_error", "execution_interrupted")
_MESSAGE_BYTES = 16 << 20
"""Previews of pictures come as binary messages, which are thrown away."""


class Listener:
    """How far one job is, as told so far. ``fraction`` never goes back."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._news = threading.Event()
        self.fraction = 0.0
        self.node = ""

    def wait(self, seconds: float) -> None:
        """Until the job seems to have ended, or the time is over."""
        self._news.wait(seconds)
        self._news.clear()

    def hear(self, kind: str, data: Mapping[str, object]) -> None:
        nodes = data.get("nodes")
        if kind == "progress_state" and isinstance(nodes, dict):
            done = sum(
                self._weights.get(str(node), 0.0) * _share(state)
                for node, state in nodes.items()
                if isinstance(state, dict)
            )
            self.fraction = max(self.fraction, min(1.0, done / sum(self._weights.values())))
            running = [n for n, s in nodes.items() if isinstance(s, dict) and _is_running(s)]
            self.node = str(running[-1]) if running else self.node
        if kind in _ENDS or (kind == "executing" and data.get("node") is None):
            self._news.set()


def _is_running(state: Mapping[str, object]) -> bool:
    return state.get("state") == "running"


def _share(state: Mapping[str, object]) -> float:
    if state.get("state") == "finished":
        return 1.0
    value, most = state.get("value"), state.get("max")
    if isinstance(value, (int, float)) and isinstance(most, (int, float)) and most > 0:
        return min(1.0, max(0.0, value / most))
    return 0.0


class Feed:
    """One websocket to a server while jobs of this process are there."""

    def __init__(self, url: str, headers: Mapping[str, str], connect_seconds: float) -> None:
        self.client_id = uuid.uuid4().hex
        self._url = f"{url}/ws?clientId={self.client_id}"
        self._headers = dict(headers)
        self._connect_seconds = connect_seconds
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._listeners: dict[str, Listener] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def listen(self, prompt_id: str, weights: Mapping[str, float]) -> Iterator[Listener]:
        """Hear of one job. Returns at once; what is told before the connection stands is missed."""
        listener = Listener(weights)
        with self._lock:
            self._listeners[prompt_id] = listener
            self._idle.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="comfyui-feed", daemon=True)
                self._thread.start()
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners.pop(prompt_id, None)
                if not self._listeners:
                    self._idle.set()

    def _run(self) -> None:
        while not self._done():
            try:
                self._hear_all()
            except (OSError, WebSocketException, TimeoutError, ValueError):
                self._idle.wait(_AGAIN_SECONDS)

    def _done(self) -> bool:
        with self._lock:
            if self._listeners:
                return False
            self._thread = None
            return True

    def _hear_all(self) -> None:
        with connect(
            self._url,
            additional_headers=self._headers,
            open_timeout=self._connect_seconds,
            close_timeout=0.5,
            max_size=_MESSAGE_BYTES,
            proxy=None,
        ) as socket:
            while not self._idle.is_set():
                try:
                    message = socket.recv(timeout=0.5)
                except TimeoutError:
                    continue
                if isinstance(message, str):
                    self._tell(message)

    def _tell(self, message: str) -> None:
        try:
            event = json.loads(message)
        except ValueError:
            return
        data = event.get("data") if isinstance(event, dict) else None
        if isinstance(data, dict):
            with self._lock:
                listener = self._listeners.get(str(data.get("prompt_id")))
            if listener is not None:
                listener.hear(str(event.get("type")), data)
