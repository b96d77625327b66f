"""Sending: events become deliveries, deliveries are sent, failed ones are tried again later.

This runs as a small loop in the console's process, not as a Dagster sensor: an event is sent within
about a second instead of five, no tick is paid for, and nothing is lost while the console is down,
as the mark of what was queued and the deliveries are rows. Each webhook is sent to by a thread of
its own: a receiver that hangs holds up nobody else's deliveries.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Collection
from datetime import timedelta

import httpx

from arena_assets.actions.webhooks.addresses import Resolve, checked, resolve
from arena_assets.actions.webhooks.signing import HEADER, new_secret, signed
from arena_assets.actions.words import event_data
from arena_assets.errors import ArenaError, NotFound, UsageFault
from arena_assets.store import events
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.events import Event
from arena_assets.store.marks import move_mark, read_mark
from arena_assets.store.versions import project_id_of
from arena_assets.store.webhooks import (
    Delivery,
    Webhook,
    add_webhook,
    claim_due,
    due_webhooks,
    get_webhook,
    held_webhooks,
    list_webhooks,
    queue_delivery,
    settle_delivery,
)

ATTEMPTS = 12
KINDS_MAX = 50
_MARK = "webhooks_queued"
_PAGE = 500
_AT_ONCE = 20
_IN_A_ROUND = 20
_PATIENCE_SECONDS = 10.0
LEASE = timedelta(seconds=120)
"""Longer than an attempt: a name's look-up, a connection, TLS, the body and the answer each have
their own patience."""
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 10.0, 3600.0
_WORDS: dict[type[httpx.HTTPError], str] = {
    httpx.ConnectTimeout: "nobody answered at that address",
    httpx.ReadTimeout: f"it did not answer within {_PATIENCE_SECONDS:.0f} s",
    httpx.ConnectError: "no connection: refused, or its certificate is not trusted",
    httpx.RemoteProtocolError: "what answered does not speak HTTP",
}
_log = logging.getLogger("arena.webhooks")
_NEVER_BY_DEFAULT = frozenset({"slot_progress"})


def register(
    db: Database,
    project: str,
    url: str,
    kinds: Collection[str],
    *,
    who: str,
    own_hosts: Collection[str] = (),
    look_up: Resolve = resolve,
) -> tuple[int, str]:
    """A new webhook and its secret, which is told this once. Raises :class:`UsageFault` for an
    address that may not be reached."""
    checked(url, own_hosts, look_up=look_up)
    return keep(db, project, url, kinds, who=who)


def keep(
    db: Database, project: str, url: str, kinds: Collection[str], *, who: str
) -> tuple[int, str]:
    """:func:`register` for an address that was looked at before."""
    if len(kinds) > KINDS_MAX or not all(
        each.isascii() and each.replace("_", "").isalnum() and len(each) <= 64 for each in kinds
    ):
        raise UsageFault("The kinds of events cannot be used", "Name some like arena_published")
    secret = new_secret()
    return add_webhook(db, project_id_of(db, project), url, secret, tuple(kinds), who), secret


def queue_events(db: Database) -> int:
    """Turn events since the last call into deliveries, and say how many events were looked at.

    The mark moves after its deliveries are committed; a crash between repeats them, and a delivery
    that is there stays as it is.
    """
    seen = 0
    last = events.last_seq(db)  # before the look, as a webhook may be added after it
    if not list_webhooks(db):
        move_mark(db, _MARK, last)
        return 0
    while page := events.since(db, read_mark(db, _MARK), limit=_PAGE):
        with db.write() as session:
            webhooks = held_webhooks(session)
            for event in page:
                for hook in webhooks:
                    if _wants(hook, event):
                        body = json.dumps(event_data(event, hook.project), ensure_ascii=False)
                        queue_delivery(session, hook.webhook_id, event.seq, body)
        move_mark(db, _MARK, page[-1].seq)
        seen += len(page)
    return seen


def send_due(
    db: Database, webhook_id: int, own_hosts: Collection[str] = (), *, look_up: Resolve = resolve
) -> int:
    """Send what is due for a webhook, one after another until one fails, and say how many attempts
    were made. A long queue goes on in the next round."""
    for made in range(_IN_A_ROUND):
        delivery = claim_due(db, webhook_id, LEASE)
        if delivery is None:
            return made
        try:
            hook = get_webhook(db, webhook_id)
        except NotFound:
            return made  # taken away meanwhile
        status, error = attempt(hook, delivery, own_hosts, look_up)
        _settle(db, delivery, status, error)
        if error is not None:
            return made + 1
    return _IN_A_ROUND


def keep_sending(
    db: Database, own_hosts: Collection[str], stop: threading.Event, *, every: float = 1.0
) -> None:
    """Queue and send until ``stop`` is set. What fails is logged and tried again later."""
    rounds: dict[int, threading.Thread] = {}
    while not stop.wait(every):
        try:
            queue_events(db)
            _begin_rounds(db, own_hosts, rounds)
        except Exception:
            _log.exception("Webhooks could not be sent; they are tried again shortly")
            stop.wait(10 * every)
    for each in rounds.values():
        each.join()


def _begin_rounds(
    db: Database, own_hosts: Collection[str], rounds: dict[int, threading.Thread]
) -> None:
    """Begin a round for every webhook that has something due and none at work.

    ``rounds`` are by webhook, the last begun at its end: whose turn was longest ago comes first, so
    that however many hang, nobody waits for ever.
    """
    at_work = {webhook_id for webhook_id, thread in rounds.items() if thread.is_alive()}
    turns = {webhook_id: turn for turn, webhook_id in enumerate(rounds)}
    due = [each for each in due_webhooks(db) if each not in at_work]
    due.sort(key=lambda each: turns.get(each, -1))
    for webhook_id in due[: _AT_ONCE - len(at_work)]:
        rounds.pop(webhook_id, None)
        rounds[webhook_id] = threading.Thread(
            target=_round, args=(db, webhook_id, own_hosts), name="webhook", daemon=True
        )
        rounds[webhook_id].start()


def _round(db: Database, webhook_id: int, own_hosts: Collection[str]) -> None:
    try:
        send_due(db, webhook_id, own_hosts)
    except Exception:
        _log.exception("A round of webhook %d failed; it is tried again later", webhook_id)


def wait_seconds(attempts: int) -> float:
    """How long to wait after so many attempts: 10 s, doubling, at most an hour."""
    return min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** (attempts - 1))


def _wants(hook: Webhook, event: Event) -> bool:
    if hook.paused or event.project_id != hook.project_id or event.at < hook.created_at:
        return False
    return event.kind in hook.kinds if hook.kinds else event.kind not in _NEVER_BY_DEFAULT


def attempt(
    hook: Webhook, delivery: Delivery, own_hosts: Collection[str], look_up: Resolve
) -> tuple[int | None, str | None]:
    """Send it once: the status that came back, and why it does not count; None where it does."""
    body = delivery.body.encode()
    try:
        target = checked(hook.url, own_hosts, look_up=look_up)
        headers = {
            "Host": target.host_header,
            "Content-Type": "application/json",
            "User-Agent": "arena_assets webhook",
            "Arena-Delivery": f"{hook.webhook_id}-{delivery.event_seq}",
            HEADER: signed(hook.secret, body, time.time()),
        }
        with (
            # No proxy of the environment: it would look the name up anew.
            httpx.Client(timeout=_PATIENCE_SECONDS, trust_env=False) as client,
            client.stream(
                "POST",
                target.url,
                content=body,
                headers=headers,
                follow_redirects=False,
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):
            status = answer.status_code
    except ArenaError as error:
        return None, error.what
    except httpx.HTTPError as error:
        return None, _WORDS.get(type(error), type(error).__name__)
    if 200 <= status < 300:
        return status, None
    return status, "it redirects, which is not followed" if status < 400 else f"it said {status}"


def _settle(db: Database, delivery: Delivery, status: int | None, error: str | None) -> None:
    if error is None:
        settle_delivery(db, delivery.delivery_id, "delivered", status=status, error=None)
    elif delivery.attempts >= ATTEMPTS:
        settle_delivery(db, delivery.delivery_id, "given_up", status=status, error=error)
    else:
        later = utc_now() + timedelta(seconds=wait_seconds(delivery.attempts))
        settle_delivery(
            db, delivery.delivery_id, "waiting", status=status, error=error, next_at=later
        )
