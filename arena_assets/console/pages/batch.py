"""How far a batch is: each arena's state, its place in the queue, and when it may be finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arena_assets.actions.eta import Forecast, span, words
from arena_assets.actions.tracking import ArenaProgress, Tracker
from arena_assets.console.desk import Desk
from arena_assets.console.pages.listing import Shown, shown
from arena_assets.store import catalogue, plans
from arena_assets.store.history import OF_LATE
from arena_assets.store.plan_states import PlanState
from arena_assets.store.requests import RequestRecord

_BUSY = (PlanState.PLANNED, PlanState.QUEUED, PlanState.RUNNING)
_STATE_WORDS = {
    PlanState.PLANNED: "waits for its turn",
    PlanState.QUEUED: "its run is about to begin",
    PlanState.RUNNING: "between two steps",
    PlanState.MADE: "made; not published yet",
    PlanState.PUBLISHED: "published",
    PlanState.FAILED: "stopped",
    PlanState.CANCELLED: "stopped by a person",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One arena of a batch. ``now`` says what is happening, ``left`` how long it may take."""

    shown: Shown
    done: float
    queue: int | None
    now: str
    left: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    record: RequestRecord
    states: dict[PlanState, int]
    lines: tuple[Line, ...]
    left: str
    wait: str

    @property
    def finished(self) -> int:
        return self.states.get(PlanState.PUBLISHED, 0) + self.states.get(PlanState.MADE, 0)

    @property
    def over(self) -> bool:
        """Whether nothing of it will change by itself."""
        busy = (PlanState.PLANNED, PlanState.QUEUED, PlanState.RUNNING)
        return not any(self.states.get(each) for each in busy)

    @property
    def amount(self) -> float:
        return sum(line.done for line in self.lines)


def batches(here: Desk, records: Sequence[RequestRecord]) -> list[Batch]:
    """Requests with how many of their arenas are in which state."""
    states = catalogue.states_of_requests(here.db, [each.request_id for each in records])
    return [Batch(each, states[each.request_id], (), "", "") for each in records]


def batch(here: Desk, record: RequestRecord) -> Batch:
    """A request with each of its arenas, followed slot by slot while it is being made."""
    found = plans.list_plans(here.db, request_id=record.request_id, limit=len(record.arena_ids))
    states = dict(Counter(each.state for each in found))
    forecast = Forecast(here.db, here.settings, age=OF_LATE)
    # Following an arena reads all its results; those that have come to an end need none of it.
    busy = [each.arena_id for each in found if each.state in _BUSY]
    arenas = Tracker(here.db, busy).arenas if busy else {}
    queue = catalogue.queue_positions(here.db) if busy else {}
    lines = tuple(
        _line(each, arenas.get(each.plan.arena_id), forecast, queue) for each in shown(here, found)
    )
    eta = forecast.of_all(arenas.values())
    waits = any(each.state in (PlanState.PLANNED, PlanState.QUEUED) for each in found)
    wait = span(eta.wait) if eta.wait and waits else ""
    return Batch(record, states, lines, words(eta), wait)


def _line(
    card: Shown, at: ArenaProgress | None, forecast: Forecast, queue: Mapping[int, int]
) -> Line:
    plan = card.plan
    if at is None:
        stopped = plan.state in (PlanState.FAILED, PlanState.CANCELLED)
        words_now = _STATE_WORDS[plan.state]
        return Line(card, card.done, None, words_now, "", plan.reason if stopped else None)
    left = "" if at.finished else words(forecast.of(at))
    place = queue.get(at.arena_id)
    return Line(card, at.amount, place, now(at), left, at.reason if at.stopped else None)


def now(at: ArenaProgress) -> str:
    """What is happening to an arena, in words."""
    notes = [
        f"{str(slot).replace('_', ' ')}{f': {work.note}' if work.note else ''}"
        for slot, work in list(at.at_work.items())[:3]
    ]
    if notes:
        return ", ".join(notes)
    return _STATE_WORDS[at.state]
