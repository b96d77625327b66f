"""Progress on stderr: bars where a person looks at a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from arena_assets.actions.eta import Forecast, span, words
from arena_assets.actions.tracking import TOTAL, ArenaProgress
from arena_assets.cli.output import plain
from arena_assets.domain.slots import UPSTREAM
from arena_assets.store.plan_states import PlanState

_WAITING = {PlanState.PLANNED, PlanState.QUEUED}
_BARS_MAX = 10


class Display(Protocol):
    """Shows arenas again and again until it is closed."""

    def show(self, arenas: Iterable[ArenaProgress]) -> None: ...

    def close(self) -> None: ...


def display(console: Console, forecast: Forecast) -> Display:
    """Bars on a terminal, lines elsewhere."""
    return Bars(console, forecast) if console.is_terminal else Lines(console)


class Bars:
    """A bar per arena at work, and one for all of them when there are several."""

    def __init__(self, console: Console, forecast: Forecast) -> None:
        self._forecast = forecast
        self._console = console
        self._tasks: dict[int, TaskID] = {}
        self._told: set[int] = set()
        self._overall: TaskID | None = None
        self._progress = Progress(
            TextColumn("{task.fields[label]}", markup=False, table_column=Column(no_wrap=True)),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}", markup=False, table_column=Column(no_wrap=True)),
            TimeElapsedColumn(),
            TextColumn(
                "{task.fields[words]}",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
            ),
            console=console,
            expand=True,
            refresh_per_second=4,
        )
        self._progress.start()

    def show(self, arenas: Iterable[ArenaProgress]) -> None:
        found = list(arenas)
        if len(found) > 1:
            self._show_overall(found)
        shown = 0
        for arena in found:
            if arena.finished:
                self._tell_end(arena)
            elif shown < _BARS_MAX:
                self._show_arena(arena)
                shown += 1

    def close(self) -> None:
        self._progress.stop()

    def _show_overall(self, arenas: list[ArenaProgress]) -> None:
        total = len(arenas) * TOTAL
        if self._overall is None:
            self._overall = self._progress.add_task(
                "", total=total, label="all", count="", words=""
            )
        finished = sum(arena.finished for arena in arenas)
        self._progress.update(
            self._overall,
            completed=sum(TOTAL if arena.finished else arena.amount for arena in arenas),
            count=f"{finished}/{len(arenas)} arenas",
            words=words(self._forecast.of_all(arenas)),
        )

    def _show_arena(self, arena: ArenaProgress) -> None:
        task = self._tasks.get(arena.arena_id)
        if task is None:
            task = self._progress.add_task("", total=TOTAL, label="", count="", words="")
            self._tasks[arena.arena_id] = task
        self._progress.update(
            task,
            completed=arena.amount,
            label=_label(arena),
            count=f"{len(arena.done)}/{TOTAL}",
            words=self._words(arena),
        )

    def _words(self, arena: ArenaProgress) -> str:
        eta = self._forecast.of(arena)
        left = words(eta)
        if arena.state in _WAITING and not arena.at_work:
            wait = f", usually {span(eta.wait)}" if eta.wait else ""
            return " · ".join(
                filter(None, (f"waits in the queue{wait}", left.replace("left", "of work")))
            )
        return " · ".join(filter(None, (left, _now(arena))))

    def _tell_end(self, arena: ArenaProgress) -> None:
        task = self._tasks.pop(arena.arena_id, None)
        if task is not None:
            self._progress.remove_task(task)
        if arena.arena_id not in self._told:
            self._told.add(arena.arena_id)
            self._console.print(_end(arena))


class Lines:
    """A line when something has changed: an arena's state, or an asset of it that is complete."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said: dict[int, tuple[str, int]] = {}

    def show(self, arenas: Iterable[ArenaProgress]) -> None:
        for arena in arenas:
            waits = _now(arena) if arena.state in _WAITING else ""
            state = "end" if arena.finished else f"{arena.state} {waits}"
            mark = (state, _complete_assets(arena))
            if self._said.get(arena.arena_id) == mark:
                continue
            self._said[arena.arena_id] = mark
            if arena.finished:
                self._console.print(_end(arena))
            else:
                now = _now(arena)
                line = f"{_label(arena)}  {arena.state}  {len(arena.done)}/{TOTAL}"
                self._console.print(f"{line}  {now}" if now else line)

    def close(self) -> None:
        """Nothing is held open."""


def _complete_assets(arena: ArenaProgress) -> int:
    return len({slot.asset for slot in UPSTREAM} - {slot.asset for slot in arena.missing})


def _label(arena: ArenaProgress) -> str:
    return f"{arena.partition} {plain(arena.name)}" if arena.name else arena.partition


def _now(arena: ArenaProgress) -> str:
    """What is in the making, in words."""
    said = []
    for slot, at_work in arena.at_work.items():
        percent = f" {at_work.fraction:.0%}" if at_work.fraction else ""
        said.append(f"{slot}{percent}" + (f" {plain(at_work.note)}" if at_work.note else ""))
    return ", ".join(said)


def _end(arena: ArenaProgress) -> str:
    if arena.stopped:
        return f"{_label(arena)}  {arena.state}: {plain(arena.reason or 'no reason was given')}"
    return f"{_label(arena)}  {arena.state}  {len(arena.done)}/{TOTAL}"
