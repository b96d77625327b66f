"""Idempotency keys: the same key with the same body is the same act, answered alike.

Of callers at once exactly one acts; the others wait for its answer. An act that failed frees its
key, as nothing came of it. One that never ended (its process died) is not repeated by itself: what
became of it is for a person to look at.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from arena_assets.domain.manifest import digest
from arena_assets.errors import Refused, UsageFault
from arena_assets.store.database import Database
from arena_assets.store.once import Act, begin_act, drop_act, end_act, get_act
from arena_assets.store.requests import IDEMPOTENCY_KEY_MAX

Answer = tuple[int, dict[str, Any]]
_LOOK_SECONDS = 0.05
_PATIENCE_SECONDS = 20.0


def once(
    db: Database,
    who: str,
    key: str | None,
    route: str,
    body: dict[str, Any],
    act: Callable[[], Answer],
) -> tuple[Answer, bool]:
    """The status and answer of an act, and whether it was done now.

    Without a key it is simply done. Raises :class:`Refused` for a key that was used with another
    body or route, or whose act has no end.
    """
    if key is None:
        return act(), True
    if not 1 <= len(key) <= IDEMPOTENCY_KEY_MAX or not key.isprintable():
        raise UsageFault(
            "The idempotency key cannot be used",
            f"Use 1 to {IDEMPOTENCY_KEY_MAX} plain characters, a fresh UUID for instance",
        )
    content = digest({"route": route, "body": body})
    earlier = begin_act(db, who, key, route, content)
    if earlier is not None:
        return _answered(db, who, key, content, earlier), False
    try:
        status, answer = act()
    except BaseException:
        drop_act(db, who, key)
        raise
    end_act(db, who, key, status, answer)
    return (status, answer), True


def _answered(db: Database, who: str, key: str, content: str, act: Act) -> Answer:
    if act.body != content:
        raise Refused(
            f"The idempotency key '{key[:60]}' was used for something else",
            "Use a new key for a new act",
        )
    give_up = time.monotonic() + _PATIENCE_SECONDS
    found: Act | None = act
    while found is not None and (found.status is None or found.answer is None):
        if time.monotonic() > give_up:
            raise Refused(
                "The first try with this idempotency key has not ended",
                "Look at what came of it; use a new key to act again",
            )
        time.sleep(_LOOK_SECONDS)
        found = get_act(db, who, key)
    if found is None or found.status is None or found.answer is None:
        raise Refused("The first try with this idempotency key failed", "Try again with it")
    return found.status, found.answer
