"""``arena ledger``: every dollar reserved, spent, given back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output
from arena_assets.cli.places import require_file_place, write_csv
from arena_assets.errors import UsageFault

if TYPE_CHECKING:
    from rich.table import Table

    from arena_assets.store.batch_books import BatchBook
    from arena_assets.store.database import Database
    from arena_assets.store.ledger_entries import Entry, Total


_DAYS = 7


def ledger(
    arena: Annotated[
        str | None, typer.Argument(metavar="[ARENA]", help="Only this arena, like 42.")
    ] = None,
    project: Annotated[str | None, typer.Option(metavar="NAME", help="Only this project.")] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one row per entry to a CSV.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--reconcile",
            metavar="SERVICE|FILE",
            help="Compare with what claude or elevenlabs reports, asked now or in a file.",
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, max=31, help="How many days a service is asked for; 7 unless given."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what calls to services have cost, by service and month, to hold against their bills."""
    from arena_assets.actions.money import batch_data, line_data
    from arena_assets.domain.identity import arena_id_of
    from arena_assets.domain.money import dollars
    from arena_assets.store.batch_books import batch_books
    from arena_assets.store.ledger_entries import Entry, totals

    require_file_place(csv)
    if against is not None:
        _reconcile(against, days, Output(as_json=as_json), arena, project, csv)
        return
    if days is not None:
        raise UsageFault("--days goes with --reconcile", "Name the service: --reconcile claude")
    arena_id = None if arena is None else arena_id_of(arena)
    with open_database(read_settings()) as db:
        sums = totals(db, arena_id=arena_id, project=project)
        books = batch_books(db, arena_id=arena_id, project=project)
        # The lines can be many; they are read where somebody asked for them.
        lines = _all_entries(db, arena_id, project) if as_json or csv is not None else []
    if csv is not None:
        write_csv(csv, Entry.__slots__, map(line_data, lines))
    spent = sum((each.spent_usd for each in sums), start=_zero())
    reserved = sum((each.reserved_usd for each in sums), start=_zero())
    data = {
        "spent_usd": str(spent),
        "reserved_usd": str(reserved),
        "totals": [line_data(each) for each in sums],
        "batches": [batch_data(each) for each in books],
        "entries": [line_data(each) for each in lines],
        "csv": None if csv is None else str(csv),
    }
    out = Output(as_json=as_json)
    if sums or as_json:
        sentence = f"\n{dollars(spent)} spent, {dollars(reserved)} reserved"
        batches = ("\nof which in batches:", _batch_table(books)) if books else ()
        out.answer(data, _table(sums), *batches, sentence)
    else:
        out.say("No service was called yet; embedded work costs nothing.")


def _reconcile(against: str, days: int | None, out: Output, *narrowing: object) -> None:
    """A bill is the whole account's, so nothing narrows it."""
    from arena_assets.cli import reconciling
    from arena_assets.ledger.reconcile import reconcile
    from arena_assets.workshop.usage_reports import REPORTING, fetch_report

    if any(each is not None for each in narrowing):
        raise UsageFault(
            "A report is that of a whole account", "Give --reconcile without other choices"
        )
    settings = read_settings()
    if against in REPORTING:
        report = fetch_report(settings, against, days or _DAYS)
    elif days is None:
        report = reconciling.read_file(Path(against))
    else:
        raise UsageFault(
            "A file holds the days that it holds", "Leave out --days, or name claude or elevenlabs"
        )
    with open_database(settings) as db:
        found = reconcile(db, report)
    out.answer(reconciling.as_data(report, found), reconciling.table(report, found))
    out.say(reconciling.sentence(found))


def _zero() -> Any:
    from decimal import Decimal

    return Decimal(0)


def _all_entries(db: Database, arena_id: int | None, project: str | None) -> list[Entry]:
    from arena_assets.store.ledger_entries import entries

    found: list[Entry] = []
    after = 0
    while page := entries(db, arena_id=arena_id, project=project, after=after):
        found += page
        after = page[-1].seq
    return found


def _table(sums: list[Total]) -> Table:
    from rich.table import Table

    from arena_assets.cli.output import plain
    from arena_assets.domain.money import dollars

    table = Table(box=None, pad_edge=False)
    for column in ("month", "service", "endpoint", "model", "calls", "spent", "reserved"):
        table.add_column(column, no_wrap=True)
    for each in sums:
        table.add_row(
            each.month,
            plain(each.service),
            plain(each.endpoint),
            plain(each.model or "—"),
            str(each.calls),
            dollars(each.spent_usd),
            dollars(each.reserved_usd),
        )
    return table


def _batch_table(books: list[BatchBook]) -> Table:
    """Set aside when a batch was sent, held for it still, and what it came to."""
    from rich.table import Table

    from arena_assets.cli.output import plain
    from arena_assets.domain.money import dollars

    table = Table(box=None, pad_edge=False)
    for column in ("batch", "sent", "calls", "open", "set aside", "held", "cost"):
        table.add_column(column, no_wrap=True)
    for book in books:
        table.add_row(
            plain(book.batch_id),
            f"{book.sent_at:%Y-%m-%d %H:%M}",
            str(book.calls),
            str(book.open),
            *map(dollars, (book.reserved_usd, book.held_usd, book.spent_usd)),
        )
    return table
