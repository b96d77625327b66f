"""When it will be finished: a range learned from history, waiting apart from work."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping

from arena_assets.actions.tracking import ArenaProgress
from arena_assets.domain.slots import CLIPS, MUSIC, ROW, SEQUENCE_SET, VIDEOS
from arena_assets.settings import Settings
from arena_assets.store.database import Database
from arena_assets.store.history import (
    NOTHING,
    OF_LATE,
    Eta,
    EtaRange,
    SlotKind,
    estimate,
    queue_wait,
    remembered,
    slot_seconds,
)

_SIDE_BY_SIDE = (CLIPS, SEQUENCE_SET, MUSIC, VIDEOS)


class Forecast:
    """Estimates what is left; learns from the database again every quarter of a minute."""

    def __init__(self, db: Database, settings: Settings, *, age: float = 0.0) -> None:
        """``age``: how old, in seconds, what was learned elsewhere in this process may be."""
        self._db = db
        self._age = age
        self._width = settings.slots_at_once
        self._runs = settings.runs_at_once
        self._learned_at = float("-inf")
        self._seconds: Mapping[SlotKind, EtaRange] = {}
        self._wait: EtaRange | None = None

    def of(self, arena: ArenaProgress) -> Eta:
        """What is left of one arena's work, and the wait a queued one usually has."""
        self._learn()
        kinds = {kind.asset: kind for kind in self._seconds}
        left: Counter[str] = Counter()
        work, unseen = NOTHING, set[SlotKind]()
        for slot in arena.missing:
            if slot.asset != ROW:  # the row takes no time worth counting
                left[slot.asset] += 1
        for asset, count in left.items():
            kind = kinds.get(asset, SlotKind(asset, "embedded"))
            width = min(count, self._width) if asset in _SIDE_BY_SIDE else 1
            found = estimate([kind] * count, self._seconds, None, at_once=width)
            begun = [at.fraction for slot, at in arena.at_work.items() if slot.asset == asset]
            work += found.work.scaled(max(0.0, 1 - sum(begun) / count))
            unseen |= found.unseen
        return Eta(work, self._wait, frozenset(unseen))

    def of_all(self, arenas: Iterable[ArenaProgress]) -> Eta:
        """What is left of all unfinished arenas, as many at once as runs may be."""
        waiting = [self.of(arena) for arena in arenas if not arena.finished]
        work = NOTHING
        for each in waiting:
            work += each.work
        unseen = frozenset[SlotKind]().union(*(each.unseen for each in waiting))
        return Eta(work.scaled(1 / max(1, min(self._runs, len(waiting)))), self._wait, unseen)

    def _learn(self) -> None:
        if time.monotonic() - self._learned_at < OF_LATE:
            return
        self._seconds = remembered(slot_seconds, self._db, self._age)
        self._wait = remembered(queue_wait, self._db, self._age)
        self._learned_at = time.monotonic()


def words(eta: Eta) -> str:
    """``2–4 min left``, ``at least 2–4 min left`` when part of it has no history, or nothing."""
    if eta.work.high <= 0:
        return ""
    return f"{'at least ' if eta.unseen else ''}{span(eta.work)} left"


def span(found: EtaRange) -> str:
    """A range of seconds in words, the low end first."""
    if found.high < 90:
        return _range(found.low, found.high, "s")
    if found.high < 5400:
        return _range(found.low / 60, found.high / 60, "min")
    return _range(found.low / 3600, found.high / 3600, "h", digits=1)


def _range(low: float, high: float, unit: str, *, digits: int = 0) -> str:
    first, last = f"{low:.{digits}f}", f"{high:.{digits}f}"
    return f"{first} {unit}" if first == last else f"{first}–{last} {unit}"
