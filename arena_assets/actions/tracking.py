"""How far arenas are, folded from what the database knows and the event log says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from arena_assets.domain.identity import partition_key
from arena_assets.domain.slots import (
    UPSTREAM,
    SlotName,
    pack_slot,
    parse_slot,
    row_slot,
)
from arena_assets.errors import NotFound
from arena_assets.store import events, results, takes
from arena_assets.store.database import Database
from arena_assets.store.events import Event
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import get_plan
from arena_assets.workshop.freshness import fresh_slots

TOTAL = len(UPSTREAM)
_RELEASE = {row_slot(), pack_slot()}
_STOPPED = {PlanState.FAILED, PlanState.CANCELLED}
_PAGE = 1000
_LASTING_KINDS = (
    *(f"arena_{state}" for state in PlanState),
    *("arena_named", "launch_wanted", "slot_started", "slot_done", "slot_reused"),
    *("slot_failed", "slot_cancelled"),
)


@dataclass(slots=True)
class AtWork:
    """A slot in the making: how far it is, 0–1, and what is happening."""

    fraction: float = 0.0
    note: str = ""


@dataclass(slots=True)
class ArenaProgress:
    """One arena: its state, the slots it has, and those in the making."""

    arena_id: int
    name: str | None
    state: PlanState
    reason: str | None
    done: set[SlotName] = field(default_factory=set)
    at_work: dict[SlotName, AtWork] = field(default_factory=dict)

    @property
    def partition(self) -> str:
        return partition_key(self.arena_id)

    @property
    def amount(self) -> float:
        """Slots finished, with the finished parts of those in the making; at most :data:`TOTAL`."""
        return len(self.done) + sum(each.fraction for each in self.at_work.values())

    @property
    def missing(self) -> list[SlotName]:
        """The slots it does not have yet, in the order of the product."""
        return [slot for slot in UPSTREAM if slot not in self.done]

    @property
    def stopped(self) -> bool:
        """Whether it ended without being finished."""
        return self.state in _STOPPED

    @property
    def finished(self) -> bool:
        """Whether nothing more comes: all is made, down to the pack, or it stopped."""
        made = self.state in (PlanState.PUBLISHED, PlanState.MADE) and pack_slot() in self.done
        return made or self.stopped

    def apply(self, event: Event) -> None:
        """Take one event in."""
        if event.kind == "launch_wanted":
            self.done -= _RELEASE
        elif event.kind == "arena_named":
            self.name = str(event.data.get("name"))
        elif event.kind.startswith("arena_"):
            self._move(event.kind.removeprefix("arena_"), event.data)
        elif event.slot is not None and event.kind.startswith("slot_"):
            self._work(event.kind, event.slot, event.data)

    def _move(self, state: str, data: Mapping[str, Any]) -> None:
        if state not in set(PlanState):
            return
        self.state = PlanState(state)
        self.reason = data.get("reason")
        if self.state is PlanState.RUNNING:
            self.done -= _RELEASE
        elif self.state is PlanState.PUBLISHED:
            self.done.add(row_slot())
        if self.stopped:
            self.at_work.clear()

    def _work(self, kind: str, slot_text: str, data: Mapping[str, Any]) -> None:
        try:
            slot = parse_slot(slot_text)
        except NotFound:
            return  # written by another version, with slots this one does not know
        if kind in ("slot_done", "slot_reused"):
            self.at_work.pop(slot, None)
            self.done.add(slot)
            if slot == pack_slot():
                self.done.add(row_slot())
        elif kind in ("slot_failed", "slot_cancelled"):
            self.at_work.pop(slot, None)
        else:
            self.done.discard(slot)
            at_work = self.at_work.setdefault(slot, AtWork())
            at_work.fraction = float(data.get("fraction", at_work.fraction))
            at_work.note = str(data.get("note") or at_work.note)

    def as_data(self) -> dict[str, object]:
        return {
            "arena": self.partition,
            "arena_id": self.arena_id,
            "name": self.name,
            "state": self.state.value,
            "slots_done": len(self.done),
            "slots": TOTAL,
            "reason": self.reason if self.stopped else None,
        }


class Tracker:
    """Several arenas, kept up to date with :meth:`poll`."""

    def __init__(self, db: Database, arena_ids: Sequence[int]) -> None:
        self._db = db
        self._seq = events.last_seq(db)
        self.arenas = {arena_id: _snapshot(db, arena_id) for arena_id in arena_ids}
        self._replay()

    @property
    def finished(self) -> bool:
        return all(arena.finished for arena in self.arenas.values())

    @property
    def stopped(self) -> list[ArenaProgress]:
        return [arena for arena in self.arenas.values() if arena.stopped]

    def poll(self) -> None:
        """Take in what has happened since the last look."""
        while self._advance(None) == _PAGE:
            pass

    def _replay(self) -> None:
        """What happened before, but for passing progress, gives each arena its place in its run."""
        until, self._seq = self._seq, 0
        while self._advance(_LASTING_KINDS) == _PAGE:
            pass
        self._seq = max(until, self._seq)

    def _advance(self, kinds: Sequence[str] | None) -> int:
        page = events.since(
            self._db, self._seq, arena_ids=list(self.arenas), kinds=kinds, limit=_PAGE
        )
        for event in page:
            self._take(event)
        return len(page)

    def _take(self, event: Event) -> None:
        self._seq = event.seq
        if event.arena_id in self.arenas:
            self.arenas[event.arena_id].apply(event)


def _snapshot(db: Database, arena_id: int) -> ArenaProgress:
    plan = get_plan(db, arena_id)
    kept = results.for_arena(db, arena_id)
    fresh = fresh_slots(kept, takes.takes_of(db, arena_id))
    return ArenaProgress(arena_id, plan.name, plan.state, plan.reason, done=fresh)
