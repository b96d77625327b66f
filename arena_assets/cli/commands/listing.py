"""``arena list``: the arenas there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output, plain

if TYPE_CHECKING:
    from arena_assets.store.plan_states import PlanState

_PAGE = 500


def list_arenas(
    project: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this project's arenas.")
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(metavar="STATE", help="Only arenas in this state; may be given again."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List arenas with their state, progress and name."""
    from rich.table import Table

    from arena_assets.domain.identity import project_slug
    from arena_assets.domain.slots import UPSTREAM
    from arena_assets.store.plans import list_plans
    from arena_assets.store.results import slots_done

    wanted = _states(state)
    projects = None if project is None else [project_slug(project)]
    table = Table(box=None, pad_edge=False)
    for column in ("arena", "state", "slots", "project", "colour", "theme", "name"):
        table.add_column(column, no_wrap=True)
    rows = []
    with open_database(read_settings()) as db:
        after = 0
        while page := list_plans(db, projects=projects, states=wanted, after=after, limit=_PAGE):
            after = page[-1].arena_id
            done = slots_done(db, [plan.arena_id for plan in page])
            for plan in page:
                finished = done[plan.arena_id]
                rows.append(
                    {
                        "arena": plan.partition,
                        "arena_id": plan.arena_id,
                        "request_id": plan.request_id,
                        "project": plan.project,
                        "state": plan.state.value,
                        "name": plan.name,
                        "mana_color": plan.mana_color.value,
                        "theme": plan.theme.value,
                        "slots_done": finished,
                        "slots": len(UPSTREAM),
                        "reason": plan.reason,
                        "created_at": plan.created_at.isoformat(),
                        "updated_at": plan.updated_at.isoformat(),
                    }
                )
                table.add_row(
                    plan.partition,
                    plan.state.value,
                    f"{finished}/{len(UPSTREAM)}",
                    plan.project,
                    plan.mana_color.value,
                    plan.theme.value,
                    plain(plan.name or "—"),
                )
    out = Output(as_json=as_json)
    if rows or as_json:
        out.answer({"arenas": rows, "count": len(rows)}, table)
    else:
        out.say("There is no such arena yet; 'arena request' asks for one.")


def _states(given: list[str] | None) -> list[PlanState] | None:
    from arena_assets.errors import UsageFault
    from arena_assets.store.plan_states import PlanState

    if not given:
        return None
    try:
        return [PlanState(each.strip().lower()) for each in given]
    except ValueError as error:
        raise UsageFault(
            f"There is no such state ({error})", "States are " + ", ".join(PlanState)
        ) from error
