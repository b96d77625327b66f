"""``arena project``: what a project has chosen for itself."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


def project(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Like card-game.")],
    fallback: Annotated[
        Switch | None,
        typer.Option(help="Let the embedded studio make what a service that is out cannot."),
    ] = None,
    publish_fallbacks: Annotated[
        Switch | None, typer.Option(help="Let arenas with such results be published.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show or change what a project does when a service is out."""
    from arena_assets.domain.identity import project_slug
    from arena_assets.store.projects import set_project_choices

    project_slug(name)
    with open_database(read_settings()) as db:
        found = set_project_choices(
            db, name, fallback=_on(fallback), publish_fallbacks=_on(publish_fallbacks)
        )
    Output(as_json=as_json).answer(
        asdict(found),
        f"fallback           {_word(found.fallback)}\n"
        f"publish fallbacks  {_word(found.publish_fallbacks)}",
    )


def _on(switch: Switch | None) -> bool | None:
    return None if switch is None else switch is Switch.ON


def _word(on: bool) -> str:
    return "on" if on else "off"
