"""``arena demo``: one whole arena, from nothing, on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena_assets.cli.guard import INTERRUPTED, JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output, megabytes
from arena_assets.domain.durations import duration

if TYPE_CHECKING:
    from arena_assets.actions.tracking import ArenaProgress
    from arena_assets.domain.request import RequestSpec
    from arena_assets.settings import Settings
    from arena_assets.store.database import Database

_PROJECT = "demo"


def demo(
    quality: Annotated[
        str | None, typer.Option(metavar="QUALITY", help="draft, standard or master.")
    ] = None,
    theme: Annotated[str | None, typer.Option(metavar="THEME", help="Pin the theme.")] = None,
    color: Annotated[str | None, typer.Option(metavar="COLOR", help="Pin the colour.")] = None,
    keep_serving: Annotated[
        bool, typer.Option("--keep-serving", help="Leave the server running until Ctrl-C.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make one whole arena: start the server, ask, follow, and say where everything is."""
    from arena_assets.actions.handover import hand_over
    from arena_assets.cli.following import watch_arenas
    from arena_assets.cli.server import running_server
    from arena_assets.errors import WorkFault
    from arena_assets.store.requests import place_request

    settings = _settings(quality)
    spec = _spec(theme, color)
    _require_space(settings)
    out = Output(as_json=as_json)
    with (
        running_server(settings, say=out.say) as server,
        open_database(settings) as db,
    ):
        placed = place_request(db, spec)
        hand_over(settings, db)
        out.say(f"One arena is asked for; the Dagster UI shows it at {server.url} meanwhile.")
        tracker, interrupted, seconds = watch_arenas(settings, db, placed.arena_ids, out)
        arena = tracker.arenas[placed.arena_ids[0]]
        data, lines = _summary(settings, db, arena, seconds)
        out.answer(data, "\n".join(lines))
        if interrupted:
            out.say("Interrupted. 'arena serve' goes on with it; what was finished is kept.")
            raise typer.Exit(INTERRUPTED)
        if arena.stopped:
            out.say(f"It {arena.state}: {arena.reason}")
            raise typer.Exit(WorkFault.exit_code)
        if keep_serving:
            _wait_for_interrupt(out, server.url)


def _settings(quality: str | None) -> Settings:
    from typing import get_args

    from arena_assets.errors import UsageFault
    from arena_assets.settings import Quality

    settings = read_settings()
    if quality is None:
        return settings
    if quality not in get_args(Quality):
        raise UsageFault(
            f"There is no quality '{quality[:40]}'", f"Choose {', '.join(get_args(Quality))}"
        )
    return settings.model_copy(update={"quality": quality})


def _spec(theme: str | None, color: str | None) -> RequestSpec:
    from arena_assets.cli.choices import as_color, as_theme
    from arena_assets.domain.request import parse_request

    return parse_request(project=_PROJECT, theme=as_theme(theme), mana_color=as_color(color))


def _require_space(settings: Settings) -> None:
    """Better now than after ten minutes; raises :class:`DiskFull`."""
    from arena_assets.workshop.folders import WorkFolders

    WorkFolders(settings.work_dir, round(settings.min_free_gb * 1024**3)).require_space()


def _summary(
    settings: Settings, db: Database, arena: ArenaProgress, seconds: float
) -> tuple[dict[str, Any], list[str]]:
    """What there is now and where it lies, as data and as lines."""
    from arena_assets.actions.packs import export_pack
    from arena_assets.domain.slots import pack_slot
    from arena_assets.store import game, results
    from arena_assets.store.plans import get_plan

    kept = results.for_arena(db, arena.arena_id)
    standing = game.publication(db, arena.arena_id)
    size = sum(ref.size for each in kept.values() for ref in each.files.values())
    data = {
        **arena.as_data(),
        "seconds": round(seconds, 1),
        "size": size,
        "database": str(settings.data_dir / "arena.db") if not settings.database_url else "server",
        "published": str(settings.published_dir / standing.root) if standing else None,
        "pack": None,
    }
    lines = [
        "",
        f"{arena.partition}  {arena.name or ''}  {arena.state}",
        f"  {len(arena.done)} of {data['slots']} pieces, {megabytes(size)}, in {duration(seconds)}",
    ]
    if standing:
        lines.append(f"  published  {data['published']}")
    if pack_slot() in kept and not arena.stopped:
        pack = export_pack(settings, get_plan(db, arena.arena_id), kept[pack_slot()])
        data["pack"] = str(pack)
        lines.append(f"  pack       {pack}")
    lines += [
        f"  database   {data['database']}",
        f"  details    arena show {arena.partition}",
        "  Dagster    arena serve",
    ]
    return data, lines


def _wait_for_interrupt(out: Output, url: str) -> None:
    import signal

    out.say(f"The server goes on at {url}; Ctrl-C stops it.")
    try:
        signal.pause()
    except KeyboardInterrupt:
        out.say("Stopping the server…")
