"""Reading the ledger: what was reserved and spent, for whom, at which service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from arena_assets.store.base import MICRODOLLAR
from arena_assets.store.database import Database
from arena_assets.store.money_tables import LedgerRow, SpendingRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger; amounts in dollars are changes, with their sign."""

    seq: int
    at: datetime
    kind: str
    call_key: str
    month: str
    reserved_usd: Decimal
    spent_usd: Decimal
    provider: str
    service: str
    endpoint: str
    model: str | None
    arena_id: int | None
    request_id: int | None
    project: str
    slot: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of a provider's endpoint: to hold against what the provider reports."""

    provider: str
    service: str
    endpoint: str
    model: str | None
    month: str
    calls: int
    reserved_usd: Decimal
    spent_usd: Decimal


def entries(
    db: Database,
    *,
    arena_id: int | None = None,
    project: str | None = None,
    call_key: str | None = None,
    after: int = 0,
    limit: int = 5000,
) -> list[Entry]:
    """Lines of the ledger in their order, those above number ``after``."""
    query = select(LedgerRow).where(LedgerRow.seq > after).order_by(LedgerRow.seq).limit(limit)
    if call_key is not None:
        query = query.where(LedgerRow.call_key == call_key)
    for condition in _only(arena_id, project):
        query = query.where(condition)
    with db.read() as session:
        return [
            Entry(**{name: getattr(row, name) for name in Entry.__slots__})
            for row in session.scalars(query)
        ]


def totals(db: Database, *, arena_id: int | None = None, project: str | None = None) -> list[Total]:
    """What was spent and is reserved, by endpoint, model and month."""
    columns = (
        LedgerRow.provider,
        LedgerRow.service,
        LedgerRow.endpoint,
        LedgerRow.model,
        LedgerRow.month,
    )
    query = select(
        *columns,
        func.count(func.distinct(LedgerRow.call_key)),
        func.sum(LedgerRow.reserved_usd),
        func.sum(LedgerRow.spent_usd),
    )
    for condition in _only(arena_id, project):
        query = query.where(condition)
    with db.read() as session:
        rows = session.execute(query.group_by(*columns).order_by(*columns)).all()
    return [
        Total(row[0], row[1], row[2], row[3], row[4], row[5], _exact(row[6]), _exact(row[7]))
        for row in rows
    ]


def unbalanced(db: Database) -> list[str]:
    """Spending rows that are not the sum of their ledger entries; empty when all is well."""
    sums: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = {}
    after = 0
    while page := entries(db, after=after):
        after = page[-1].seq
        for entry in page:
            places = [
                ("month", "", entry.month),
                ("project", entry.project, ""),
                ("project_month", entry.project, entry.month),
            ]
            if entry.request_id is not None:
                places.append(("request", str(entry.request_id), ""))
            for place in places:
                reserved, spent = sums.get(place, (Decimal(0), Decimal(0)))
                sums[place] = (reserved + entry.reserved_usd, spent + entry.spent_usd)
    with db.read() as session:
        kept = {
            (row.kind, row.subject, row.month): (row.reserved_usd, row.spent_usd)
            for row in session.scalars(select(SpendingRow))
        }
    nothing = (Decimal(0), Decimal(0))
    return [
        f"{'/'.join(filter(None, place))}: kept {kept.get(place)}, entries say {sums.get(place)}"
        for place in sorted({*kept, *sums})
        if kept.get(place, nothing) != sums.get(place, nothing)
    ]


def _only(arena_id: int | None, project: str | None) -> list[Any]:
    conditions: list[Any] = []
    if arena_id is not None:
        conditions.append(LedgerRow.arena_id == arena_id)
    if project is not None:
        conditions.append(LedgerRow.project == project)
    return conditions


def _exact(amount: Any) -> Decimal:
    return Decimal(str(amount)).quantize(MICRODOLLAR)
