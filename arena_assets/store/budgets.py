"""Caps, and what is reserved and spent under each.

Every change goes through :func:`move_money`, which keeps three things in one transaction: the
spending rows (locked, so that caps hold over all processes), the append-only ledger, and with them
the invariant that each spending row is the sum of the ledger's entries for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.orm import Session

from arena_assets.store.audit import record
from arena_assets.store.base import utc_now
from arena_assets.store.calls import PaidCall
from arena_assets.store.database import Database
from arena_assets.store.money_tables import BudgetRow, LedgerRow, SpendingRow
from arena_assets.store.statements import upsert
from arena_assets.store.tables import RequestRow

ZERO = Decimal(0)


class Scope(StrEnum):
    """What a cap is over."""

    REQUEST = "request"
    PROJECT = "project"
    PROJECT_MONTH = "project_month"
    MONTH = "month"


class EntryKind(StrEnum):
    """Why money moved. ``charge``: a person said so, or a service charged what was not reserved."""

    RESERVE = "reserve"
    SETTLE = "settle"
    RELEASE = "release"
    CHARGE = "charge"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Budget:
    """One cap with what stands against it, in dollars. ``cap_usd`` is None where there is none."""

    scope: Scope
    subject: str
    month: str
    cap_usd: Decimal | None
    reserved_usd: Decimal
    spent_usd: Decimal

    @property
    def left_usd(self) -> Decimal | None:
        """What would still fit; never below 0."""
        if self.cap_usd is None:
            return None
        return max(ZERO, self.cap_usd - self.spent_usd - self.reserved_usd)


def month_of(at: datetime) -> str:
    """The budget month of a time, in UTC: ``2026-11``."""
    return f"{at:%Y-%m}"


def scopes_of(project: str, request_id: int | None, month: str) -> list[tuple[Scope, str, str]]:
    """Every scope a call counts under, in the one order in which they are locked."""
    found = [
        (Scope.MONTH, "", month),
        (Scope.PROJECT, project, ""),
        (Scope.PROJECT_MONTH, project, month),
    ]
    if request_id is not None:
        found.append((Scope.REQUEST, str(request_id), ""))
    return found


def locked_budgets(
    session: Session, project: str, request_id: int | None, month: str
) -> list[Budget]:
    """The budgets of a call, their spending locked until the transaction ends."""
    scopes = scopes_of(project, request_id, month)
    found = _locked(session, scopes)
    caps = _caps(session, scopes)  # read once they are locked, so that a cap just set counts
    return [Budget(*scope, caps.get(scope[:2]), *found[scope]) for scope in scopes]


def move_money(
    session: Session,
    call: PaidCall,
    kind: EntryKind,
    *,
    reserved: Decimal = ZERO,
    spent: Decimal = ZERO,
    note: str | None = None,
) -> None:
    """Change what is reserved and spent for a locked call, in every scope, and write it down."""
    if not reserved and not spent:
        return
    scopes = scopes_of(call.project, call.request_id, call.month)
    # Added in decimals here, not in SQL: SQLite would add floats.
    sums = [
        {
            "kind": scope.value,
            "subject": subject,
            "month": month,
            "reserved_usd": was_reserved + reserved,
            "spent_usd": was_spent + spent,
        }
        for (scope, subject, month), (was_reserved, was_spent) in _locked(session, scopes).items()
    ]
    session.execute(update(SpendingRow), sums)
    session.execute(
        insert(LedgerRow).values(
            at=utc_now(),
            kind=kind.value,
            call_key=call.key,
            month=call.month,
            reserved_usd=reserved,
            spent_usd=spent,
            provider=call.provider,
            service=call.service,
            endpoint=call.endpoint,
            model=call.model,
            arena_id=call.arena_id,
            request_id=call.request_id,
            project=call.project,
            slot=call.slot,
            note=note,
        )
    )


def set_budget(db: Database, scope: Scope, subject: str, cap_usd: Decimal | None) -> None:
    """Set a cap, or with None take it away, a request's own too. ``subject``: a project, a
    request's number, or ''."""
    with db.write() as session:
        was = _caps(session, [(scope, subject, "")]).get((scope, subject))
        key = {"kind": scope.value, "subject": subject}
        values = {"cap_usd": cap_usd, "updated_at": utc_now()}
        new = upsert(session, BudgetRow, **key, **values)
        session.execute(new.on_conflict_do_update(index_elements=[*key], set_=values))
        record(
            session,
            "budget.set",
            " ".join(filter(None, (scope.value, subject))),
            project=subject if scope in (Scope.PROJECT, Scope.PROJECT_MONTH) else None,
            was=None if was is None else str(was),
            cap_usd=None if cap_usd is None else str(cap_usd),
        )


def get_budgets(
    db: Database, *, project: str | None = None, request_id: int | None = None
) -> list[Budget]:
    """The budgets of this month that apply: all of the installation's, or one project's."""
    month = month_of(utc_now())
    with db.read() as session:
        scopes = [(Scope.MONTH, "", month)]
        for name in [project] if project is not None else _projects(session):
            scopes += [(Scope.PROJECT, name, ""), (Scope.PROJECT_MONTH, name, month)]
        if request_id is not None:
            scopes.append((Scope.REQUEST, str(request_id), ""))
        spending = _spending(session, scopes, lock=False)
        caps = _caps(session, scopes)
        return [
            Budget(*scope, caps.get(scope[:2]), *spending.get(scope, (ZERO, ZERO)))
            for scope in scopes
        ]


def _locked(
    session: Session, scopes: list[tuple[Scope, str, str]]
) -> dict[tuple[Scope, str, str], tuple[Decimal, Decimal]]:
    """Reserved and spent by scope, locked; rows that are missing are made."""
    found = _spending(session, scopes)
    if len(found) == len(scopes):
        return found
    for scope, subject, month in scopes:
        key = {"kind": scope.value, "subject": subject, "month": month}
        new = upsert(session, SpendingRow, **key, reserved_usd=ZERO, spent_usd=ZERO)
        session.execute(new.on_conflict_do_nothing())
    return _spending(session, scopes)


def _spending(
    session: Session, scopes: list[tuple[Scope, str, str]], *, lock: bool = True
) -> dict[tuple[Scope, str, str], tuple[Decimal, Decimal]]:
    key = tuple_(SpendingRow.kind, SpendingRow.subject, SpendingRow.month)
    query = select(SpendingRow).where(key.in_([(kind.value, *rest) for kind, *rest in scopes]))
    # One order for all, so that two transactions never wait for each other in a ring.
    query = query.order_by(SpendingRow.kind, SpendingRow.subject, SpendingRow.month)
    if lock:
        query = query.with_for_update()
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {
        (Scope(row.kind), row.subject, row.month): (row.reserved_usd, row.spent_usd) for row in rows
    }


def _caps(
    session: Session, scopes: Iterable[tuple[Scope, str, str]]
) -> dict[tuple[Scope, str], Decimal | None]:
    """Caps by kind and subject; a request's is the one it was placed with unless changed since,
    also to none."""
    wanted = [(scope.value, subject) for scope, subject, _ in scopes]
    query = select(BudgetRow).where(tuple_(BudgetRow.kind, BudgetRow.subject).in_(wanted))
    caps: dict[tuple[Scope, str], Decimal | None]
    caps = {(Scope(row.kind), row.subject): row.cap_usd for row in session.scalars(query)}
    for kind, subject in wanted:
        if kind == Scope.REQUEST and (Scope.REQUEST, subject) not in caps:
            spec = session.scalar(select(RequestRow.spec).where(RequestRow.id == int(subject)))
            if spec is not None and spec.get("cap_usd") is not None:
                caps[(Scope.REQUEST, subject)] = Decimal(str(spec["cap_usd"]))
    return caps


def _projects(session: Session) -> list[str]:
    kinds = (Scope.PROJECT.value, Scope.PROJECT_MONTH.value)
    capped = select(BudgetRow.subject).where(
        BudgetRow.kind.in_(kinds), BudgetRow.cap_usd.is_not(None)
    )
    spending = select(SpendingRow.subject).where(SpendingRow.kind.in_(kinds))
    return sorted(set(session.scalars(capped)) | set(session.scalars(spending)))
