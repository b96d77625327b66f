"""Redo: slots made again as their next take, with everything that is made from them.

What is approved never changes by the way: a redo that would reach an approved item is refused with
the list of those items, unless the same act takes their approvals back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from arena_assets.domain.identity import partition_key
from arena_assets.domain.quote_costs import Usd
from arena_assets.domain.redo_costs import slots_usd
from arena_assets.domain.slots import MADE, UPSTREAM, Slot, SlotName, downstream, parse_slot
from arena_assets.domain.style import parse_wish
from arena_assets.errors import Refused, UsageFault
from arena_assets.ledger.quoting import Counter
from arena_assets.providers.style import follows
from arena_assets.settings import Settings
from arena_assets.store import events
from arena_assets.store.audit import record
from arena_assets.store.database import Database
from arena_assets.store.decisions import Decision, Verdict, decide, keep_wish, pins_of
from arena_assets.store.launches import want_launch
from arena_assets.store.plans import get_plan, locked_plan, plan_project
from arena_assets.store.takes import next_take

Wishes = Mapping[SlotName, str]


@dataclass(frozen=True, slots=True)
class RedoPreview:
    """What a redo would do. ``rebuilt`` holds the chosen slots too; ``pinned`` stand in its way.

    ``least`` is what the chosen slots alone cost, ``usd`` with all that depends on them: a part of
    that may come out byte for byte as it was and is then not made again.
    """

    arena_id: int
    chosen: tuple[SlotName, ...]
    rebuilt: tuple[SlotName, ...]
    pinned: tuple[SlotName, ...]
    usd: Usd
    least: Usd
    follows: Mapping[SlotName, str]
    """How far the maker of each chosen slot follows a wish, in words."""


@dataclass(frozen=True, slots=True)
class Redone:
    """What a redo asked for: the new take of each chosen slot, and the launch that makes it."""

    takes: Mapping[SlotName, int]
    rebuilt: tuple[SlotName, ...]
    unpinned: tuple[SlotName, ...]
    launch: int | None


def chosen_slots(names: Iterable[str]) -> tuple[SlotName, ...]:
    """Slots as people write them, each once. Raises NotFound, and Refused for what has no takes."""
    chosen = tuple(dict.fromkeys(parse_slot(name) for name in names))
    if not chosen:
        raise UsageFault("No slot is named", "Name one, like image_set/view_03")
    for each in chosen:
        if each not in MADE:
            raise Refused(
                f"{each} has no takes; it is gathered from the slots that have",
                "Redo one of those, like image_set/view_03, or run 'arena resume'",
            )
    return chosen


def rebuilt_by(chosen: Iterable[SlotName]) -> tuple[SlotName, ...]:
    """The slots themselves and all that is made from them, in the order of the product."""
    chosen = set(chosen)
    touched = chosen.union(*(downstream(each) for each in chosen))
    return tuple(each for each in UPSTREAM if each in touched)


def made_from(slot: SlotName) -> tuple[SlotName, ...]:
    """All that is made from a slot, without the slot itself, in the order of the product."""
    below = downstream(slot)
    return tuple(each for each in UPSTREAM if each in below)


def preview_redo(
    settings: Settings, db: Database, arena_id: int, chosen: Collection[SlotName]
) -> RedoPreview:
    """The exact list of what would be rebuilt, and its price. Changes nothing."""
    return _preview(settings, db, arena_id, chosen, rebuilt_by(chosen))


def preview_choice(settings: Settings, db: Database, slot: Slot) -> RedoPreview:
    """The same for letting another take of a slot count: its bytes are there and are kept, so what
    is made from it is rebuilt and nothing is chosen to be made again."""
    return _preview(settings, db, slot.arena_id, (), made_from(slot.where))


def _preview(
    settings: Settings,
    db: Database,
    arena_id: int,
    chosen: Collection[SlotName],
    rebuilt: tuple[SlotName, ...],
) -> RedoPreview:
    get_plan(db, arena_id)
    pins = pins_of(db, arena_id)
    counter = Counter.open(settings, db)
    services = counter.tariff.services
    return RedoPreview(
        arena_id=arena_id,
        chosen=tuple(chosen),
        rebuilt=rebuilt,
        pinned=tuple(slot for slot in rebuilt if slot in pins),
        usd=slots_usd(counter.tariff, rebuilt, counter.measured),
        least=slots_usd(counter.tariff, chosen, counter.measured),
        follows={slot: follows(slot.asset, services.of(slot.asset)) for slot in chosen},
    )


def price_of(settings: Settings, db: Database, slots: Collection[SlotName]) -> Usd:
    """What making these slots costs today."""
    counter = Counter.open(settings, db)
    return slots_usd(counter.tariff, slots, counter.measured)


def redo(
    db: Database,
    arena_id: int,
    chosen: Collection[SlotName],
    *,
    who: str,
    wishes: Wishes | None = None,
    unpin: bool = False,
) -> Redone:
    """Ask for the next take of each slot, in one transaction with all that goes with it.

    Raises :class:`Refused`, with the list, when that would reach an approved item and ``unpin`` is
    not given.
    """
    wishes = {slot: parse_wish(wish) for slot, wish in (wishes or {}).items()}
    with db.write() as session:
        plan = locked_plan(session, arena_id)
        unpinned = require_unpinned(session, arena_id, rebuilt_by(chosen), who=who, unpin=unpin)
        takes = begin_takes(session, arena_id, chosen, wishes)
        record(
            session,
            "slot.redo",
            partition_key(arena_id),
            project=plan_project(session, plan),
            takes={str(slot): take for slot, take in takes.items()},
            unpinned=[str(slot) for slot in unpinned],
        )
        tell_unpinned(session, arena_id, unpinned, who)
        named = ", ".join(map(str, takes))
        launch = want_launch(session, arena_id, f"redo {named} ({who})")
    return Redone(takes, rebuilt_by(chosen), tuple(unpinned), launch)


def begin_takes(
    session: Session, arena_id: int, chosen: Iterable[SlotName], wishes: Wishes
) -> dict[SlotName, int]:
    """Go on to the next take of each slot, its wish kept with it."""
    takes = {}
    for slot in chosen:
        takes[slot] = next_take(session, Slot(arena_id, slot))
        keep_wish(session, Slot(arena_id, slot), takes[slot], wishes.get(slot, ""))
    return takes


def require_unpinned(
    session: Session, arena_id: int, touched: Iterable[SlotName], *, who: str, unpin: bool
) -> dict[SlotName, Decision]:
    """Take back the approvals among the touched slots, or raise :class:`Refused` with their list.

    The arena's plan must be locked: then nobody approves one of them meanwhile.
    """
    pins = pins_of(session, arena_id)
    reached = {slot: pins[slot] for slot in touched if slot in pins}
    if reached and not unpin:
        raise approved_in_the_way(arena_id, reached)
    for slot, pin in reached.items():
        decide(
            session,
            Slot(arena_id, slot),
            pin.take,
            pin.key,
            Verdict.UNPIN,
            "taken back by a redo",
            who,
        )
    return reached


def tell_unpinned(session: Session, arena_id: int, unpinned: Iterable[SlotName], who: str) -> None:
    """Events of approvals taken back; they come after every row is locked."""
    for slot in unpinned:
        events.append(session, "slot_unpinned", slot=Slot(arena_id, slot), data={"who": who})


def approved_in_the_way(arena_id: int, pinned: Iterable[SlotName]) -> Refused:
    """The refusal, with every approved item that would change."""
    names = ", ".join(map(str, pinned))
    return Refused(
        f"That would change what is approved in {partition_key(arena_id)}: {names}",
        "Take these approvals back in the same act (--unpin), or leave it as it is",
    )
