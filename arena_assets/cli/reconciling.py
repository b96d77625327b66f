"""Our ledger beside a service's report, as a person reads it, and as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from arena_assets.domain.usage_report import Report
    from arena_assets.ledger.reconcile import Day

_MOST_BYTES = 64 << 20


def read_file(path: Path) -> Report:
    """The report in a file; UsageFault for one that cannot be read or is none."""
    from arena_assets.domain.usage_report import read_report
    from arena_assets.errors import UsageFault

    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageFault(f"{path} is too large for a report", "Give that of fewer days")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageFault(f"{path} is no text", "Export the report as CSV or JSON") from error
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        why = getattr(error, "strerror", None) or error
        raise UsageFault(
            f"{str(path)!r} cannot be read ({why})", "Give the file of a usage report"
        ) from error
    return read_report(text)


def as_data(report: Report, days: list[Day]) -> dict[str, Any]:
    return {
        "unit": report.unit,
        "agrees": all(day.agrees for day in days),
        "days": [
            {
                "service": day.service,
                "day": day.day.isoformat(),
                "ours": str(day.ours),
                "theirs": str(day.theirs),
                "difference": str(day.difference),
                "agrees": day.agrees,
                "unmatched": [
                    {
                        "call": call.key[:16],
                        "arena_id": call.arena_id,
                        "slot": call.slot,
                        "state": call.state.value,
                        "ceiling_usd": str(call.ceiling_usd),
                        "why": call.error,
                    }
                    for call in day.unmatched
                ],
            }
            for day in days
        ],
    }


def table(report: Report, days: list[Day]) -> Table:
    from rich.table import Table

    from arena_assets.cli.output import plain

    found = Table(box=None, pad_edge=False)
    for column in ("day", "service", "unit", "ours", "theirs", "difference", "calls in doubt"):
        right = column in ("ours", "theirs", "difference")
        found.add_column(column, no_wrap=True, justify="right" if right else "left")
    for day in days:
        found.add_row(
            day.day.isoformat(),
            plain(day.service),
            report.unit,
            f"{day.ours:.4f}",
            f"{day.theirs:.4f}",
            "—" if day.agrees else f"{day.difference:+.4f}",
            " ".join(call.key[:16] for call in day.unmatched) or "—",
        )
    return found


def sentence(days: list[Day]) -> str:
    """What is to be done about it."""
    apart = [day for day in days if not day.agrees]
    if not apart:
        return "Both agree on every day."
    more = sum(day.difference > 0 for day in apart)
    doubt = "Settle the calls in doubt with 'arena settle' first. " if _doubt(apart) else ""
    return (
        f"{len(apart)} of {len(days)} days differ; the service counts more on {more}. {doubt}"
        "What remains was used by others of the account, or is priced otherwise than here."
    )


def _doubt(days: list[Day]) -> bool:
    return any(day.unmatched for day in days)
