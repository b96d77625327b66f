"""``arena request``: ask for arenas."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.choices import (
    BriefOption,
    CountOption,
    ProjectOption,
    as_color,
    as_theme,
)
from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output


def request(
    count: CountOption = "1",
    theme: Annotated[
        str | None, typer.Option(metavar="THEME", help="Pin the theme, like ancient_temple.")
    ] = None,
    color: Annotated[
        str | None, typer.Option(metavar="COLOR", help="Pin the mana colour, like AZURE.")
    ] = None,
    brief: BriefOption = "",
    project: ProjectOption = None,
    priority: Annotated[str, typer.Option(metavar="N", help="-10 to 10; higher goes first.")] = "0",
    cap: Annotated[
        str | None, typer.Option(metavar="USD", help="The most that services may cost in all.")
    ] = None,
    quote: Annotated[
        str | None, typer.Option(metavar="TOKEN", help="Place what 'arena quote' quoted.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Idempotency key: the same key never asks twice."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--watch", "-w", help="Follow the work until it is finished.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask for 1 to 100 arenas. A running server starts at once; without one the request is kept."""
    from arena_assets.actions.handover import hand_over
    from arena_assets.actions.quotes import as_data, sentence
    from arena_assets.cli.following import follow_arenas
    from arena_assets.domain.identity import partition_key
    from arena_assets.domain.money import as_dollars
    from arena_assets.domain.request import parse_request
    from arena_assets.ledger.quoting import place_quoted
    from arena_assets.store.plans import list_plans

    settings = read_settings()
    spec = parse_request(
        project=project or settings.project,
        count=count,
        theme=as_theme(theme),
        mana_color=as_color(color),
        brief=brief,
        priority=priority,
        cap_usd=None if cap is None else as_dollars(cap),
    )
    out = Output(as_json=as_json)
    with open_database(settings) as db:
        placed, quoted = place_quoted(settings, db, spec, key, quote)
        handover = hand_over(settings, db)
        plans = list_plans(db, request_id=placed.request_id)
        arenas = [
            {
                "arena": plan.partition,
                "arena_id": plan.arena_id,
                "mana_color": plan.mana_color.value,
                "theme": plan.theme.value,
                "state": plan.state.value,
            }
            for plan in plans
        ]
        data = {
            "request_id": placed.request_id,
            "fresh": placed.fresh,
            "project": spec.project,
            "expected": None if quoted is None else as_data(quoted),
            "arenas": arenas,
            "server": handover.server,
            "started": [partition_key(arena_id) for arena_id in handover.started],
        }
        lines = "\n".join(
            f"{each['arena']}  {each['mana_color']} {each['theme']}" for each in arenas
        )
        if not follow or not as_json:
            out.answer(data, lines)
        asked = "asked for" if placed.fresh else "was placed with this key before:"
        plural = "arena" if len(arenas) == 1 else "arenas"
        out.say(f"Request {placed.request_id} {asked} {len(arenas)} {plural}. {handover.sentence}")
        if quoted is not None:
            out.say(sentence(quoted))
        if follow:
            follow_arenas(settings, db, placed.arena_ids, out, extra=data)
