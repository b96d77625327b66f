"""Review: approve, reject with a reason, choose between takes; by whom and when is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue
from sqlalchemy.orm import Session

from arena_assets.actions.redo import (
    begin_takes,
    made_from,
    rebuilt_by,
    require_unpinned,
    tell_unpinned,
)
from arena_assets.domain.identity import partition_key
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import MADE, Slot, SlotName
from arena_assets.domain.style import parse_wish
from arena_assets.errors import ArenaError, NotFound, Refused, UsageFault
from arena_assets.store import events, results
from arena_assets.store.audit import record
from arena_assets.store.database import Database, together
from arena_assets.store.decisions import Verdict, decide, pins_of, standing
from arena_assets.store.plans import lock_plans, locked_plan, plan_project
from arena_assets.store.tables import PlanRow
from arena_assets.store.takes import set_take, takes_of
from arena_assets.workshop.freshness import fresh_slots

REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class Rejected:
    """``next_take`` is what will be made instead; None when nothing shall be."""

    next_take: int | None
    rebuilt: tuple[SlotName, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item of a bulk act; ``refused`` is why it did not happen."""

    arena_id: int
    slot: SlotName
    refused: str | None = None


def approve(db: Database, slot: Slot, *, who: str, key: str | None = None) -> SlotManifest:
    """Approve what a slot holds now: from here on it stays, byte for byte.

    ``key`` is the content key of what the person saw; when something else has come since, nothing
    is approved. Raises :class:`Refused` for that, and for what is not made or being made anew.
    """
    _require_takes(slot.where)
    with db.write() as session:
        plan = locked_plan(session, slot.arena_id)
        found = _current(session, slot)
        _require_seen(slot, found, key)
        decide(session, slot, found.take, found.key, Verdict.APPROVE, "", who)
        _record(session, "slot.approve", slot, plan, take=found.take, key=found.key[:16])
        data: dict[str, JsonValue] = {"take": found.take, "who": who}
        events.append(session, "slot_approved", slot=slot, data=data)
    return found


@together
def approve_many(db: Database, items: Iterable[Slot], *, who: str) -> list[Outcome]:
    """Approve each item by itself; one that can't be does not keep the others from it."""
    items = list(items)
    found = []
    # In order, as each is held until all are done.
    lock_plans(db, {slot.arena_id for slot in items})
    for slot in items:
        refused = None
        try:
            approve(db, slot, who=who)
        except ArenaError as error:
            refused = str(error)
        found.append(Outcome(slot.arena_id, slot.where, refused))
    return found


@together
def approve_made(db: Database, arena_id: int, *, who: str) -> list[Outcome]:
    """Approve everything of an arena that is made, current and open: neither approved yet nor, as
    it is now, rejected."""
    lock_plans(db, [arena_id])  # nobody rejects one of them meanwhile
    kept = results.for_arena(db, arena_id)
    fresh = fresh_slots(kept, takes_of(db, arena_id))
    decided = standing(db, arena_id)

    def is_open(slot: SlotName) -> bool:
        made = decided.get(slot)
        return made is None or not (made.pins or made.rejects(kept[slot].key))

    wanted = [Slot(arena_id, slot) for slot in MADE if slot in fresh and is_open(slot)]
    return approve_many(db, wanted, who=who)


def reject(
    db: Database,
    slot: Slot,
    reason: str,
    *,
    who: str,
    key: str | None = None,
    again: bool = True,
    wish: str = "",
    unpin: bool = False,
) -> Rejected:
    """Reject what a slot holds, and with ``again`` have its next take made, by the wish if any.

    ``key`` is the content key of what the person saw, as in :func:`approve`. The launch is asked
    for by a sensor that follows decisions. Raises :class:`Refused` when something else has come
    since, and, with the list, when a new take would reach items below that are approved, unless
    ``unpin``.
    """
    _require_takes(slot.where)
    reason = _reason(reason)
    wish = parse_wish(wish)
    rebuilt = rebuilt_by([slot.where]) if again else ()
    below = made_from(slot.where) if again else ()
    with db.write() as session:
        plan = locked_plan(session, slot.arena_id)
        found = results.latest(session, slot)
        if found is None:
            raise Refused(f"{slot} is not made yet", "Wait until it is; there is nothing to reject")
        _require_seen(slot, found, key)
        unpinned = require_unpinned(session, slot.arena_id, below, who=who, unpin=unpin)
        decide(session, slot, found.take, found.key, Verdict.REJECT, reason, who)
        takes = (
            begin_takes(session, slot.arena_id, [slot.where], {slot.where: wish}) if again else {}
        )
        next_take = takes.get(slot.where)
        _record(
            session,
            "slot.reject",
            slot,
            plan,
            take=found.take,
            reason=reason,
            next_take=next_take,
            unpinned=[str(each) for each in unpinned],
        )
        tell_unpinned(session, slot.arena_id, unpinned, who)
        data: dict[str, JsonValue] = {
            "take": found.take,
            "who": who,
            "reason": reason,
            "next_take": next_take,
        }
        events.append(session, "slot_rejected", slot=slot, data=data)
    return Rejected(next_take, rebuilt)


def unpin(db: Database, slot: Slot, reason: str, *, who: str) -> None:
    """Take an approval back; nothing is made anew by that. Raises :class:`Refused` without one."""
    reason = _reason(reason, empty=True)
    with db.write() as session:
        plan = locked_plan(session, slot.arena_id)
        pin = pins_of(session, slot.arena_id).get(slot.where)
        if pin is None:
            raise Refused(f"{slot} is not approved", "There is nothing to take back")
        decide(session, slot, pin.take, pin.key, Verdict.UNPIN, reason, who)
        _record(session, "slot.unpin", slot, plan, take=pin.take, reason=reason)
        events.append(session, "slot_unpinned", slot=slot, data={"who": who})


def choose(
    db: Database, slot: Slot, take: int, *, who: str, reason: str = "", unpin: bool = False
) -> SlotManifest:
    """Let an older or newer take that is there count, and approve it: its very bytes, for free.

    What is made from the slot is assembled again. Raises :class:`NotFound` for a take that was
    never made, :class:`Refused` when approved items below would change, unless ``unpin``.
    """
    _require_takes(slot.where)
    found = _made_take(db, slot, take)
    with db.write() as session:
        plan = locked_plan(session, slot.arena_id)
        changes = (now := results.latest_key(session, slot)) != found.key
        unpinned = (
            require_unpinned(session, slot.arena_id, made_from(slot.where), who=who, unpin=unpin)
            if changes
            else {}
        )
        decide(session, slot, take, found.key, Verdict.CHOOSE, _reason(reason, empty=True), who)
        was = takes_of(session, slot.arena_id).get(slot.where, 1)
        set_take(session, slot, take)
        _record(
            session,
            "slot.choose",
            slot,
            plan,
            was=was,
            take=take,
            unpinned=[str(each) for each in unpinned],
        )
        tell_unpinned(session, slot.arena_id, unpinned, who)
        data: dict[str, JsonValue] = {"take": take, "who": who, "instead_of": now}
        events.append(session, "slot_chosen", slot=slot, data=data)
    return found


def takes_made(db: Database, slot: Slot) -> dict[int, SlotManifest]:
    """The newest result of every take of a slot that was made, by rising take."""
    found: dict[int, SlotManifest] = {}
    for manifest in results.history_of(db, slot):
        found.setdefault(manifest.take, manifest)
    return dict(sorted(found.items()))


def _record(session: Session, action: str, slot: Slot, plan: PlanRow, **data: object) -> None:
    target = f"{partition_key(slot.arena_id)}/{slot.where}"
    record(session, action, target, project=plan_project(session, plan), **data)


def _current(session: Session, slot: Slot) -> SlotManifest:
    """What a slot holds, if it counts; its plan is locked, so no redo comes between."""
    kept = results.for_arena(session, slot.arena_id)
    if slot.where not in kept:
        raise Refused(f"{slot} is not made yet", "Wait until it is, then look at it")
    if slot.where not in fresh_slots(kept, takes_of(session, slot.arena_id)):
        raise Refused(
            f"{slot} is about to be made anew, as it or something above it was redone",
            f"Wait for {partition_key(slot.arena_id)} to be made, then look at it again",
        )
    return kept[slot.where]


def _require_seen(slot: Slot, found: SlotManifest, key: str | None) -> None:
    """Raise :class:`Refused` when a person decides about other bytes than those they saw."""
    if key is not None and key != found.key:
        raise Refused(f"{slot} has changed since you looked at it", "Look at it again, then decide")


def _made_take(db: Database, slot: Slot, take: int) -> SlotManifest:
    found = takes_made(db, slot)
    if take not in found:
        made = ", ".join(map(str, found)) or "none"
        raise NotFound(f"{slot} has no take {take}", f"Takes that were made: {made}")
    return found[take]


def _require_takes(slot: SlotName) -> None:
    if slot not in MADE:
        raise Refused(
            f"{slot} is not decided upon; it is gathered from the items that are",
            "Decide upon one of those, like image_set/view_03",
        )


def _reason(text: str, *, empty: bool = False) -> str:
    reason = " ".join(text.split())
    if not reason and not empty:
        raise UsageFault("A rejection needs a reason", "Say in a few words what is wrong with it")
    if len(reason) > REASON_MAX:
        raise UsageFault(f"The reason has {len(reason)} characters", f"Use at most {REASON_MAX}")
    return reason
