"""The double's websockets: events for a client, in order or not, or cut off."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect


class Sockets:
    """``shuffled`` sends events twice and in the wrong order; ``told`` counts what was sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Queue[Any]]] = {}
        self._held: list[tuple[str, dict[str, Any]]] = []
        self.shuffled = False
        self.told = 0

    async def serve(self, socket: WebSocket) -> None:
        await socket.accept()
        client = socket.query_params.get("clientId", "")
        queue: asyncio.Queue[Any] = asyncio.Queue()
        with self._lock:
            self._queues[client] = (asyncio.get_running_loop(), queue)
        try:
            await socket.send_json({"type": "status", "data": {"sid": client}})
            await socket.send_bytes(b"\x00\x00\x00\x01\x00\x00\x00\x01 a preview")
            while (event := await queue.get()) is not None:
                await socket.send_json(event)
                self.told += 1
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            with self._lock:
                self._queues.pop(client, None)

    def emit(self, client: str | None, kind: str, data: dict[str, Any]) -> None:
        """Send an event from the GPU's thread."""
        events = [(kind, data)]
        if self.shuffled:
            self._held.append((kind, data))
            if len(self._held) < 4:
                return
            events, self._held = [*reversed(self._held), *self._held], []
        for name, told in events:
            self._post(client or "", {"type": name, "data": told})

    def drop_all(self) -> None:
        """Cut every websocket."""
        with self._lock:
            clients = list(self._queues)
        for client in clients:
            self._post(client, None)

    def _post(self, client: str, event: dict[str, Any] | None) -> None:
        with self._lock:
            loop, queue = self._queues.get(client, (None, None))
        if loop is not None and queue is not None and not loop.is_closed():
            loop.call_soon_threadsafe(queue.put_nowait, event)
