"""Mixes of a track: what there is, another one, and blind choices between two.

The three acts of a blind choice are :func:`next_pair`, :func:`side_audio` and :func:`choose_side`.
A side is known by a word that tells nothing: made with the server's secret, other for every person
and pair. What is approved never changes by a mix or a vote, unless the same act takes it back.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from arena_assets.actions.redo import rebuilt_by, require_unpinned, tell_unpinned
from arena_assets.domain.manifest import digest
from arena_assets.domain.sequences import SequenceKind
from arena_assets.domain.slots import Slot, SlotName, track_slot
from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.ledger.quoting import signing_key
from arena_assets.settings import Settings
from arena_assets.store import mixes
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database
from arena_assets.store.decisions import Decision, pins_of
from arena_assets.store.faults import folder_faults
from arena_assets.store.takes import current_take
from arena_assets.workshop.mixes import TrackDesk, Voted

if TYPE_CHECKING:
    from arena_assets.score.parameters import MixParameters
    from arena_assets.score.paths import Parameter
    from arena_assets.score.tournament import Tournament

_SIDE_LETTERS = 32
# Rendering a minute of music takes seconds and half a gigabyte; the makers share this machine.
_ONE_MIX = BoundedSemaphore(1)
_ONE_TOURNAMENT = BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Another mix: a preset, then values by their paths (see ``score.paths``)."""

    changes: Mapping[str, str] = field(default_factory=dict)
    preset: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a mix would change: values before and after by path, slots rebuilt, approvals met."""

    changes: Mapping[str, tuple[str, str]]
    rebuilt: tuple[SlotName, ...]
    approved: tuple[SlotName, ...]


@dataclass(frozen=True, slots=True)
class OpenPair:
    """Two sides to choose between, ``left`` such pairs in all; sides are words for this person."""

    track: str
    a: str
    b: str
    left: int


@dataclass(frozen=True, slots=True)
class Side:
    """What a side's word stands for: its pair, its candidate, and the other one."""

    pair: int
    candidate: int
    other: int


@dataclass(slots=True)
class _Approvals:
    """Lets a new take begin only when no approval is met, or takes those back."""

    slot: Slot
    who: str
    unpin: bool = False
    taken_back: dict[SlotName, Decision] = field(default_factory=dict)

    def before(self, session: Session) -> None:
        touched = rebuilt_by([self.slot.where])
        self.taken_back = require_unpinned(
            session, self.slot.arena_id, touched, who=self.who, unpin=self.unpin
        )

    def after(self, session: Session) -> None:
        tell_unpinned(session, self.slot.arena_id, self.taken_back, self.who)


@dataclass(frozen=True, slots=True)
class MixingRoom:
    """One track on the desk, and who stands at it. Raises :class:`NotFound` for what is not made,
    :class:`Refused` for a track whose stems were not kept."""

    settings: Settings
    db: Database
    blobs: BlobStore
    arena_id: int
    track: str
    who: str

    def __post_init__(self) -> None:
        if self.track not in list(SequenceKind):
            raise NotFound(
                f"There is no track '{self.track[:40]}'", f"One of {', '.join(SequenceKind)}"
            )

    def desk(self, *, unpin: bool = False) -> TrackDesk:
        guard = _Approvals(Slot(self.arena_id, track_slot(self.track)), self.who, unpin)
        return TrackDesk(self.db, self.blobs, self.arena_id, self.track, guard)

    def parameters(self) -> list[Parameter]:
        """All parameters of the mix that is there, with units and bounds."""
        from arena_assets.score.paths import parameters_of

        return parameters_of(self.desk().sheet.parameters)

    def preview(self, wanted: Wanted) -> Preview:
        """What :meth:`remix` would do. Changes nothing."""
        from arena_assets.score.paths import differences

        desk = self.desk()
        now = desk.sheet.parameters
        rebuilt = rebuilt_by([desk.slot.where])
        pins = pins_of(self.db, self.arena_id)
        changes = differences(now, wanted_mix(now, wanted))
        return Preview(changes, rebuilt, tuple(slot for slot in rebuilt if slot in pins))

    def remix(self, wanted: Wanted, *, unpin: bool = False) -> int:
        """Ask for another mix as the track's next take; which one it is.

        Raises :class:`UsageFault` for a parameter there is not, a value out of bounds, or no change
        at all, and :class:`Refused` for approvals in the way.
        """
        desk = self.desk(unpin=unpin)
        mix = wanted_mix(desk.sheet.parameters, wanted)
        if mix == desk.sheet.parameters:
            raise UsageFault("That is the mix there is", "Change a value, or choose a preset")
        return desk.remix(mix)

    def compete(
        self, wanted: Wanted, rounds: int | None = None, population: int | None = None, *,
        unpin: bool = False,
    ) -> tuple[int, Tournament]:  # fmt: skip
        """Hold a tournament from the mix that is wanted; its winner is the next take.

        Takes up to a minute. Raises :class:`Refused` while this process holds another.
        """
        from arena_assets.score.tournament import Rules

        desk = self.desk(unpin=unpin)
        start = wanted_mix(desk.sheet.parameters, wanted)
        rules = Rules(
            rounds=rounds or self.settings.mix_rounds,
            population=population or self.settings.mix_population,
        )
        if not _ONE_TOURNAMENT.acquire(blocking=False):
            raise Refused("Another tournament is being held", "Try again in a minute")
        try:
            return desk.compete(rules, start)
        finally:
            _ONE_TOURNAMENT.release()

    def sides(self, desk: TrackDesk) -> dict[str, Side]:
        """All sides of all pairs of the last tournament, by their words for this person."""
        kept, _ = desk.tournament()
        secret = signing_key(self.settings.data_dir)
        found = {}
        for number, (first, second) in enumerate(desk.pairs(), start=1):
            for candidate, other in ((first, second), (second, first)):
                text = f"{desk.slot}/{kept.take}/{number}/{candidate}/{self.who}".encode()
                word = hmac.new(secret, text, hashlib.sha256).hexdigest()[:_SIDE_LETTERS]
                found[word] = Side(number, candidate, other)
        return found

    def lineage(self) -> list[dict[str, Any]]:
        """Every take of the track that is a mix, with the tournament that made it."""
        now = current_take(self.db, Slot(self.arena_id, track_slot(self.track)))
        found = []
        for kept in mixes.mixes_of(self.db, self.arena_id, self.track):
            votes = mixes.votes_on(self.db, self.arena_id, self.track, kept.take)
            found.append(
                {
                    "take": kept.take,
                    "current": kept.take == now,
                    "origin": kept.origin,
                    "parameters": kept.sheet["parameters"],
                    "tournament": _told(kept.tournament, len(votes)),
                }
            )
        return found


def wanted_mix(mix: MixParameters, wanted: Wanted) -> MixParameters:
    """A mix as it is wanted; raises :class:`UsageFault` for what cannot be."""
    from arena_assets.score.composition import Part
    from arena_assets.score.paths import changed
    from arena_assets.score.presets import PRESETS, preset

    if wanted.preset is not None:
        if wanted.preset not in PRESETS:
            raise UsageFault(
                f"There is no preset '{wanted.preset[:40]}'", f"One of {', '.join(PRESETS)}"
            )
        roles = {name: Part(name) if name in list(Part) else Part.COUNTER for name in mix.stems}
        mix = preset(mix, wanted.preset, roles)
    return changed(mix, wanted.changes)


def next_pair(room: MixingRoom) -> OpenPair:
    """A pair of the last tournament between which this person has not chosen yet.

    Raises :class:`NotFound` when there is none.
    """
    desk = room.desk()
    done = desk.chosen_by(room.who)
    pairs = enumerate(desk.pairs(), start=1)
    open_pairs = [(number, pair) for number, pair in pairs if set(pair) not in done]
    if not open_pairs:
        raise NotFound(
            f"{room.who} has chosen in every pair of {desk.slot}",
            "'arena remix --tournament' makes new ones",
        )
    number, _ = open_pairs[0]
    a, b = sorted(word for word, side in room.sides(desk).items() if side.pair == number)
    return OpenPair(room.track, a, b, len(open_pairs))


def side_audio(room: MixingRoom, side: str) -> Path:
    """The music of a side as FLAC, as loud as that of the other. Made once, then kept."""
    from arena_assets.score.deliver import write_flac

    desk = room.desk()
    candidate = _known(room, desk, side).candidate
    _, held = desk.tournament()
    content = digest(
        {"stems": desk.source["files"]["stems"], "mix": held.candidates[candidate].sound}
    )
    folder = room.settings.data_dir / "thumbnails" / "mixes"
    place = folder / f"{content}.flac"
    if place.exists():
        return place
    with _ONE_MIX, folder_faults(room.settings.data_dir):
        if not place.exists():
            folder.mkdir(parents=True, exist_ok=True)
            temporary = folder / f".{os.getpid()}-{uuid.uuid4().hex}.flac"
            try:
                # Its title is this name, of which nothing tells the sides apart.
                write_flac(temporary, desk.heard(candidate))
                temporary.replace(place)
            finally:
                temporary.unlink(missing_ok=True)
    return place


def choose_side(room: MixingRoom, better: str) -> Voted:
    """Say which side is better; see :meth:`TrackDesk.vote` for what comes of it."""
    desk = room.desk()
    chosen = _known(room, desk, better)
    return desk.vote(chosen.candidate, chosen.other, room.who)


def _known(room: MixingRoom, desk: TrackDesk, word: str) -> Side:
    found = room.sides(desk).get(word)
    if found is None:
        raise NotFound("There is no such side of a pair", "Ask for the next pair again")
    return found


def _told(held: Mapping[str, Any] | None, votes: int) -> dict[str, Any] | None:
    if held is None:
        return None
    shown = ("number", "round", "parent", "points", "faults")
    return {
        "rules": held["rules"],
        "candidates": [{name: each[name] for name in shown} for each in held["candidates"]],
        "pairs": len(held["pairs"]),
        "votes": votes,
    }
