"""What each batch of lore was reserved and what it cost, from the calls it held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from arena_assets.store.database import Database
from arena_assets.store.money_tables import PaidCallRow
from arena_assets.store.tables import EconomyDraftRow


@dataclass(frozen=True, slots=True)
class BatchBook:
    """One batch. ``reserved_usd`` is what was set aside when it was sent, ``held_usd`` what still
    is, ``spent_usd`` what its answers came to; ``open`` counts calls without their answer yet."""

    batch_id: str
    sent_at: datetime
    calls: int
    open: int
    reserved_usd: Decimal
    held_usd: Decimal
    spent_usd: Decimal


def batch_books(
    db: Database, *, arena_id: int | None = None, project: str | None = None
) -> list[BatchBook]:
    """Every batch, the oldest first. With an arena or project only their calls in it are counted;
    repairs are none of a batch's."""
    query = (
        select(EconomyDraftRow.batch_id, PaidCallRow)
        .join(PaidCallRow, PaidCallRow.key == EconomyDraftRow.call_key)
        .where(EconomyDraftRow.batch_id.is_not(None))
    )
    if arena_id is not None:
        query = query.where(EconomyDraftRow.arena_id == arena_id)
    if project is not None:
        query = query.where(PaidCallRow.project == project)
    found: dict[str, list[PaidCallRow]] = {}
    with db.read() as session:
        for batch_id, call in session.execute(query):
            found.setdefault(str(batch_id), []).append(call)
        books = [_book(batch_id, calls) for batch_id, calls in found.items()]
    return sorted(books, key=lambda book: (book.sent_at, book.batch_id))


def _book(batch_id: str, calls: list[PaidCallRow]) -> BatchBook:
    zero = Decimal(0)
    return BatchBook(
        batch_id=batch_id,
        sent_at=min(call.created_at for call in calls),
        calls=len(calls),
        open=sum(call.price_usd is None for call in calls),
        reserved_usd=sum((call.ceiling_usd for call in calls), zero),
        held_usd=sum((call.reserved_usd for call in calls), zero),
        spent_usd=sum((call.price_usd or zero for call in calls), zero),
    )
