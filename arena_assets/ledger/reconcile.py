"""Our ledger beside what a service reports, day by day, and the calls that may explain a gap."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from arena_assets.domain.usage_report import CREDITS, Report
from arena_assets.store.calls import CallState, PaidCall, list_calls
from arena_assets.store.database import Database
from arena_assets.store.ledger_entries import entries

_CREDIT_HEADER = "character-cost"
_TOLERANCE = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Day:
    """One service on one UTC day. ``unmatched``: calls of that day of which it is not known, or
    was said by a person, whether they were charged; a gap is looked for there first."""

    service: str
    day: date
    ours: Decimal
    theirs: Decimal
    unmatched: tuple[PaidCall, ...]

    @property
    def difference(self) -> Decimal:
        """What they count and we do not; negative the other way round."""
        return self.theirs - self.ours

    @property
    def agrees(self) -> bool:
        """Equal to a cent, or to a credit's fraction."""
        return abs(self.difference) <= _TOLERANCE


def reconcile(db: Database, report: Report) -> list[Day]:
    """Every day from the report's first to its last, of the services it names.

    Dollars are compared with what the ledger settled, charged or refunded on the day; credits with
    what the answers' own headers told, on the day on which the call that was answered was begun. A
    call around midnight may count for either day.
    """
    services = {service for service, _ in report.days}
    first, last = (end(day for _, day in report.days) for end in (min, max))
    calls = [
        call
        for call in list_calls(db)
        if call.service in services and first <= _day_of(call.created_at) <= last
    ]
    ours = _credits(calls) if report.unit == CREDITS else _dollars(db, services, first, last)
    unmatched: defaultdict[tuple[str, date], list[PaidCall]] = defaultdict(list)
    for call in calls:
        if _open_to_doubt(call):
            unmatched[call.service, _day_of(call.created_at)].append(call)
    return [
        Day(
            service,
            day,
            ours.get((service, day), Decimal(0)),
            report.days.get((service, day), Decimal(0)),
            tuple(unmatched.get((service, day), ())),
        )
        for service, day in sorted({*report.days, *ours, *unmatched})
    ]


def _dollars(
    db: Database, services: set[str], first: date, last: date
) -> dict[tuple[str, date], Decimal]:
    found: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    after = 0
    while page := entries(db, after=after):
        after = page[-1].seq
        for entry in page:
            day = _day_of(entry.at)
            if entry.service in services and first <= day <= last and entry.spent_usd:
                found[entry.service, day] += entry.spent_usd
    return dict(found)


def _credits(calls: list[PaidCall]) -> dict[tuple[str, date], Decimal]:
    found: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for call in calls:
        told = {str(name).casefold(): value for name, value in (call.headers or {}).items()}
        try:
            found[call.service, _day_of(call.created_at)] += Decimal(str(told[_CREDIT_HEADER]))
        except (KeyError, InvalidOperation):
            continue
    return dict(found)


def _open_to_doubt(call: PaidCall) -> bool:
    if call.state in (CallState.UNKNOWN, CallState.SENT, CallState.SPOILED):
        return True
    return call.state is CallState.FAILED and "settled by a person" in (call.error or "")


def _day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
