"""The console with 10,000 arenas in its database: p95 of each page, and of how late events are.

Sequential requests of one person over loopback, against the console's own process. Every arena has
all 43 results, their manifests of a real arena's size, and the events of one run. Prints a table,
and one line of JSON last. Targets: 100 ms for a page, 300 ms for an event.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import numpy as np

from arena_assets.console.auth.cookies import SESSION_COOKIE
from arena_assets.domain.roles import Role
from arena_assets.settings import Settings
from arena_assets.store import events
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database
from arena_assets.store.sessions import open_session
from arena_assets.store.users import add_user
from benchmarks.many_arenas import ARENAS, fill

_PAGES = (
    "/",
    "/overview",
    "/requests",
    "/requests/new?project=bench-0",
    "/requests/60",
    "/requests/60/live",
    "/arenas",
    "/arenas?before=5000",
    "/arenas?theme=crystal_cavern&color=AZURE",
    "/arenas?q=Hall+77",
    "/arenas/arena-005000",
    "/arenas/arena-005000/live",
    "/arenas/arena-005000/slots/image_set/view_03",
    "/review",
    "/review?arena=arena-005000",
    "/projects",
    "/projects/bench-0",
    "/operations",
    "/operations/live",
    "/calls",
)
_TIMES = 20
_EVENTS = 100
PAGE_TARGET_MS, EVENT_TARGET_MS = 100.0, 300.0


def main() -> None:
    """Fill, serve, measure."""
    with tempfile.TemporaryDirectory(prefix="bench-console-") as folder:
        settings = Settings(data_dir=Path(folder) / "data")
        settings.data_dir.mkdir(parents=True)
        db = Database(settings.sqlalchemy_url)
        db.migrate()
        began = time.perf_counter()
        fill(db, BlobStore(settings.blob_dir))
        print(f"{ARENAS:,} arenas written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        user = add_user(db, "Bench", Role.ADMIN, None)
        session = open_session(db, user.user_id, "bench", timedelta(hours=1))
        with _console(settings) as url:
            client = httpx.Client(base_url=url, cookies={SESSION_COOKIE: session}, timeout=60)
            pages = {path: _page_ms(client, path) for path in _PAGES}
            lags = _event_ms(db, client)
        db.dispose()
    found = {
        "arenas": ARENAS,
        "pages_p95_ms": {path: round(p95, 1) for path, p95 in pages.items()},
        "page_target_ms": PAGE_TARGET_MS,
        "event_lag_p95_ms": round(lags, 1),
        "event_target_ms": EVENT_TARGET_MS,
    }
    for path, p95 in pages.items():
        print(f"{p95:8.1f} ms  {path}", file=sys.stderr)
    print(f"{lags:8.1f} ms  event lag", file=sys.stderr)
    print(json.dumps(found))


def _page_ms(client: httpx.Client, path: str) -> float:
    """p95 of the milliseconds to the last byte, after two that warm it."""
    taken = []
    for number in range(_TIMES + 2):
        began = time.perf_counter()
        answer = client.get(path, headers={"accept": "text/html"})
        if answer.status_code != httpx.codes.OK:
            raise SystemExit(f"{path} answered {answer.status_code}: {answer.text[:400]}")
        if number > 1:
            taken.append(1000 * (time.perf_counter() - began))
    return float(np.percentile(taken, 95))


def _event_ms(db: Database, client: httpx.Client) -> float:
    """p95 of the milliseconds from an event's commit to its line in an open stream."""
    sent: dict[str, float] = {}

    def write() -> None:
        for number in range(_EVENTS):
            time.sleep(0.07)
            name = f"bench-{number}"
            events.append(db, "slot_progress", arena_id=5000, data={"note": name})
            sent[name] = time.perf_counter()

    lags: list[float] = []
    heard: dict[str, float] = {}
    with client.stream("GET", "/api/v1/events") as answer:
        writer = threading.Thread(target=write)
        writer.start()
        names = [f"bench-{number}" for number in range(_EVENTS)]
        for line in answer.iter_lines():
            if line.startswith("data:"):
                now = time.perf_counter()
                heard[names[len(heard)]] = now
            if len(heard) == _EVENTS:
                break
        writer.join()
    lags = [1000 * max(0.0, heard[name] - sent[name]) for name in names]
    return float(np.percentile(lags, 95))


@contextmanager
def _console(settings: Settings) -> Iterator[str]:
    """The console's own process on a free port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "arena_assets.console.serving", "127.0.0.1", str(port)]
    process = subprocess.Popen(
        [*command, str(settings.data_dir / "dagster.sock")],
        env={**os.environ, "ARENA_DATA_DIR": str(settings.data_dir)},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{url}/healthz", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()
