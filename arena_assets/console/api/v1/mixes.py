"""Mixes of a track: lineage, parameters, another mix, and blind choices between two."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from arena_assets.actions import mixing
from arena_assets.actions.handover import awaited
from arena_assets.actions.mixing import MixingRoom, Wanted
from arena_assets.console.api.v1.reach import (
    ArenaId,
    At,
    Once,
    Producer,
    Reader,
    Reviewer,
    plan_for,
)
from arena_assets.console.api.v1.shapes import Given
from arena_assets.console.auth.principal import Principal
from arena_assets.console.desk import Desk
from arena_assets.console.paying import may_pay, price_of_choosing
from arena_assets.domain.sequences import SequenceKind
from arena_assets.domain.slots import track_slot

router = APIRouter(tags=["mixes"])
Track = Annotated[SequenceKind, Query(description="Which of the arena's tracks.")]
_Changes = Annotated[
    dict[
        Annotated[str, Field(max_length=120)],
        Annotated[str, Field(max_length=2_000)],
    ],
    Field(max_length=64, examples=[{"stems.lead.offset_lu": "2", "room_seconds": "4"}]),
]


class Tournament(Given):
    """Rounds and population; what is left out is the installation's setting."""

    rounds: Annotated[int | None, Field(ge=1, le=20)] = None
    population: Annotated[int | None, Field(ge=4, le=200)] = None


class MixAsked(Given):
    """Another mix: a preset, then `changes` by path (see `/mixes/parameters`), then, if asked for,
    a tournament that starts from it."""

    track: SequenceKind
    changes: _Changes = Field(default_factory=dict)
    preset: Annotated[str | None, Field(max_length=40, examples=["war"])] = None
    tournament: Tournament | None = None
    unpin: bool = False

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.changes, self.preset)


class VoteCast(Given):
    """`better` is the word of a side, as `/mixes/pair` gave it."""

    track: SequenceKind
    better: Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["0f" * 16])]


class ParameterOut(BaseModel):
    path: str
    value: str
    unit: str
    low: float
    high: float


class MixOut(BaseModel):
    """A take that is a mix. `origin` is `person`, `tournament` or `vote`; in a tournament every
    candidate names its parent, the start is number 0."""

    take: int
    current: bool
    origin: str
    parameters: dict[str, Any]
    tournament: dict[str, Any] | None


class PairOut(BaseModel):
    """Two sides that tell nothing of themselves; `left` counts the pairs that are open."""

    track: str
    a: str
    b: str
    left: int


@router.get("/arenas/{arena}/mixes", summary="Takes of a track that are mixes, with their lineage")
def read_mixes(at: At, reader: Reader, arena: ArenaId, track: Track) -> list[MixOut]:
    return [MixOut(**each) for each in _room(at, reader, arena, track).lineage()]


@router.get("/arenas/{arena}/mixes/parameters", summary="What of a mix can be set, and within what")
def read_parameters(at: At, reader: Reader, arena: ArenaId, track: Track) -> list[ParameterOut]:
    return [ParameterOut(**asdict(each)) for each in _room(at, reader, arena, track).parameters()]


@router.post("/arenas/{arena}/mixes/preview", summary="What another mix would change and rebuild")
def preview(at: At, producer: Producer, arena: ArenaId, asked: MixAsked) -> dict[str, Any]:
    return _room(at, producer, arena, asked.track).preview(asked.wanted).as_data()


@router.post("/arenas/{arena}/mixes", summary="Ask for another mix as the track's next take")
def remix(at: At, producer: Producer, arena: ArenaId, asked: MixAsked, acts: Once) -> Response:
    """Nothing is composed or played again; what is made from the track is rebuilt. Refused, with
    the list, when approved items would change, unless `unpin`. A tournament takes up to a
    minute."""
    room = _room(at, producer, arena, asked.track)
    may_pay(producer, price_of_choosing(at, track_slot(asked.track)))
    held = None
    if asked.tournament is not None and acts.fresh(producer):  # before: no transaction waits for it
        rules = asked.tournament
        held = room.contest(asked.wanted, rules.rounds, rules.population)

    def act() -> dict[str, Any]:
        told: dict[str, Any] = {"track": asked.track}
        if held is None:
            told["take"] = room.remix(asked.wanted, unpin=asked.unpin)
        else:
            told["take"] = room.crown(held, unpin=asked.unpin)
            told |= {"candidates": len(held.candidates), "pairs": len(held.pairs)}
        return {**told, "words": awaited(at.settings).sentence}

    return acts.once(producer, asked, act, then=acts.hand_over)


@router.get("/arenas/{arena}/mixes/pair", summary="The next blind pair you have not chosen in")
def read_pair(at: At, reviewer: Reviewer, arena: ArenaId, track: Track) -> PairOut:
    """404 when there is none. Who is `a` follows from nothing that tells the sides apart."""
    pair = mixing.next_pair(_room(at, reviewer, arena, track))
    return PairOut(track=pair.track, a=pair.a, b=pair.b, left=pair.left)


@router.get(
    "/arenas/{arena}/mixes/sides/{side}",
    summary="The music of a side, FLAC",
    response_class=FileResponse,
    responses={200: {"content": {"audio/flac": {}}}},
)
def read_side(
    at: At,
    reviewer: Reviewer,
    arena: ArenaId,
    side: Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["0f" * 16])],
    track: Track,
) -> FileResponse:
    """Both sides are equally loud. The first time takes some seconds."""
    path = mixing.side_audio(_room(at, reviewer, arena, track), side)
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="audio/flac", headers=headers)


@router.post("/arenas/{arena}/mixes/votes", summary="Say which side of a pair is better")
def cast_vote(at: At, reviewer: Reviewer, arena: ArenaId, cast: VoteCast, acts: Once) -> Response:
    """When another mix wins by it, that is the track's next take. A second choice in the same pair
    is refused; a mix set by hand and an approved track stay, and the vote counts."""
    room = _room(at, reviewer, arena, cast.track)

    def act() -> dict[str, Any]:
        voted = mixing.choose_side(room, cast.better)
        said = voted.stays or ("another mix wins" if voted.take else "the same mix stays the best")
        return {"track": cast.track, "take": voted.take, "words": said}

    return acts.once(reviewer, cast, act, then=acts.hand_over)


def _room(at: Desk, principal: Principal, arena: str, track: SequenceKind) -> MixingRoom:
    plan = plan_for(at, principal, arena)
    return MixingRoom(at.settings, at.db, at.blobs, plan.arena_id, track.value, principal.name)
