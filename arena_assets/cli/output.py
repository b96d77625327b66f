"""Where a command's words go: data to stdout, everything else to stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from arena_assets.errors import ArenaError

_PIPE_WIDTH = 250
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Output:
    """One command's output. With ``as_json`` stdout holds exactly one JSON object."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json

    @cached_property
    def stdout(self) -> Console:
        from rich.console import Console

        # Piped into another program, a table is not squeezed into the width of a terminal.
        width = None if sys.stdout.isatty() else _PIPE_WIDTH
        return Console(highlight=False, markup=False, soft_wrap=True, width=width)

    @cached_property
    def stderr(self) -> Console:
        from rich.console import Console

        return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

    def answer(self, data: Mapping[str, Any], *shown: RenderableType) -> None:
        """The command's data: as JSON, or as what a person reads."""
        if self.as_json:
            print_json(data)
            return
        for each in shown:
            self.stdout.print(plain(each) if isinstance(each, str) else each)

    def say(self, text: str) -> None:
        """A message beside the data."""
        self.stderr.print(plain(text))

    def error(self, error: ArenaError) -> None:
        """An error's sentence, or with JSON its parts."""
        if self.as_json:
            print_json(
                {
                    "error": {
                        "code": error.code,
                        "what": error.what,
                        "next_step": error.next_step,
                        "money": error.money,
                    }
                }
            )
        else:
            self.say(str(error))


def print_json(data: Mapping[str, Any]) -> None:
    """One JSON object on stdout, readable and complete."""
    text = json.dumps(data, indent=2, ensure_ascii=False, default=str)
    sys.stdout.write(text.encode("utf-8", "replace").decode() + "\n")
    sys.stdout.flush()


def plain(text: str) -> str:
    """Text without control characters: some of it was typed by people or written by a model.

    What of a file's name is no text is shown as a question mark.
    """
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode())


def megabytes(size: int) -> str:
    """A file size in words: ``3.1 MB``."""
    if size < 100_000:
        return f"{size / 1e3:.1f} kB"
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.2f} GB"
