"""Choices as people write them: ``Ancient Temple`` for ``ancient_temple``, ``azure``."""

from __future__ import annotations

from typing import Annotated

import typer

CountOption = Annotated[str, typer.Option("--count", "-n", metavar="N", help="1 to 100 arenas.")]
BriefOption = Annotated[
    str, typer.Option(metavar="TEXT", help="Free text that the arenas should suit.")
]
ProjectOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="The project; default from ARENA_PROJECT.")
]
EconomyOption = Annotated[
    bool, typer.Option("--economy", help="Claude's lore at half its price, within a day.")
]
"""What is asked for, as quoting and asking both take it."""


def as_theme(text: str | None) -> str | None:
    return None if text is None else _joined(text).lower()


def as_color(text: str | None) -> str | None:
    return None if text is None else _joined(text).upper()


def _joined(text: str) -> str:
    return text.strip().replace(" ", "_").replace("-", "_")
