"""What a service says was used, by day, read from the files its console and its API give.

Known are Claude's cost report (JSON of ``/v1/organizations/cost_report``, amounts in cents, or the
console's CSV with ``usage_date_utc`` and ``cost_usd``), ElevenLabs' usage (JSON of
``/v1/usage/character-stats``, credits, times in milliseconds), and a plain CSV with the columns
``service``, ``day`` and ``usd``.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from arena_assets.domain.services import CLAUDE, ELEVENLABS
from arena_assets.errors import UsageFault

USD, CREDITS = "usd", "credits"
_CENTS = Decimal(100)
_KNOWN = (
    "Give Claude's cost report or console CSV, ElevenLabs' character-stats, or a CSV with the "
    "columns service, day, usd (docs/money.md)"
)


@dataclass(frozen=True, slots=True)
class Report:
    """Amounts by service and UTC day, in one unit: dollars, or a service's credits."""

    unit: str
    days: Mapping[tuple[str, date], Decimal]


def read_report(text: str) -> Report:
    """Raises UsageFault, naming the line or field, for what is no report or only part of one."""
    text = text.removeprefix("\ufeff")
    if not text.lstrip().startswith(("{", "[")):
        return _from_csv(text)
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UsageFault(f"The report is no whole JSON ({error})", _KNOWN) from error
    if isinstance(found, dict) and {"time", "usage"} <= found.keys():
        return _eleven(found)
    if isinstance(found, dict) and isinstance(found.get("data"), list):
        return _claude(found)
    raise UsageFault("The JSON is no usage report that is known", _KNOWN)


def _claude(found: Mapping[str, Any]) -> Report:
    if found.get("has_more"):
        raise UsageFault(
            "The cost report goes on: it says has_more",
            "Ask for all of it (limit=31, then page=…), and join the pages' data",
        )
    days: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for number, bucket in enumerate(found["data"], 1):
        where = f"entry {number} of data"
        if not isinstance(bucket, dict) or not isinstance(bucket.get("results"), list):
            raise UsageFault(f"There are no results in {where}", _KNOWN)
        day = _day(bucket.get("starting_at"), where)
        days[CLAUDE, day] += 0
        for result in bucket["results"]:
            cost = result if isinstance(result, dict) else {}
            if cost.get("currency", "USD") != "USD":
                raise UsageFault(f"The currency of {where} is not USD", "Convert it first")
            days[CLAUDE, day] += _amount(cost.get("amount"), where) / _CENTS
    return Report(USD, dict(days))


def _eleven(found: Mapping[str, Any]) -> Report:
    times, usage = found["time"], found["usage"]
    rows = list(usage.values()) if isinstance(usage, dict) else []
    if not isinstance(times, list) or any(
        not isinstance(row, list) or len(row) != len(times) for row in rows
    ):
        raise UsageFault("Its times and its usage do not fit together", _KNOWN)
    days: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for number, moment in enumerate(times):
        where = f"time {number + 1}"
        if not isinstance(moment, (int, float)):
            raise UsageFault(f"{where} is no number", _KNOWN)
        try:
            day = datetime.fromtimestamp(moment / 1000, UTC).date()
        except (OverflowError, OSError, ValueError) as error:
            raise UsageFault(f"{where} is no time in milliseconds", _KNOWN) from error
        days[ELEVENLABS, day] += sum((_amount(row[number], where) for row in rows), Decimal(0))
    return Report(CREDITS, dict(days))


def _from_csv(text: str) -> Report:
    reader = csv.DictReader(io.StringIO(text))
    columns = set(reader.fieldnames or ())
    if {"usage_date_utc", "cost_usd"} <= columns:
        day_column, usd_column, service = "usage_date_utc", "cost_usd", CLAUDE
    elif {"service", "day", "usd"} <= columns:
        day_column, usd_column, service = "day", "usd", ""
    else:
        raise UsageFault(
            f"The columns {', '.join(sorted(columns))[:120] or '(none)'} are no usage report's",
            _KNOWN,
        )
    days: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for row in reader:
        where = f"line {reader.line_num}"
        named = service or (row["service"] or "").strip()
        if not named:
            raise UsageFault(f"There is no service in {where}", _KNOWN)
        days[named, _day(row[day_column], where)] += _amount(row[usd_column], where)
    if not days:
        raise UsageFault("The report has no lines", _KNOWN)
    return Report(USD, dict(days))


def _day(text: object, where: str) -> date:
    try:
        moment = datetime.fromisoformat(str(text).strip())
    except ValueError as error:
        raise UsageFault(f"'{str(text)[:40]}' in {where} is no day", _KNOWN) from error
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()


def _amount(text: object, where: str) -> Decimal:
    try:
        amount = Decimal(str(text).strip().removeprefix("$"))
    except InvalidOperation as error:
        raise UsageFault(f"'{str(text)[:40]}' in {where} is no amount", _KNOWN) from error
    if not amount.is_finite():
        raise UsageFault(f"'{str(text)[:40]}' in {where} is no amount", _KNOWN)
    return amount
