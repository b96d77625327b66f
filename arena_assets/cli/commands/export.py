"""``arena export``: an arena's engine pack as a file or folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output, megabytes
from arena_assets.cli.places import require_folder_place


def export(
    arena: Annotated[str, typer.Argument(metavar="ARENA", help="Like arena-000042 or 42.")],
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="PATH", help="File or existing folder; default: packs folder."
        ),
    ] = None,
    unpack: Annotated[
        Path | None,
        typer.Option("--unpack", metavar="DIR", help="Extract it there too, into a new folder."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write an arena's engine pack: a verified copy of the archive, and on demand its content."""
    from arena_assets.actions.arenas import take_pack
    from arena_assets.actions.packs import export_pack, unpack_pack
    from arena_assets.domain.identity import arena_id_of
    from arena_assets.store.plans import get_plan

    require_folder_place(None if to is None else to.parent)
    require_folder_place(unpack)
    settings = read_settings()
    arena_id = arena_id_of(arena)
    with open_database(settings) as db:
        plan = get_plan(db, arena_id)
        manifest = take_pack(db, plan)
    pack = manifest.file("zip")
    target = export_pack(settings, plan, manifest, to)
    data = {"arena": plan.partition, "path": str(target), "sha256": pack.sha256, "size": pack.size}
    shown = [str(target)]
    if unpack is not None:
        folder = unpack_pack(target, unpack.expanduser().absolute() / target.stem)
        data["unpacked"] = str(folder)
        shown.append(str(folder))
    out = Output(as_json=as_json)
    out.answer(data, "\n".join(shown))
    out.say(f"{megabytes(pack.size)}, SHA-256 {pack.sha256}")
