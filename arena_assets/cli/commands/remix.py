"""``arena remix`` and ``arena vote``: another mix of a track from the stems that were kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import COMMAND_LINE, open_database, read_settings
from arena_assets.cli.output import Output
from arena_assets.cli.places import require_folder_place

if TYPE_CHECKING:
    from arena_assets.actions.mixing import MixingRoom, Wanted

ArenaArgument = Annotated[str, typer.Argument(metavar="ARENA", help="Like arena-000042 or 42.")]
TrackArgument = Annotated[str, typer.Argument(metavar="TRACK", help="Like main or hazard.")]


def remix(
    arena: ArenaArgument,
    track: TrackArgument,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Like stems.lead.offset_lu=2 or room_seconds=4; --list shows all paths.",
        ),
    ] = None,
    preset: Annotated[str | None, typer.Option("--preset", help="Like war or intimate.")] = None,
    tournament: Annotated[bool, typer.Option(help="Evolve mixes; the best is taken.")] = False,
    rounds: Annotated[
        int | None,
        typer.Option(min=1, max=20, help="Of a tournament.", show_default="ARENA_MIX_ROUNDS"),
    ] = None,
    population: Annotated[
        int | None,
        typer.Option(min=4, max=200, help="Of a round.", show_default="ARENA_MIX_POPULATION"),
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="Show every parameter; change none.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would change and be rebuilt.")] = False,
    unpin: Annotated[bool, typer.Option(help="Take approvals in the way back.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Mix a track anew as its next take; nothing is composed or played again."""
    from arena_assets.errors import UsageFault

    if not (change or preset or tournament or show):
        raise UsageFault(
            "Nothing is to be changed", "Give --set, --preset or --tournament; --list shows all"
        )
    out = Output(as_json=as_json)
    wanted = _wanted(change or [], preset)
    with _room(arena, track, COMMAND_LINE) as room:
        if show:
            _list(room, wanted, out)
            return
        if dry_run:
            _preview(room, wanted, out)
            return
        data: dict[str, Any] = {"arena": arena, "track": track}
        if tournament:
            held = room.contest(wanted, rounds, population)
            data["take"] = room.crown(held, unpin=unpin)
            data["winner"] = held.winner()
            data["candidates"] = [
                {"number": c.number, "round": c.round, "parent": c.parent, "points": c.points}
                for c in held.candidates
            ]
            data["pairs"] = len(held.pairs)
        else:
            data["take"] = room.remix(wanted, unpin=unpin)
    out.answer(data, f"music_tracks/{track}  take {data['take']}")
    out.say("Only what is made from this track is rebuilt; a running server starts at once.")


def vote(
    arena: ArenaArgument,
    track: TrackArgument,
    pair: Annotated[int, typer.Argument(min=1, help="Which pair of the last tournament.")] = 1,
    better: Annotated[str | None, typer.Option("--better", help="a or b.")] = None,
    voter: Annotated[str, typer.Option("--as", help="Your name.")] = "someone",
    to: Annotated[Path, typer.Option("--to", help="Where both sides are written.")] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Hear two mixes without knowing which is which, and say which is better."""
    from arena_assets.errors import UsageFault
    from arena_assets.store.faults import folder_faults

    require_folder_place(to)
    out = Output(as_json=as_json)
    if voter == "judge":
        raise UsageFault("The judge has voted already", "Give another name with --as")
    with _room(arena, track, voter) as room:
        desk = room.desk()
        if better is None:
            with folder_faults(to):
                paths = desk.write_pair(pair, to)
            shown = [str(path) for path in paths]
            out.answer({"pair": pair, "a": shown[0], "b": shown[1]}, "\n".join(shown))
            out.say("Listen, then run it again with --better a or --better b.")
            return
        if better not in ("a", "b"):
            raise UsageFault(f"'{better}' is no side of a pair", "Say a or b")
        first, second = desk.pair(pair)
        sides = (first, second) if better == "a" else (second, first)
        voted = desk.vote(*sides, voter)
    data = {"pair": pair, "better": better, "winner": voted.winner, "take": voted.take}
    out.answer(data, f"mix {voted.winner}")
    if voted.take:
        out.say(f"The track's next take is {voted.take}.")
    else:
        out.say(voted.stays or "The same mix stays the best.")


@contextmanager
def _room(arena: str, track: str, who: str) -> Iterator[MixingRoom]:
    from arena_assets.actions.mixing import MixingRoom
    from arena_assets.domain.identity import arena_id_of
    from arena_assets.store.blobs import BlobStore
    from arena_assets.store.plans import get_plan

    settings = read_settings()
    arena_id = arena_id_of(arena)
    with open_database(settings) as db:
        get_plan(db, arena_id)
        yield MixingRoom(settings, db, BlobStore(settings.blob_dir), arena_id, track, who)


def _wanted(changes: list[str], preset: str | None) -> Wanted:
    from arena_assets.actions.mixing import Wanted
    from arena_assets.errors import UsageFault

    found = {}
    for each in changes:
        path, equals, value = each.partition("=")
        if not equals:
            raise UsageFault(f"'{each}' sets nothing", "Write it like stems.lead.offset_lu=2")
        found[path.strip()] = value.strip()
    return Wanted(found, preset)


def _list(room: MixingRoom, wanted: Wanted, out: Output) -> None:
    """Every parameter as it is, or as it would be with the changes that are given."""
    from dataclasses import asdict

    from arena_assets.actions.mixing import wanted_mix
    from arena_assets.score.paths import parameters_of

    rows = parameters_of(wanted_mix(room.desk().sheet.parameters, wanted))
    data = [asdict(each) for each in rows]
    width = max(len(each.path) for each in rows)
    lines = [
        f"{p.path.ljust(width)}  {p.value:>10} {p.unit:5}  {p.low:g} to {p.high:g}".rstrip()
        for p in rows
    ]
    out.answer({"parameters": data}, "\n".join(lines))


def _preview(room: MixingRoom, wanted: Wanted, out: Output) -> None:
    found = room.preview(wanted)
    lines = [f"{path}  {before} -> {after}" for path, (before, after) in found.changes.items()]
    lines += [f"would be rebuilt: {slot}" for slot in found.rebuilt]
    lines += [f"approved, needs --unpin: {slot}" for slot in found.approved]
    out.answer(found.as_data(), "\n".join(lines))
