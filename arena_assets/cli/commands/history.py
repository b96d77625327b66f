"""``arena history``: how long each kind of work takes here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output
from arena_assets.cli.places import require_file_place, write_csv

if TYPE_CHECKING:
    import pandas as pd

    from arena_assets.store.database import Database

_PAGE = 5000


def history(
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one row per piece of work to a CSV.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how long each kind of work has taken: count, median, and the slow tenth."""
    from rich.table import Table

    require_file_place(csv)
    with open_database(read_settings()) as db:
        work = _work(db)
    if csv is not None:
        write_csv(csv, list(work.columns), work.to_dict("records"))
    stages = _stages(work)
    table = Table(box=None, pad_edge=False)
    for column in ("asset", "provider", "made", "median s", "slow tenth s", "total s"):
        table.add_column(column, no_wrap=True)
    for stage in stages:
        table.add_row(
            stage["asset"],
            stage["provider"],
            str(stage["made"]),
            *(f"{stage[name]:.1f}" for name in ("median", "slow_tenth", "total")),
        )
    out = Output(as_json=as_json)
    if stages or as_json:
        out.answer({"stages": stages, "csv": None if csv is None else str(csv)}, table)
    else:
        out.say("Nothing was made here yet; 'arena demo' makes a first arena.")


def _work(db: Database) -> pd.DataFrame:
    """One row per finished piece of work, oldest first."""
    import pandas as pd

    from arena_assets.store.events import since

    rows: list[dict[str, Any]] = []
    seq = 0
    while page := since(db, seq, kinds=["slot_done"], limit=_PAGE):
        seq = page[-1].seq
        rows += [
            {
                "at": event.at.isoformat(),
                "arena_id": event.arena_id,
                "slot": event.slot,
                "asset": str(event.slot).partition("/")[0],
                "provider": event.data["provider"],
                "take": event.data["take"],
                "seconds": event.data["seconds"],
            }
            for event in page
        ]
    columns = ["at", "arena_id", "slot", "asset", "provider", "take", "seconds"]
    return pd.DataFrame(rows, columns=columns)


def _stages(work: pd.DataFrame) -> list[dict[str, Any]]:
    """Count, median, ninth decile and sum of seconds by asset and provider, longest first."""
    import pandas as pd

    if work.empty:
        return []
    seconds = work.groupby(["asset", "provider"], sort=True)["seconds"]
    stages = pd.DataFrame(
        {
            "made": seconds.count(),
            "median": seconds.median(),
            "slow_tenth": seconds.quantile(0.9),
            "total": seconds.sum(),
        }
    )
    ordered = stages.sort_values("total", ascending=False).round(3).reset_index()
    return [
        {
            "asset": str(row["asset"]),
            "provider": str(row["provider"]),
            "made": int(row["made"]),
            **{name: float(row[name]) for name in ("median", "slow_tenth", "total")},
        }
        for row in ordered.to_dict(orient="records")
    ]
