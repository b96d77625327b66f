"""``arena mix``: people's own stems to a mastered track."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import read_settings
from arena_assets.cli.output import Output
from arena_assets.cli.places import require_folder_place

_REPORT = "_report.json"


def mix(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="One sound file per stem.")],
    to: Annotated[
        Path | None, typer.Option("--to", help="Where the track goes; FOLDER/mix unless given.")
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="FILE=ROLE", help="What a stem is, if its name misleads."),
    ] = None,
    preset: Annotated[str, typer.Option("--preset", help="Like plain, war or intimate.")] = "plain",
    loop: Annotated[bool, typer.Option("--loop", help="The music goes round.")] = False,
    rounds: Annotated[int, typer.Option(min=0, max=20, help="Of a tournament; 0 is none.")] = 0,
    population: Annotated[
        int | None,
        typer.Option(min=4, max=200, help="Of a round.", show_default="ARENA_MIX_POPULATION"),
    ] = None,
    lufs: Annotated[float, typer.Option(min=-40, max=-8, help="Integrated loudness.")] = -16.0,
    peak: Annotated[float, typer.Option(min=-9, max=0, help="Highest true peak, dBTP.")] = -1.0,
    tempo: Annotated[float, typer.Option(min=20, max=400, help="Beats a minute.")] = 120.0,
    as_json: JsonOption = False,
) -> None:
    """Mix and master a folder of stems; writes all delivery files and a report."""
    import json

    from arena_assets.score.master import Target
    from arena_assets.score.tournament import Rules
    from arena_assets.workshop.folders import unwritable
    from arena_assets.workshop.own_music import mix_folder, require_no_link

    require_folder_place(to)
    out = Output(as_json=as_json)
    place = to or folder / "mix"
    name = folder.resolve().name or "mix"
    searched = population or read_settings().mix_population
    report_place = place / f"{name}{_REPORT}"
    for each in (report_place, *(() if to else (place,))):
        require_no_link(each)
    try:
        report = mix_folder(
            folder, place,
            name=name, roles=_roles(role or []), chosen=preset, loops=loop,
            target=Target(lufs, peak),
            rules=Rules(rounds=rounds, population=searched) if rounds else None,
            tempo=tempo, seed=1, say=out.say,
        )  # fmt: skip
        report_place.write_text(json.dumps(report, indent=1), encoding="utf-8")
    except OSError as error:
        raise unwritable(place, error) from error
    found = report["measurements"]
    lines = [f"{each['file']}  {each['role']}  {each['length']}" for each in report["stems"]]
    lines.append(
        f"{found['seconds']:.2f} s, {found['lufs']} LUFS, {found['true_peak_dbtp']} dBTP"
    )  # fmt: skip
    lines += [str(path) for path in report["files"].values()]
    out.answer(report, "\n".join(lines))


def _roles(given: list[str]) -> dict[str, str]:
    from arena_assets.errors import UsageFault

    found = {}
    for each in given:
        file, equals, role = each.rpartition("=")
        if not (file and equals and role):
            raise UsageFault(f"'{each}' is no FILE=ROLE", "Write it like --role take3.wav=bass")
        found[file] = role
    return found
