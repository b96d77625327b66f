"""Addresses that lead inwards are refused, and no redirect of a receiver is followed."""

from __future__ import annotations

import ast
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import arena_assets
from arena_assets.actions.webhooks import sending
from arena_assets.actions.webhooks.addresses import checked
from arena_assets.errors import UsageFault
from arena_assets.store import events
from arena_assets.store.database import Database
from arena_assets.store.webhooks import deliveries_of, remove_webhook
from arena_assets_tests.actions.test_webhooks import HOSTILE, system_look_up
from arena_assets_tests.counting import Counted
from arena_assets_tests.store.samples import place

_STATUSES = (300, 301, 302, 303, 305, 307, 308)
_TARGETS = (
    "http://127.0.0.1:{port}/inside",
    "http://localhost:{port}/inside",
    "http://169.254.169.254/latest/meta-data/",
    "//127.0.0.1:{port}/inside",
    "/inside",
    "file:///etc/passwd",
)


@contextmanager
def _answering(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that answers everything alike, and the first line of each request it got."""
    asked: list[bytes] = []
    over = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.05)

        def serve() -> None:
            while not over.is_set():
                try:
                    caller, _ = listening.accept()
                except TimeoutError:
                    continue
                with caller:
                    caller.settimeout(5)
                    asked.append(caller.recv(65_536).partition(b"\r\n")[0])
                    port = str(listening.getsockname()[1]).encode()
                    caller.sendall(answer.replace(b"{port}", port))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1], asked
        finally:
            over.set()
            thread.join()


def test_no_redirect_is_followed(db: Database, counted: Counted) -> None:
    place(db)
    tried = 0
    for status in _STATUSES:
        for target in _TARGETS:
            answer = f"HTTP/1.1 {status} X\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
            with _answering(answer.encode()) as (port, asked):
                url, own = f"http://127.0.0.1:{port}/hook", ["127.0.0.1"]
                hook, _ = sending.register(
                    db, "cards", url, ["arena_failed"], who="ann", own_hosts=own
                )
                events.append(db, "arena_failed", arena_id=1)
                sending.queue_events(db)
                sending.send_due(db, hook, own)
                assert asked == [b"POST /hook HTTP/1.1"]
            (delivery,) = deliveries_of(db, hook)
            assert (delivery.state, delivery.status) == ("waiting", status)
            remove_webhook(db, hook)
            tried += 1
    counted("redirects of a receiver not followed", tried)


def test_hostile_addresses_are_refused(counted: Counted) -> None:
    for url in HOSTILE:
        with pytest.raises(UsageFault):
            checked(url, look_up=system_look_up)
    assert len(set(HOSTILE)) >= 40
    counted("addresses that lead inwards refused", len(HOSTILE))


def test_no_code_of_ours_follows_redirects() -> None:
    """Wherever a client is made or asked, nothing turns following on."""
    found = []
    for path in Path(arena_assets.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and str(node.arg).endswith("_redirects"):
                off = isinstance(node.value, ast.Constant) and node.value.value is False
                found += [] if off else [f"{path.name}:{node.value.lineno}"]
            if isinstance(node, ast.Attribute) and node.attr in ("urlopen", "urlretrieve"):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []
