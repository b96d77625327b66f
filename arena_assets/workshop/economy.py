"""Lore at half price: the drafts of waiting arenas go to Claude as one batch.

Each tick looks what became of batches that were sent, lets the arenas of ended ones have their
runs, and sends the next batch. A run then makes its call as always and finds its line. The journal
knows every call as sent, its money reserved, before the batch is made; whoever is killed in
between leaves drafts that are found again by their key, or, when no batch holds them, sent anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from arena_assets.domain.calls import Call
from arena_assets.domain.slots import Slot, metadata_slot
from arena_assets.errors import (
    ArenaError,
    ContentFault,
    NotFound,
    Outage,
    OutcomeUnknown,
    Refused,
    Transient,
)
from arena_assets.ledger.breaker import Breakers, Health
from arena_assets.ledger.call_journal import CallJournal, Outcome, in_use
from arena_assets.providers.claude.batches import MOST_REQUESTS, Batches
from arena_assets.providers.claude.options import PROVIDER
from arena_assets.providers.claude.writer import ClaudeLore
from arena_assets.settings import Settings
from arena_assets.store import plans, takes
from arena_assets.store.base import utc_now
from arena_assets.store.calls import CallState, PaidCall, Purpose, get_call
from arena_assets.store.database import Database
from arena_assets.store.drafts import (
    Draft,
    DraftState,
    drafts,
    mark_in_batch,
    mark_sent,
    release,
    want_again,
)
from arena_assets.workshop.services import claude_options
from arena_assets.workshop.studio import PlannedArena

_ARRIVING = timedelta(minutes=10)
"""So long after it was sent a batch may still appear in the service's list."""


@dataclass(frozen=True, slots=True)
class Tended:
    """What a tick did, in numbers of arenas."""

    sent: int = 0
    released: int = 0
    waiting: int = 0

    @property
    def sentence(self) -> str:
        if not any((self.sent, self.released, self.waiting)):
            return "No arena waits for a batch."
        return (
            f"{self.sent} drafts sent, {self.released} arenas released, "
            f"{self.waiting} wait for Claude."
        )


def tend(settings: Settings, db: Database, now: datetime | None = None) -> Tended:
    """One tick. One batch's trouble keeps no other from its turn: the first that came up is raised
    when all else is done, as what the service's answer means."""
    open_states = (DraftState.WANTED, DraftState.SENT, DraftState.IN_BATCH)
    if settings.lore != PROVIDER:
        # Claude is no longer chosen: who is now needs no batch.
        left = [each.arena_id for each in drafts(db, *open_states)]
        release(db, left)
        return Tended(released=len(left))
    if not drafts(db, *open_states):
        return Tended()
    options = replace(claude_options(settings), economy=True)
    desk = _Desk(db, ClaudeLore(options), Batches(options), CallJournal(db), now or utc_now())
    sent = ready = 0
    with desk.going_on():
        desk.find_lost()
    released = desk.look()
    with desk.going_on():
        sent, ready = desk.submit()
    if desk.faults:
        raise desk.faults[0]
    waiting = len(drafts(db, DraftState.SENT, DraftState.IN_BATCH))
    return Tended(sent, released + ready, waiting)


@dataclass(frozen=True, slots=True)
class _Desk:
    db: Database
    lore: ClaudeLore
    batches: Batches
    journal: CallJournal
    now: datetime
    faults: list[ArenaError] = field(default_factory=list)
    """What went wrong in this tick so far."""

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Note what goes wrong inside, and go on."""
        try:
            yield
        except ArenaError as error:
            self.faults.append(error)

    def submit(self) -> tuple[int, int]:
        """Make one batch of all that is wanted; how many drafts it holds, and how many arenas need
        none: they have their answer, or their own run shall say why they get none."""
        wanted = drafts(self.db, DraftState.WANTED)[:MOST_REQUESTS]
        if not wanted:
            return 0, 0
        breakers = Breakers(self.db)
        permit = breakers.admit(PROVIDER)
        health, said = Health.UNTRIED, None
        try:
            begun, ready = self._begin(wanted)
            if begun:
                self._send(begun)
                health = Health.UP
        except BaseException as error:
            health, said = _health(error), str(error)
            raise
        finally:
            breakers.report(permit, health, said)
        return len(begun), ready

    def _begin(self, wanted: list[Draft]) -> tuple[dict[int, tuple[Call, PaidCall]], int]:
        """Reserve each draft's price."""
        begun: dict[int, tuple[Call, PaidCall]] = {}
        ready = []
        for draft in wanted:
            call, purpose = self._call(draft.arena_id)
            try:
                turn = self.journal.begin(call, purpose)
            except Refused:
                ready.append(draft.arena_id)
                continue
            match turn.outcome:
                case Outcome.GO:
                    begun[draft.arena_id] = (call, turn.row)
                case Outcome.RECOVER:
                    mark_sent(self.db, {draft.arena_id: call.key})
                    self.journal.park(turn.row, "its batch is looked for")
                case Outcome.REPLAY | Outcome.SPOILED:
                    ready.append(draft.arena_id)
        release(self.db, ready)
        return begun, len(ready)

    def _send(self, begun: dict[int, tuple[Call, PaidCall]]) -> None:
        mark_sent(self.db, {arena_id: call.key for arena_id, (call, _) in begun.items()})
        rows = [self.journal.sent(row) for _, row in begun.values()]
        try:
            batch = self.batches.submit([call for call, _ in begun.values()])
        except BaseException as error:
            free = isinstance(error, ArenaError) and error.money == "no"
            for row in rows:
                end = self.journal.failed if free else self.journal.park
                end(row, f"its batch was not made: {error}")
            if free:
                want_again(self.db, list(begun))
            raise
        mark_in_batch(self.db, begun, batch.id)
        for row in rows:
            self.journal.park(row, f"it is in batch {batch.id}")

    def look(self) -> int:
        """Release the arenas of batches that have ended; how many. Those of one that the service
        does not know have their runs too, which look for their calls once more."""
        by_batch: defaultdict[str, list[int]] = defaultdict(list)
        for draft in drafts(self.db, DraftState.IN_BATCH):
            by_batch[draft.batch_id or ""].append(draft.arena_id)
        released = 0
        for batch_id, arena_ids in by_batch.items():
            with self.going_on():
                if self._over(batch_id):
                    release(self.db, arena_ids)
                    released += len(arena_ids)
        return released

    def _over(self, batch_id: str) -> bool:
        try:
            return self.batches.state(batch_id).ended
        except NotFound:
            return True

    def find_lost(self) -> None:
        """Find the batch of drafts whose sender did not live to record it."""
        orphans: dict[str, tuple[Draft, PaidCall]] = {}
        for draft in drafts(self.db, DraftState.SENT):
            row = None if draft.call_key is None else get_call(self.db, draft.call_key)
            if row is None or row.state in (CallState.INTENT, CallState.FAILED):
                if row is None or not in_use(row):
                    want_again(self.db, [draft.arena_id])
            elif row.state in (CallState.DONE, CallState.SPOILED):
                release(self.db, [draft.arena_id])
            elif row.state is CallState.UNKNOWN or not in_use(row):
                orphans[row.key] = draft, row
        if not orphans:
            return
        since = min(draft.updated_at for draft, _ in orphans.values()) - _ARRIVING
        found, working = self.batches.find(orphans, since)
        for key, (draft, row) in orphans.items():
            if key in found:
                mark_in_batch(self.db, [draft.arena_id], found[key])
            elif working or self.now - draft.updated_at <= _ARRIVING:
                continue
            # The call that was sent is given up, whatever the arena's next one would be by now.
            elif self.journal.failed(row, "no batch holds it"):
                want_again(self.db, [draft.arena_id])

    def _call(self, arena_id: int) -> tuple[Call, Purpose]:
        plan = plans.get_plan(self.db, arena_id)
        slot = Slot(arena_id, metadata_slot())
        outline = PlannedArena(plan, self.db).outline
        call = self.lore.first_call(outline, takes.current_take(self.db, slot))
        return call, Purpose(plan.project, plan.request_id, arena_id, str(slot.where))


def _health(error: BaseException) -> Health:
    """What a batch that was not made says about the service."""
    if isinstance(error, (Outage, Transient, OutcomeUnknown)):
        return Health.DOWN
    return Health.UP if isinstance(error, ContentFault) else Health.UNTRIED
