"""``arena quote``: what a request will cost and how long it takes, before anything is spent."""

from __future__ import annotations

from typing import Annotated

import typer

from arena_assets.cli.choices import (
    BriefOption,
    CountOption,
    EconomyOption,
    ProjectOption,
    as_color,
    as_theme,
)
from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output


def quote(
    count: CountOption = "1",
    theme: Annotated[str | None, typer.Option(metavar="THEME", help="Pin the theme.")] = None,
    color: Annotated[str | None, typer.Option(metavar="COLOR", help="Pin the mana colour.")] = None,
    brief: BriefOption = "",
    project: ProjectOption = None,
    economy: EconomyOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a request will cost and take, and give a token that holds the price for a while."""
    from arena_assets.actions import quotes
    from arena_assets.cli.quotes import table
    from arena_assets.domain.quote_token import quote_command
    from arena_assets.domain.request import parse_request
    from arena_assets.ledger.quoting import Counter

    settings = read_settings()
    spec = parse_request(
        project=project or settings.project,
        count=count,
        theme=as_theme(theme),
        mana_color=as_color(color),
        brief=brief,
        economy=economy,
    )
    with open_database(settings) as db:
        counter = Counter.open(settings, db)
        quoted = counter.quote(spec)
        terms, token = counter.promise(spec, quoted)
    data = {
        "quote_id": terms.quote_id,
        "made_at": terms.made_at.isoformat(),
        "expires_at": terms.expires_at.isoformat(),
        "project": spec.project,
        **quotes.as_data(quoted),
        "token": token,
    }
    out = Output(as_json=as_json)
    out.answer(data, table(quoted), "", token)
    order = quote_command(spec).replace("arena quote", "arena request", 1)
    out.say(
        f"{quotes.sentence(quoted)} The price holds until {terms.expires_at:%Y-%m-%d %H:%M} UTC: "
        f"{order} --quote TOKEN"
    )
