"""``arena doctor``: is everything here that the work needs?"""

from __future__ import annotations

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import read_settings
from arena_assets.cli.output import Output, plain


def doctor(as_json: JsonOption = False) -> None:
    """Check this machine and installation, and say what would mend what is wrong."""
    from arena_assets.cli.check import Grade
    from arena_assets.cli.checkup import check_up
    from arena_assets.errors import EnvironmentFault

    settings = read_settings()
    out = Output(as_json=as_json)
    checks = []
    for check in check_up(settings):
        checks.append(check)
        if not as_json:
            fix = f"\n      {check.fix}" if check.fix else ""
            out.stdout.print(plain(f"{check.grade:<4}  {check.name}: {check.said}{fix}"))
    healthy = all(check.grade is not Grade.FAIL for check in checks)
    if as_json:
        out.answer({"healthy": healthy, "checks": [check.as_data() for check in checks]})
    if not healthy:
        raise typer.Exit(EnvironmentFault.exit_code)
