"""Decisions of people about takes, and the pins that follow from them.

Of a slot the newest decision counts: an approval or a choice pins its very bytes (by their content
key), a rejection or a release lets them go. Nothing here starts any work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arena_assets.domain.slots import Slot, SlotName
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.review_tables import DecisionRow, WishRow


class Verdict(StrEnum):
    """``choose`` is an approval of another take than the one that counts; ``unpin`` takes an
    approval back without a judgement."""

    APPROVE = "approve"
    REJECT = "reject"
    CHOOSE = "choose"
    UNPIN = "unpin"


PINNING = frozenset({Verdict.APPROVE, Verdict.CHOOSE})


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what about which take, when and why. ``key`` is the content key of its bytes."""

    seq: int
    at: datetime
    arena_id: int
    slot: SlotName
    take: int
    key: str
    verdict: Verdict
    reason: str
    who: str

    @property
    def pins(self) -> bool:
        return self.verdict in PINNING

    def rejects(self, key: str) -> bool:
        """Whether it is a rejection of the bytes with this content key."""
        return self.verdict is Verdict.REJECT and self.key == key


def decide(
    session: Session, slot: Slot, take: int, key: str, verdict: Verdict, reason: str, who: str
) -> None:
    """Write a decision down in the caller's transaction."""
    session.add(
        DecisionRow(
            at=utc_now(),
            arena_id=slot.arena_id,
            asset=slot.where.asset,
            name=slot.where.name,
            take=take,
            key=key,
            kind=verdict.value,
            reason=reason,
            who=who,
        )
    )
    session.flush()


def decisions_of(db: Database, arena_id: int) -> list[Decision]:
    """Every decision about an arena, oldest first."""
    with db.read() as session:
        return _of_arena(session, arena_id)


def standing(db: Database, arena_id: int) -> dict[SlotName, Decision]:
    """The decision that counts of every slot that has one."""
    return {each.slot: each for each in decisions_of(db, arena_id)}


def pins_of(target: Database | Session, arena_id: int) -> dict[SlotName, Decision]:
    """The slots of an arena whose bytes a person has approved."""
    if isinstance(target, Database):
        with target.read() as session:
            return pins_of(session, arena_id)
    newest = {each.slot: each for each in _of_arena(target, arena_id)}
    return {slot: each for slot, each in newest.items() if each.pins}


def pin_of(target: Database | Session, slot: Slot) -> Decision | None:
    """The decision that pins a slot; None when it may be made anew."""
    if isinstance(target, Database):
        with target.read() as session:
            return pin_of(session, slot)
    query = (
        select(DecisionRow)
        .where(
            DecisionRow.arena_id == slot.arena_id,
            DecisionRow.asset == slot.where.asset,
            DecisionRow.name == slot.where.name,
        )
        .order_by(DecisionRow.seq.desc())
        .limit(1)
    )
    row = target.scalars(query).first()
    found = None if row is None else _decision(row)
    return found if found is not None and found.pins else None


def pinned_keys(db: Database, arena_ids: Collection[int]) -> dict[int, dict[SlotName, str]]:
    """The content key of every pinned slot of several arenas."""
    found: dict[int, dict[SlotName, str]] = {arena_id: {} for arena_id in arena_ids}
    newest = (
        select(func.max(DecisionRow.seq))
        .where(DecisionRow.arena_id.in_(arena_ids))
        .group_by(DecisionRow.arena_id, DecisionRow.asset, DecisionRow.name)
    )
    columns = (DecisionRow.arena_id, DecisionRow.asset, DecisionRow.name, DecisionRow.key)
    query = select(*columns).where(DecisionRow.seq.in_(newest), DecisionRow.kind.in_(PINNING))
    with db.read() as session:
        for arena_id, asset, name, key in session.execute(query):
            found[arena_id][SlotName(asset, name)] = key
    return found


def keep_wish(session: Session, slot: Slot, take: int, wish: str) -> None:
    """Keep what a person wants of a take that nobody has begun."""
    if wish:
        session.add(
            WishRow(
                arena_id=slot.arena_id,
                asset=slot.where.asset,
                name=slot.where.name,
                take=take,
                wish=wish,
            )
        )


def wishes_of(db: Database, arena_id: int) -> dict[tuple[SlotName, int], str]:
    """What people wanted of the takes of an arena, by slot and take."""
    with db.read() as session:
        rows: Iterable[WishRow] = session.scalars(
            select(WishRow).where(WishRow.arena_id == arena_id)
        )
        return {(SlotName(row.asset, row.name), row.take): row.wish for row in rows}


def _of_arena(session: Session, arena_id: int) -> list[Decision]:
    query = select(DecisionRow).where(DecisionRow.arena_id == arena_id).order_by(DecisionRow.seq)
    return [_decision(row) for row in session.scalars(query)]


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        seq=row.seq,
        at=row.at,
        arena_id=row.arena_id,
        slot=SlotName(row.asset, row.name),
        take=row.take,
        key=row.key,
        verdict=Verdict(row.kind),
        reason=row.reason,
        who=row.who,
    )
