"""What stands around every command: its common options, and errors told as one sentence."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from arena_assets.cli.output import Output
from arena_assets.errors import ArenaError, EnvironmentFault

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]

INTERRUPTED = 130
"""The exit code of a command stopped with Ctrl-C, as shells count it: 128 + SIGINT."""


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """The command with ``--debug`` added and no error leaving it as a traceback.

    An :class:`ArenaError` exits with its own code, anything unforeseen with 4.
    """
    signature = inspect.signature(command, eval_str=True)
    debug_option = inspect.Parameter(
        "debug", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=DebugOption
    )
    parameters = [*signature.parameters.values(), debug_option]

    @functools.wraps(command)
    def run(*, debug: bool = False, **given: Any) -> None:
        out = Output(as_json=bool(given.get("as_json")))
        try:
            command(**given)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            out.say("Interrupted; what was finished is kept.")
            raise typer.Exit(INTERRUPTED) from None
        except ArenaError as error:
            _show_traceback(debug)
            out.error(error)
            raise typer.Exit(error.exit_code) from error
        except BrokenPipeError:
            _leave_closed_pipe()
        except Exception as error:
            _show_traceback(debug)
            out.error(_unforeseen(error))
            raise typer.Exit(EnvironmentFault.exit_code) from error

    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters} | {"return": None}
    return run


def _show_traceback(debug: bool) -> None:
    if debug:
        traceback.print_exc()


def _unforeseen(error: Exception) -> EnvironmentFault:
    """A sentence for an error nobody foresaw; its traceback goes to the log."""
    kept = _log_traceback()
    where = f"The traceback is in {kept}" if kept else "Run it again with --debug to see where"
    shown = str(error).strip().splitlines()
    what = f"{type(error).__name__}: {shown[0]}" if shown else type(error).__name__
    return EnvironmentFault(f"Something unforeseen happened ({what})", where)


def _log_traceback() -> Path | None:
    try:
        from arena_assets.settings import settings

        log = settings().data_dir / "logs" / "arena.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"\n{datetime.now(UTC).isoformat(timespec='seconds')} arena\n")
            traceback.print_exc(file=file)
    except (OSError, ValueError):
        return None
    return log


def _leave_closed_pipe() -> None:
    """The reader went away (``arena list | head``): nothing is wrong, nothing more to say."""
    # Python flushes stdout once more while it exits, which must not fail again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(0)
