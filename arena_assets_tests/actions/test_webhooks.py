"""Webhooks never reach inwards, are signed, sent once, and tried again when nobody answers."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest

from arena_assets.actions.webhooks import sending
from arena_assets.actions.webhooks.addresses import checked, kind_of, public
from arena_assets.actions.webhooks.signing import HEADER, holds, signed
from arena_assets.actions.webhooks.trial import KIND, try_out
from arena_assets.errors import ArenaError, UsageFault
from arena_assets.store import base, events
from arena_assets.store.database import Database
from arena_assets.store.versions import ensure_project, project_id_of
from arena_assets.store.webhooks import (
    Delivery,
    Webhook,
    add_webhook,
    begin_trial,
    deliveries_of,
    get_webhook,
    pause_webhook,
    remove_webhook,
    send_again,
)
from arena_assets_tests.hook_receiver import Receiver, receiver
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import place

__all__ = ["receiver"]

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


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("127.0.0.1", "this machine itself"),
        ("::1", "this machine itself"),
        ("::ffff:127.0.0.1", "this machine itself"),
        ("0.0.0.0", "this machine itself"),  # noqa: S104 - no binding
        ("10.1.2.3", "a private network"),
        ("64:ff9b::a01:203", "a private network"),
        ("fd00::1", "a private network"),
        ("169.254.169.254", "the local link, where clouds keep their machines' secrets"),
        ("192.0.0.192", "the local link, where clouds keep their machines' secrets"),
        ("100.64.0.1", "a provider's inner network"),
        ("224.0.0.1", "many machines at once (multicast)"),
        ("198.18.0.1", "a reserved range"),
        ("2001:db8::1", "a reserved range"),
    ],
)
def test_a_refusal_says_what_kind_of_place_it_would_have_reached(address: str, place: str) -> None:
    assert kind_of(address) == place
    with pytest.raises(UsageFault) as refused:
        checked("https://inside.example/", look_up=lambda *_: [address])
    assert f"it leads to {place}" in str(refused.value)
    assert address not in str(refused.value), "what a name inside leads to is nobody's business"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://user@example.com/", "a user's name"),
        ("ftp://example.com/", "does not begin with https"),
        ("http://example.com/", "by https alone, not by http"),
        ("https://", "names no host"),
        ("https://example.com/#x", "a fragment"),
        ("https://example.com:99999/", "is no URL"),
    ],
)
def test_a_refusal_says_what_is_wrong_with_the_address(url: str, why: str) -> None:
    with pytest.raises(UsageFault) as refused:
        checked(url, look_up=look_up)
    assert why in str(refused.value)


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
    assert sending.send_due(db, hook_id, look_up=lambda *_: next(answers)) == 1
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


def test_events_are_sent_signed_once_and_again_after_a_failure(
    db: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = place(db)
    url = receiver.url
    own = ["127.0.0.1"]
    hook_id, secret = sending.register(db, "cards", url, ["arena_failed"], who="ann", own_hosts=own)
    other = ensure_project(db, "other")
    events.append(db, "arena_failed", arena_id=arena_id, data={"reason": "x"})
    events.append(db, "arena_failed", project_id=other)
    events.append(db, "arena_queued", arena_id=arena_id)
    for _ in range(2):
        sending.queue_events(db)
    receiver.answers = [500, 302, 204]
    assert sending.send_due(db, hook_id, own) == 1
    assert sending.send_due(db, hook_id, own) == 0, "it waits before it tries again"
    later = base.utc_now() + timedelta(hours=1)
    for _ in range(2):
        monkeypatch.setattr("arena_assets.store.webhooks.utc_now", lambda at=later: at)
        later += timedelta(hours=2)
        assert sending.send_due(db, hook_id, own) == 1
    assert sending.send_due(db, hook_id, own) == 0
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
        sending.send_due(db, hook_id, look_up=lambda *_: ["10.0.0.1"])
    (delivery,) = deliveries_of(db, hook_id)
    assert (delivery.state, delivery.attempts) == ("given_up", sending.ATTEMPTS)
    remove_webhook(db, hook_id)
    assert deliveries_of(db, hook_id) == []


def test_the_kinds_of_a_webhook_are_plain_names(db: Database) -> None:
    place(db)
    with pytest.raises(ArenaError, match="kinds of events"):
        sending.register(db, "cards", "https://example.com/", ["a b"], who="ann", look_up=look_up)


def test_a_paused_webhook_gets_nothing_and_goes_on_with_what_waited(
    db: Database, receiver: Receiver
) -> None:
    (arena_id,) = place(db)
    own = ["127.0.0.1"]
    hook_id, _ = sending.register(db, "cards", receiver.url, [], who="ann", own_hosts=own)
    events.append(db, "arena_queued", arena_id=arena_id)
    sending.queue_events(db)
    waiting = len(deliveries_of(db, hook_id))
    assert waiting >= 1
    pause_webhook(db, hook_id, True)
    events.append(db, "arena_failed", arena_id=arena_id)
    sending.queue_events(db)
    assert sending.send_due(db, hook_id, own) == 0
    pause_webhook(db, hook_id, False)
    sending.queue_events(db)
    receiver.answers = [204] * waiting
    assert sending.send_due(db, hook_id, own) == waiting
    assert "arena_failed" not in [json.loads(body)["kind"] for _, body in receiver.heard]


def test_a_trial_is_signed_told_as_it_went_and_not_repeated(
    db: Database, receiver: Receiver
) -> None:
    place(db)
    own = ["127.0.0.1"]
    hook_id, secret = sending.register(db, "cards", receiver.url, [], who="ann", own_hosts=own)
    hook = get_webhook(db, hook_id)
    receiver.answers = [204, 500]
    good, bad = try_out(db, hook, own), try_out(db, hook, own)
    assert (good.state, good.status, good.error) == ("delivered", 204, None)
    assert (bad.state, bad.status, bad.error) == ("given_up", 500, "it said 500")
    assert good.trial
    assert good.event_seq != bad.event_seq
    headers, body = receiver.heard[0]
    assert json.loads(body)["kind"] == KIND
    assert holds(secret, headers[HEADER], body, base.utc_now().timestamp())
    assert sending.send_due(db, hook_id, own) == 0
    assert len(receiver.heard) == 2


def test_a_delivery_that_was_given_up_is_sent_again_when_asked(
    db: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = place(db)
    own = ["127.0.0.1"]
    monkeypatch.setattr(sending, "ATTEMPTS", 1)
    kinds = ["arena_failed"]
    hook_id, _ = sending.register(db, "cards", receiver.url, kinds, who="ann", own_hosts=own)
    events.append(db, "arena_failed", arena_id=arena_id)
    sending.queue_events(db)
    receiver.answers = [503, 200]
    sending.send_due(db, hook_id, own)
    (given_up,) = deliveries_of(db, hook_id)
    assert given_up.state == "given_up"
    assert sending.send_due(db, hook_id, own) == 0
    send_again(db, hook_id, given_up.delivery_id)
    assert sending.send_due(db, hook_id, own) == 1
    assert deliveries_of(db, hook_id)[0].state == "delivered"
    with pytest.raises(ArenaError, match="no delivery"):
        send_again(db, hook_id + 1, given_up.delivery_id)


def test_a_webhook_taken_away_while_its_events_are_queued_harms_no_other(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = place(db)
    stays, goes = _hook(db), _hook(db)
    sending.queue_events(db)
    events.append(db, "arena_failed", arena_id=arena_id)
    since = events.since

    def look(db: Database, seq: int, *, limit: int) -> list[events.Event]:
        remove_webhook(db, goes)
        return since(db, seq, limit=limit)

    monkeypatch.setattr(events, "since", look)
    assert sending.queue_events(db) == 1
    assert [each.state for each in deliveries_of(db, stays)] == ["waiting"]


def test_the_sender_outlives_what_it_did_not_expect(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, tried = threading.Event(), []

    def fail(_db: Database) -> int:
        tried.append("once")
        if len(tried) == 2:
            stop.set()
        raise ValueError("unheard of")

    monkeypatch.setattr(sending, "queue_events", fail)
    sending.keep_sending(db, (), stop, every=0.001)
    assert len(tried) == 2
    assert "unheard of" in caplog.text


def test_a_receiver_that_hangs_holds_up_no_other(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = place(db)
    hangs, answers = _hook(db), _hook(db)
    sending.queue_events(db)
    for _ in range(2 * sending.ATTEMPTS):
        events.append(db, "arena_failed", arena_id=arena_id)
    stop, over, sent = threading.Event(), threading.Event(), threading.Event()
    tried: list[int] = []

    def attempt(hook: Webhook, delivery: Delivery, *_: object) -> tuple[int | None, str | None]:
        tried.append(hook.webhook_id)
        if hook.webhook_id == hangs:
            over.wait(60)
            return None, "it did not answer"
        if tried.count(answers) == 2 * sending.ATTEMPTS:
            sent.set()
        return 204, None

    monkeypatch.setattr(sending, "attempt", attempt)
    sender = threading.Thread(
        target=sending.keep_sending, args=(db, (), stop), kwargs={"every": 0.01}
    )
    sender.start()
    try:
        assert sent.wait(30), "the other's deliveries wait for the one that hangs"
        assert tried.count(hangs) == 1
    finally:
        stop.set()
        over.set()
        sender.join(30)
    assert {each.state for each in deliveries_of(db, answers)} == {"delivered"}


def test_a_round_ends_with_its_first_failure_and_goes_on_with_the_next(
    db: Database, receiver: Receiver
) -> None:
    (arena_id,) = place(db)
    own = ["127.0.0.1"]
    kinds = ["arena_failed"]
    hook_id, _ = sending.register(db, "cards", receiver.url, kinds, who="ann", own_hosts=own)
    for _ in range(3):
        events.append(db, "arena_failed", arena_id=arena_id)
    sending.queue_events(db)
    receiver.answers = [204, 500, 204]
    assert sending.send_due(db, hook_id, own) == 2
    assert sending.send_due(db, hook_id, own) == 1
    states = [each.state for each in deliveries_of(db, hook_id)]
    assert states == ["delivered", "waiting", "delivered"]


def test_when_more_hang_than_are_served_at_once_all_have_their_turn(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (arena_id,) = place(db)
    monkeypatch.setattr(sending, "_AT_ONCE", 1)
    hooks = [_hook(db) for _ in range(3)]
    sending.queue_events(db)
    for _ in range(3):
        events.append(db, "arena_failed", arena_id=arena_id)
    stop, tried = threading.Event(), []

    def attempt(hook: Webhook, *_: object) -> tuple[int | None, str | None]:
        tried.append(hook.webhook_id)
        if len(tried) >= 6:
            stop.set()
        return None, "it did not answer"

    monkeypatch.setattr(sending, "attempt", attempt)
    sending.keep_sending(db, (), stop, every=0.001)
    assert tried[:6] == 2 * hooks


def test_two_trials_at_once_are_two(db: Database) -> None:
    place(db)
    hook_id = _hook(db)

    def trial(_number: int) -> int:
        return begin_trial(db, hook_id, "{}", timedelta(seconds=60)).event_seq

    for number in range(5):
        assert sorted(race(2, trial)) == [-2 * number - 2, -2 * number - 1]
    remove_webhook(db, hook_id)
    with pytest.raises(ArenaError, match=f"no webhook {hook_id}"):
        trial(0)


def _hook(db: Database) -> int:
    """A webhook of the project ``cards`` for arenas that fail."""
    project = project_id_of(db, "cards")
    return add_webhook(db, project, "https://example.com/", "secret", ("arena_failed",), "ann")
