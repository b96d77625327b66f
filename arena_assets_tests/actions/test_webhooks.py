"""Webhooks never reach inwards, are signed, sent once, and tried again when nobody answers."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from arena_assets.actions.webhooks import sending
from arena_assets.actions.webhooks.addresses import checked, public
from arena_assets.actions.webhooks.signing import HEADER, holds, signed
from arena_assets.errors import ArenaError, UsageFault
from arena_assets.store import base, events
from arena_assets.store.database import Database
from arena_assets.store.versions import ensure_project
from arena_assets.store.webhooks import deliveries_of, remove_webhook
from arena_assets_tests.store.samples import place

HOSTILE = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://10.0.0.1/",
    "https://10.255.255.255/",
    "https://172.16.0.1/",
    "https://172.31.255.254/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://169.254.0.1/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://192.0.2.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "//example.com/",
    "https://",
    "https:///path",
    "https://user@example.com/",
    "https://user:word@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com/#@127.0.0.1",
    "https://example.com /",
    "https://exa\nmple.com/",
    "https://example.com/\r\nHost: inside",
    "https://①②⑦.0.0.1/",
    "https://metadata.google.internal/",
    "https://example.com/" + "a" * 3000,
]
INSIDE = {
    "metadata.google.internal": "169.254.169.254",
    "rebound.example": "10.0.0.7",
    "example.com": "93.184.215.14",
}


def look_up(host: str, port: int) -> list[str]:
    """Names of these tests without a resolver; numbers as the system reads them."""
    import socket

    if host in INSIDE:
        return [INSIDE[host]]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(each[4][0]) for each in found]


def system_look_up(host: str, port: int) -> list[str]:
    return ["127.0.0.1"] if host.startswith("localhost") else look_up(host, port)


def test_there_are_enough_hostile_addresses() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("url", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_address_is_refused(url: str) -> None:
    with pytest.raises(UsageFault):
        checked(url, look_up=system_look_up)


def test_a_public_address_is_pinned_under_its_name() -> None:
    target = checked("https://example.com:8443/a?b=c", look_up=look_up)
    assert target.url == "https://93.184.215.14:8443/a?b=c"
    assert (target.host, target.host_header) == ("example.com", "example.com:8443")
    assert not public("not an address")


def test_one_inward_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(UsageFault):
        checked("https://both.example/", look_up=lambda *_: ["93.184.215.14", "127.0.0.1"])


def test_a_name_that_turns_inward_after_registering_is_not_sent_to(db: Database) -> None:
    place(db)
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    hook_id, _ = sending.register(
        db, "cards", "https://rebound.example/", [], who="ann", look_up=lambda *_: next(answers)
    )
    events.append(db, "arena_published", arena_id=1)
    sending.queue_events(db)
    assert sending.send_due(db, look_up=lambda *_: next(answers)) == 1
    (delivery,) = deliveries_of(db, hook_id)
    assert (delivery.state, delivery.attempts, delivery.status) == ("waiting", 1, None)
    assert "not on the public Internet" in str(delivery.error)


def test_a_signature_holds_for_its_body_its_secret_and_five_minutes() -> None:
    header = signed("s", b"body", 1_000_000)
    assert holds("s", header, b"body", 1_000_100)
    assert not holds("s", header, b"other", 1_000_100)
    assert not holds("t", header, b"body", 1_000_100)
    assert not holds("s", header, b"body", 1_000_301)
    assert not holds("s", header.replace("t=1000000", "t=1000100"), b"body", 1_000_100)
    assert not holds("s", "nonsense", b"body", 1_000_100)


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))  # type: ignore[attr-defined]
        status = self.server.answers.pop(0)  # type: ignore[attr-defined]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


class _Server(socketserver.ThreadingMixIn, HTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []


@pytest.fixture
def receiver() -> Iterator[_Server]:
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_events_are_sent_signed_once_and_again_after_a_failure(
    db: Database, receiver: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = place(db)
    url = f"http://127.0.0.1:{receiver.server_port}/hook"
    own = ["127.0.0.1"]
    hook_id, secret = sending.register(db, "cards", url, ["arena_failed"], who="ann", own_hosts=own)
    other = ensure_project(db, "other")
    events.append(db, "arena_failed", arena_id=arena_id, data={"reason": "x"})
    events.append(db, "arena_failed", project_id=other)
    events.append(db, "arena_queued", arena_id=arena_id)
    for _ in range(2):
        sending.queue_events(db)
    receiver.answers = [500, 302, 204]
    assert sending.send_due(db, own) == 1
    assert sending.send_due(db, own) == 0, "it waits before it tries again"
    later = base.utc_now() + timedelta(hours=1)
    for _ in range(2):
        monkeypatch.setattr("arena_assets.store.webhooks.utc_now", lambda at=later: at)
        later += timedelta(hours=2)
        assert sending.send_due(db, own) == 1
    assert sending.send_due(db, own) == 0
    (delivery,) = deliveries_of(db, hook_id)
    assert (delivery.state, delivery.attempts, delivery.status) == ("delivered", 3, 204)
    assert len(receiver.heard) == 3
    headers, body = receiver.heard[-1]
    told = json.loads(body)
    assert (told["kind"], told["project"], told["words"]) == (
        "arena_failed",
        "cards",
        "arena-000001 failed",
    )
    at = int(headers[HEADER].split(",")[0].removeprefix("t="))
    assert holds(secret, headers[HEADER], body, at)


def test_after_the_last_attempt_it_is_given_up(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = place(db)

    def gone(*_: object) -> list[str]:
        return ["93.184.215.14"]

    hook_id, _ = sending.register(db, "cards", "https://gone.example/", [], who="ann", look_up=gone)
    events.append(db, "arena_failed", arena_id=arena_id)
    sending.queue_events(db)
    later = base.utc_now()
    waits = [sending.wait_seconds(n) for n in range(1, sending.ATTEMPTS)]
    assert waits[:3] == [10, 20, 40]
    assert max(waits) == 3600
    for _ in range(sending.ATTEMPTS):
        later += timedelta(hours=2)
        monkeypatch.setattr("arena_assets.store.webhooks.utc_now", lambda at=later: at)
        sending.send_due(db, look_up=lambda *_: ["10.0.0.1"])
    (delivery,) = deliveries_of(db, hook_id)
    assert (delivery.state, delivery.attempts) == ("given_up", sending.ATTEMPTS)
    remove_webhook(db, hook_id)
    assert deliveries_of(db, hook_id) == []


def test_the_kinds_of_a_webhook_are_plain_names(db: Database) -> None:
    place(db)
    with pytest.raises(ArenaError, match="kinds of events"):
        sending.register(db, "cards", "https://example.com/", ["a b"], who="ann", look_up=look_up)
