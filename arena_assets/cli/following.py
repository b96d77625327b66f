"""Following arenas until they are finished, for ``watch`` and every command with ``--watch``."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from arena_assets.actions.eta import Forecast
from arena_assets.actions.server_record import find_server
from arena_assets.actions.tracking import Tracker
from arena_assets.cli.guard import INTERRUPTED
from arena_assets.cli.output import Output
from arena_assets.cli.progress import display
from arena_assets.domain.durations import duration
from arena_assets.errors import WorkFault
from arena_assets.settings import Settings
from arena_assets.store.database import Database

_POLL_SECONDS = 0.3


def follow_arenas(
    settings: Settings,
    db: Database,
    arena_ids: Sequence[int],
    out: Output,
    *,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Show progress until every arena is finished; then the answer, with ``extra`` beside it.

    Exits with 4 when an arena failed or was cancelled, and with 130 after a Ctrl-C, which stops the
    looking and not the work.
    """
    tracker, interrupted, seconds = watch_arenas(settings, db, arena_ids, out)
    watched = {
        "arenas": [arena.as_data() for arena in tracker.arenas.values()],
        "finished": tracker.finished,
        "seconds": round(seconds, 1),
    }
    out.answer({**extra, "watched": watched} if extra is not None else watched)
    if interrupted:
        out.say("The work goes on; 'arena watch' shows it again, 'arena cancel' stops it.")
        raise typer.Exit(INTERRUPTED)
    stopped = tracker.stopped
    made = len(tracker.arenas) - len(stopped)
    out.say(f"{made} of {len(tracker.arenas)} finished after {duration(seconds)} of watching.")
    if stopped:
        out.say("'arena resume' lets those that stopped go on; what was finished is kept.")
        raise typer.Exit(WorkFault.exit_code)


def watch_arenas(
    settings: Settings, db: Database, arena_ids: Sequence[int], out: Output
) -> tuple[Tracker, bool, float]:
    """Show progress until all are finished or Ctrl-C; also whether it was that, and seconds."""
    tracker = Tracker(db, arena_ids)
    started = time.monotonic()
    if not tracker.finished and find_server(settings) is None:
        out.say("No server runs: start one with 'arena serve'; this waits for it.")
    screen = display(out.stderr, Forecast(db, settings))
    interrupted = False
    try:
        screen.show(tracker.arenas.values())
        while not tracker.finished:
            time.sleep(_POLL_SECONDS)
            tracker.poll()
            screen.show(tracker.arenas.values())
    except KeyboardInterrupt:
        interrupted = True
    finally:
        screen.close()
    return tracker, interrupted, time.monotonic() - started
