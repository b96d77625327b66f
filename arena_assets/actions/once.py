"""Idempotency keys: the same key with the same body is the same act, answered alike.

The key, the answer and all that the act changes in the database are one transaction: a process
that is killed leaves all of it or nothing, and a key is never taken by who is dead. Of callers at
once exactly one acts; the others wait for its end. An act that failed frees its key, as nothing
came of it.

What an act does beyond the database comes after (``then``), and is such that it does not matter
when it is lost: a launch that is not handed over is found by a sensor, a published folder without
rows is swept. Acts that are made of an effect elsewhere are done by :func:`once_elsewhere`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError

from arena_assets.domain.manifest import digest
from arena_assets.errors import Refused, Transient, UsageFault
from arena_assets.store.database import Database
from arena_assets.store.once import Act, claim_act, end_act, get_act, keep_act, still_at_work
from arena_assets.store.requests import IDEMPOTENCY_KEY_MAX

Answer = tuple[int, Any]
"""A status and what is answered as JSON; None for nothing (204)."""
_PATIENCE = timedelta(seconds=20)
_TRIES = 5


def once(
    db: Database,
    who: str,
    key: str | None,
    route: str,
    body: Any,
    act: Callable[[], Answer],
    *,
    then: Callable[[], object] | None = None,
) -> tuple[Answer, bool]:
    """The status and answer of an act, and whether it was done now.

    ``act`` runs in one transaction (see :meth:`Database.together`), and again from the start when
    PostgreSQL undoes it because two met, so it must do nothing elsewhere. ``then`` runs once it is
    committed. Raises :class:`Refused` for a key that was used with another body or route, or whose
    first try is at work for longer than anybody waits.
    """
    content = None if key is None else _content(key, route, body)
    found = _met(lambda: _together(db, who, key, route, content, act))
    if found[1] and then is not None:
        then()
    return found


def once_elsewhere(
    db: Database, who: str, key: str | None, route: str, body: Any, act: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """The same for an act whose effect is not in the database: asking a service for its help.

    Its answer is kept when it is known. A process that dies before leaves the key free, and the
    act is done again: it must be one that is safe to repeat, as paid calls are, which the ledger
    finds again by their content.
    """
    if key is None:
        return act(), True
    content = _content(key, route, body)
    earlier = get_act(db, who, key)
    if earlier is not None and earlier.status is not None:
        return _answered(earlier, key, content), False
    status, answer = act()
    kept = keep_act(db, who, key, route[:200], content, status, answer)
    return _answered(kept, key, content), True


def _together(
    db: Database,
    who: str,
    key: str | None,
    route: str,
    content: str | None,
    act: Callable[[], Answer],
) -> tuple[Answer, bool]:
    if key is None or content is None:
        with db.together():
            return act(), True
    earlier = get_act(db, who, key)
    if earlier is None or earlier.status is None:
        with db.together():
            earlier = claim_act(db, who, key, route[:200], content, _PATIENCE)
            if earlier is None:
                status, answer = act()
                end_act(db, who, key, status, answer)
                return (status, answer), True
    return _answered(earlier, key, content), False


def _met(
    work: Callable[[], tuple[Answer, bool]],
) -> tuple[Answer, bool]:
    """Do it again when the database undid it because two changes met (a deadlock)."""
    for _ in range(_TRIES - 1):
        try:
            return work()
        except Transient as error:
            if not isinstance(error.__cause__, DBAPIError):
                raise
    return work()


def _content(key: str, route: str, body: Any) -> str:
    if not 1 <= len(key) <= IDEMPOTENCY_KEY_MAX or not key.isprintable():
        raise UsageFault(
            "The idempotency key cannot be used",
            f"Use 1 to {IDEMPOTENCY_KEY_MAX} plain characters, a fresh UUID for instance",
        )
    return digest({"route": route, "body": body})


def _answered(act: Act, key: str, content: str) -> Answer:
    if act.body != content:
        raise Refused(
            f"The idempotency key '{key[:60]}' was used for something else",
            "Use a new key for a new act",
        )
    if act.status is None:
        raise still_at_work()
    return act.status, act.answer
