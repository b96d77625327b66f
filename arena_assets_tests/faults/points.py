"""The points at which a process is killed: a method of ours, just before or just after it."""

from __future__ import annotations

import functools
import http.client
import inspect
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arena_assets.ledger import answers, call_journal
from arena_assets.ledger.answers import AnswerFile
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.ledger.journal import Journal
from arena_assets.store import results
from arena_assets.store.blobs import BlobStore
from arena_assets.workshop.workshop import Workshop
from arena_assets_tests.loopback import CHUNKS

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Point:
    """Kill ``when`` the ``nth`` run of ``owner.name``; a seed may choose ``nth`` (``spread``).

    ``sent``: the request may be on its way. ``whole``: the answer is complete on disk there, for a
    service that announces its length, and for one that does not.
    """

    named: str
    owner: Any
    name: str
    when: str
    sent: bool
    whole: tuple[bool, bool]
    nth: int = 1
    spread: int = 1


_NOT = (False, False)
_LENGTH = (True, False)
_BOTH = (True, True)
_HTTP = http.client.HTTPConnection

POINTS = [
    Point("reserve: before", CallJournal, "begin", BEFORE, False, _NOT),
    Point("reserve: not committed", call_journal, "move_money", AFTER, False, _NOT),
    Point("reserve: committed", CallJournal, "begin", AFTER, False, _NOT),
    Point("reserve: place prepared", AnswerFile, "prepare", AFTER, False, _NOT),
    Point("sent: before", CallJournal, "sent", BEFORE, False, _NOT),
    Point("sent: not committed", CallJournal, "_event", AFTER, False, _NOT, nth=2),
    Point("sent: committed", CallJournal, "sent", AFTER, True, _NOT),
    Point("sent: on the wire", _HTTP, "request", AFTER, True, _NOT),
    Point("headers: arrived", AnswerFile, "accepted", BEFORE, True, _NOT),
    Point("headers: kept", AnswerFile, "accepted", AFTER, True, _NOT),
    Point("mid-body", AnswerFile, "write", AFTER, True, _NOT, spread=CHUNKS - 1),
    Point("bytes: the last", AnswerFile, "write", AFTER, True, _LENGTH, nth=CHUNKS),
    Point("bytes: not flushed", AnswerFile, "finish", BEFORE, True, _LENGTH),
    Point("bytes: flushed", answers, "_seal", BEFORE, True, _LENGTH),
    Point("rename: done", answers, "_seal", AFTER, True, _BOTH),
    Point("rename: returned", AnswerFile, "finish", AFTER, True, _BOTH),
    Point("event: answered, before", CallJournal, "answered", BEFORE, True, _BOTH),
    Point("event: answered, after", CallJournal, "answered", AFTER, True, _BOTH),
    Point("commit: before", CallJournal, "done", BEFORE, True, _BOTH),
    Point("commit: not committed", call_journal, "move_money", AFTER, True, _BOTH, nth=2),
    Point("commit: done", CallJournal, "done", AFTER, True, _BOTH),
    Point("record: blob kept", BlobStore, "put_file", AFTER, True, _BOTH),
    Point("record: before", results, "keep", BEFORE, True, _BOTH),
    Point("record: result kept", results, "keep", AFTER, True, _BOTH),
    Point("record: slot journal", Journal, "done", AFTER, True, _BOTH),
    Point("event: slot done", Workshop, "_event", AFTER, True, _BOTH, nth=2),
]


def arm(point: Point, seed: int) -> None:
    """Make this process kill itself (SIGKILL) at the point."""
    original: Callable[..., Any] = getattr(point.owner, point.name)
    left = point.nth + seed % point.spread

    @functools.wraps(original)
    def trapped(*args: Any, **given: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and point.when == BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        found = original(*args, **given)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    static = isinstance(inspect.getattr_static(point.owner, point.name), staticmethod)
    setattr(point.owner, point.name, staticmethod(trapped) if static else trapped)
