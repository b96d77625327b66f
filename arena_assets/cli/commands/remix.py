"""``arena remix`` and ``arena vote``: another mix of a track from the stems that were kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output

if TYPE_CHECKING:
    from arena_assets.score.parameters import MixParameters
    from arena_assets.workshop.mixes import TrackDesk

ArenaArgument = Annotated[str, typer.Argument(metavar="ARENA", help="Like arena-000042 or 42.")]
TrackArgument = Annotated[str, typer.Argument(metavar="TRACK", help="Like main or hazard.")]


def remix(
    arena: ArenaArgument,
    track: TrackArgument,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Like lead.offset_lu=2, room_seconds=4."),
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
    as_json: JsonOption = False,
) -> None:
    """Mix a track anew as its next take; nothing is composed or played again."""
    from arena_assets.errors import UsageFault
    from arena_assets.score.tournament import Rules

    if not (change or preset or tournament):
        raise UsageFault("Nothing is to be changed", "Give --set, --preset or --tournament")
    out = Output(as_json=as_json)
    with _desk(arena, track) as desk:
        data: dict[str, Any] = {"arena": arena, "track": track}
        parameters = changed(desk.sheet.parameters, change or [], preset)
        if tournament:
            desk.sheet = desk.sheet.model_copy(update={"parameters": parameters})
            settings = read_settings()
            rules = Rules(
                rounds=rounds or settings.mix_rounds,
                population=population or settings.mix_population,
            )
            take, held = desk.compete(rules)
            data["winner"] = held.winner()
            data["candidates"] = [
                {"number": c.number, "round": c.round, "parent": c.parent, "points": c.points}
                for c in held.candidates
            ]
            data["pairs"] = len(held.pairs)
        else:
            take = desk.remix(parameters)
        data["take"] = take
    out.answer(data, f"music_tracks/{track}  take {take}")
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

    out = Output(as_json=as_json)
    with _desk(arena, track) as desk:
        if better is None:
            paths = desk.write_pair(pair, to)
            shown = [str(path) for path in paths]
            out.answer({"pair": pair, "a": shown[0], "b": shown[1]}, "\n".join(shown))
            out.say("Listen, then run it again with --better a or --better b.")
            return
        if better not in ("a", "b"):
            raise UsageFault(f"'{better}' is no side of a pair", "Say a or b")
        if voter == "judge":
            raise UsageFault("The judge has voted already", "Give another name with --as")
        first, second = desk.pair(pair)
        sides = (first, second) if better == "a" else (second, first)
        take, winner = desk.vote(*sides, voter)
    out.answer({"pair": pair, "better": better, "winner": winner, "take": take}, f"mix {winner}")
    out.say(f"The track's next take is {take}." if take else "The same mix stays the best.")


@contextmanager
def _desk(arena: str, track: str) -> Iterator[TrackDesk]:
    from arena_assets.domain.identity import arena_id_of
    from arena_assets.store.blobs import BlobStore
    from arena_assets.store.plans import get_plan
    from arena_assets.workshop.mixes import TrackDesk

    settings = read_settings()
    arena_id = arena_id_of(arena)
    with open_database(settings) as db:
        get_plan(db, arena_id)
        yield TrackDesk(db, BlobStore(settings.blob_dir), arena_id, track)


def changed(mix: MixParameters, changes: list[str], preset_name: str | None) -> MixParameters:
    """A mix with a preset and single values changed; UsageFault names what does not fit."""
    from pydantic import ValidationError

    from arena_assets.errors import UsageFault
    from arena_assets.score.composition import Part
    from arena_assets.score.parameters import MixParameters
    from arena_assets.score.presets import PRESETS, preset

    if preset_name is not None:
        if preset_name not in PRESETS:
            raise UsageFault(f"There is no preset '{preset_name}'", f"One of {', '.join(PRESETS)}")
        roles = {name: Part(name) if name in list(Part) else Part.COUNTER for name in mix.stems}
        mix = preset(mix, preset_name, roles)
    data = mix.model_dump(mode="json")
    for each in changes:
        name, equals, value = each.partition("=")
        stem, dot, field = name.rpartition(".")
        place = data["stems"].get(stem) if dot else data
        if not equals or place is None or field not in place or field == "stems":
            raise UsageFault(
                f"'{each}' names nothing that can be set",
                f"Write it like lead.offset_lu=2; the stems are {', '.join(mix.stems)}",
            )
        place[field] = value
    try:
        return MixParameters.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageFault(f"{where}: {first['msg']}", "Choose a value within its bounds") from error
