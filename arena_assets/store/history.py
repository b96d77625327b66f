"""How long things took, and hence how long the rest will take: a range, never a point.

Work is learned from ``slot_done`` events, whose ``data`` holds ``provider`` (text), ``seconds``
(of work) and ``reused`` (true when an earlier result was found); waiting is learned from the time
between ``arena_queued`` and ``arena_running``.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import select

from arena_assets.store.database import Database
from arena_assets.store.money_tables import PaidCallRow
from arena_assets.store.tables import EventRow

Found = TypeVar("Found")
SLOT_DONE = "slot_done"
GPU_SECONDS = "x-comfyui-seconds"
"""The header of a kept answer in which the ComfyUI client tells how long a job ran."""
QUANTILES = (0.10, 0.50, 0.90)
OF_LATE = 15.0
"""Seconds for which what the history teaches is as good as new."""
_RECENT_SLOTS = 4000
_RECENT_RUNS = 400


class SlotKind(NamedTuple):
    """What durations depend on: the asset (``image_set``) and who makes it (``embedded``)."""

    asset: str
    provider: str


@dataclass(frozen=True, slots=True)
class EtaRange:
    """Seconds: one in ten is below ``low``, half below ``expected``, nine in ten below ``high``."""

    low: float
    expected: float
    high: float

    def __add__(self, other: EtaRange) -> EtaRange:
        return EtaRange(
            self.low + other.low, self.expected + other.expected, self.high + other.high
        )

    def scaled(self, factor: float) -> EtaRange:
        return EtaRange(self.low * factor, self.expected * factor, self.high * factor)


NOTHING = EtaRange(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Eta:
    """What is left of a piece of work, apart from waiting in the queue.

    ``wait`` is None when no run was ever queued; ``unseen`` names the kinds of slots without
    history, which ``work`` leaves out: with any of them the range is only "at least".
    """

    work: EtaRange
    wait: EtaRange | None
    unseen: frozenset[SlotKind]


def remembered(read: Callable[[Database], Found], db: Database, age: float) -> Found:
    """What ``read`` said of a database within the last ``age`` seconds, or says now.

    For pages, which are looked at often: reading thousands of events for each would be felt.
    """
    kept = _REMEMBERED.setdefault(db, {})
    at, found = kept.get(read, (float("-inf"), None))
    if time.monotonic() - at > age:
        found = read(db)
        kept[read] = (time.monotonic(), found)
    return cast("Found", found)


_REMEMBERED: WeakKeyDictionary[Database, dict[Callable[..., Any], tuple[float, Any]]] = (
    WeakKeyDictionary()
)


def slot_seconds(db: Database) -> dict[SlotKind, EtaRange]:
    """Seconds of work per kind of slot, from the most recent slots that were really made."""
    query = (
        select(EventRow.slot, EventRow.data)
        .where(EventRow.kind == SLOT_DONE, EventRow.slot.is_not(None))
        .order_by(EventRow.seq.desc())
        .limit(_RECENT_SLOTS)
    )
    samples: defaultdict[SlotKind, list[float]] = defaultdict(list)
    with db.read() as session:
        for slot, data in session.execute(query):
            if not data.get("reused") and "seconds" in data and "provider" in data:
                kind = SlotKind(str(slot).partition("/")[0], str(data["provider"]))
                samples[kind].append(float(data["seconds"]))
    return {kind: _range_of(seconds) for kind, seconds in samples.items()}


def gpu_seconds(db: Database) -> dict[SlotKind, EtaRange]:
    """Seconds that recent ComfyUI jobs ran, by the server's own clock.

    A slot's seconds hold its wait behind the other eleven in the queue too; these do not.
    """
    query = (
        select(PaidCallRow.slot, PaidCallRow.provider, PaidCallRow.headers)
        .where(
            PaidCallRow.provider == "comfyui",
            PaidCallRow.state == "done",
            PaidCallRow.slot.is_not(None),
        )
        .order_by(PaidCallRow.updated_at.desc())
        .limit(_RECENT_SLOTS)
    )
    samples: defaultdict[SlotKind, list[float]] = defaultdict(list)
    with db.read() as session:
        for slot, provider, headers in session.execute(query):
            if seconds := (headers or {}).get(GPU_SECONDS):
                kind = SlotKind(str(slot).partition("/")[0], provider)
                samples[kind].append(float(seconds))
    return {kind: _range_of(seconds) for kind, seconds in samples.items()}


def queue_wait(db: Database) -> EtaRange | None:
    """Seconds from ``arena_queued`` to the same arena's next ``arena_running``, recently."""
    query = (
        select(EventRow.arena_id, EventRow.kind, EventRow.at)
        .where(EventRow.kind.in_(("arena_queued", "arena_running")))
        .order_by(EventRow.seq.desc())
        .limit(2 * _RECENT_RUNS)
    )
    with db.read() as session:
        newest_first = session.execute(query).all()
    queued: dict[int | None, datetime] = {}
    waits = []
    for arena_id, kind, at in reversed(newest_first):
        if kind == "arena_queued":
            queued[arena_id] = at
        elif arena_id in queued:
            waits.append(max(0.0, (at - queued.pop(arena_id)).total_seconds()))
    return _range_of(waits) if waits else None


def estimate(
    remaining: Iterable[SlotKind],
    seconds: Mapping[SlotKind, EtaRange],
    wait: EtaRange | None,
    *,
    at_once: float = 1.0,
) -> Eta:
    """The rest of some slots of which ``at_once`` are in work together.

    Quantiles are added as if slow slots came together (a slow machine makes them all slow), which
    makes the range wider than independent slots would.
    """
    total, unseen = NOTHING, set()
    for kind in remaining:
        if kind in seconds:
            total += seconds[kind]
        else:
            unseen.add(kind)
    return Eta(total.scaled(1.0 / at_once), wait, frozenset(unseen))


def eta(db: Database, remaining: Iterable[SlotKind], *, at_once: float = 1.0) -> Eta:
    """:func:`estimate` from this database's history."""
    return estimate(remaining, slot_seconds(db), queue_wait(db), at_once=at_once)


def _range_of(samples: Sequence[float]) -> EtaRange:
    ordered = sorted(samples)
    return EtaRange(*(_quantile(ordered, share) for share in QUANTILES))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear interpolation between the two nearest samples (Hyndman & Fan 1996, type 7)."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
