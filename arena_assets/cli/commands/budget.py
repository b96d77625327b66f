"""``arena budget``: what may be spent, and what is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output

if TYPE_CHECKING:
    from arena_assets.store.budgets import Budget
    from arena_assets.store.database import Database


def budget(
    project: Annotated[
        str | None, typer.Option(metavar="NAME", help="This project's caps; else all projects'.")
    ] = None,
    request: Annotated[
        int | None, typer.Option(metavar="N", help="The cap of one request.")
    ] = None,
    total: Annotated[
        str | None, typer.Option(metavar="USD", help="Set the cap for ever; 'none' removes it.")
    ] = None,
    monthly: Annotated[
        str | None, typer.Option(metavar="USD", help="Set the cap per month; 'none' removes it.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show budgets, or set a cap on what calls to services may cost."""
    from rich.table import Table

    from arena_assets.actions.money import budget_data
    from arena_assets.domain.identity import project_slug
    from arena_assets.domain.money import dollars
    from arena_assets.store.budgets import get_budgets

    if project is not None:
        project_slug(project)
    with open_database(read_settings()) as db:
        _set_caps(db, project, request, total, monthly)
        found = get_budgets(db, project=project, request_id=request)
    table = Table(box=None, pad_edge=False)
    for column in ("budget", "cap", "spent", "reserved", "left"):
        table.add_column(column, no_wrap=True)
    for each in found:
        left = each.left_usd
        table.add_row(
            _title(each),
            "none" if each.cap_usd is None else dollars(each.cap_usd),
            dollars(each.spent_usd),
            dollars(each.reserved_usd),
            "—" if left is None else dollars(left),
        )
    Output(as_json=as_json).answer({"budgets": [budget_data(each) for each in found]}, table)


def _set_caps(
    db: Database,
    project: str | None,
    request: int | None,
    total: str | None,
    monthly: str | None,
) -> None:
    from arena_assets.cli.amounts import as_cap
    from arena_assets.errors import UsageFault
    from arena_assets.store.budgets import Scope, set_budget
    from arena_assets.store.requests import get_request

    if request is not None:
        get_request(db, request)
        if project is not None or monthly is not None:
            raise UsageFault("A request has one cap, for ever", "Use --request with --total alone")
        if total is not None:
            set_budget(db, Scope.REQUEST, str(request), as_cap(total))
        return
    if project is None and total is not None:
        raise UsageFault(
            "A cap for ever belongs to a project or a request",
            "Add --project or --request, or use --monthly",
        )
    caps = [] if total is None else [(Scope.PROJECT, project or "", as_cap(total))]
    if monthly is not None:
        scope = Scope.MONTH if project is None else Scope.PROJECT_MONTH
        caps.append((scope, project or "", as_cap(monthly)))
    for scope, subject, cap in caps:
        set_budget(db, scope, subject, cap)


def _title(budget: Budget) -> str:
    parts = {
        "request": f"request {budget.subject}",
        "project": f"project {budget.subject}",
        "project_month": f"project {budget.subject}, {budget.month}",
        "month": f"all projects, {budget.month}",
    }
    return parts[budget.scope.value]
