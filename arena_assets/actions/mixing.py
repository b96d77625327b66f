"""Mixes of a track: what there is, another one, and blind choices between two.

The three acts of a blind choice are :func:`next_pair`, :func:`side_audio` and :func:`choose_side`.
A side is known by a word that tells nothing: made with the server's secret, other for every person
and pair. What is approved never changes by a mix or a vote, unless the same act takes it back.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from arena_assets.actions.blind import Blind, mix_pairs, side_among
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

    def as_data(self) -> dict[str, Any]:
        return {
            "changes": {
                path: {"before": before, "after": after}
                for path, (before, after) in self.changes.items()
            },
            "rebuilt": [str(slot) for slot in self.rebuilt],
            "approved_in_the_way": [str(slot) for slot in self.approved],
        }


@dataclass(frozen=True, slots=True)
class OpenPair:
    """Two sides to choose between, ``left`` such pairs in all; sides are words for this person."""

    track: str
    a: str
    b: str
    left: int


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

    def contest(
        self, wanted: Wanted, rounds: int | None = None, population: int | None = None
    ) -> Tournament:
        """Hold a tournament from the mix that is wanted. Changes nothing.

        Takes up to a minute. Raises :class:`Refused` while this process holds another.
        """
        from arena_assets.score.tournament import Rules

        desk = self.desk()
        start = wanted_mix(desk.sheet.parameters, wanted)
        rules = Rules(
            rounds=rounds or self.settings.mix_rounds,
            population=population or self.settings.mix_population,
        )
        if not _ONE_TOURNAMENT.acquire(blocking=False):
            raise Refused("Another tournament is being held", "Try again in a minute")
        try:
            return desk.contest(rules, start)
        finally:
            _ONE_TOURNAMENT.release()

    def crown(self, held: Tournament, *, unpin: bool = False) -> int:
        """Make a tournament's winner the track's next take; which one it is.

        Raises :class:`Refused` for approvals in the way.
        """
        return self.desk(unpin=unpin).crown(held)

    def pairs(self, desk: TrackDesk) -> tuple[Blind, ...]:
        """The pairs of the last tournament, by words that are this person's alone."""
        return mix_pairs(desk, secret=signing_key(self.settings.data_dir), who=self.who)

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
    from arena_assets.score.mix import part_of
    from arena_assets.score.paths import changed
    from arena_assets.score.presets import PRESETS, preset

    if wanted.preset is not None:
        if wanted.preset not in PRESETS:
            raise UsageFault(
                f"There is no preset '{wanted.preset[:40]}'", f"One of {', '.join(PRESETS)}"
            )
        roles = {name: part_of(name) for name in mix.stems}
        mix = preset(mix, wanted.preset, roles)
    return changed(mix, wanted.changes)


def next_pair(room: MixingRoom) -> OpenPair:
    """A pair of the last tournament between which this person has not chosen yet.

    Raises :class:`NotFound` when there is none.
    """
    desk = room.desk()
    done = desk.choices_of(room.who)
    open_pairs = [pair for pair in room.pairs(desk) if pair.candidates not in done]
    if not open_pairs:
        raise NotFound(
            f"{room.who} has chosen in every pair of {desk.slot}",
            "'arena remix --tournament' makes new ones",
        )
    a, b = open_pairs[0].sides
    return OpenPair(room.track, a.token, b.token, len(open_pairs))


def side_audio(room: MixingRoom, side: str) -> Path:
    """The music of a side as FLAC, as loud as that of the other."""
    desk = room.desk()
    _, chosen = side_among(room.pairs(desk), side)
    return mix_file(room.settings, desk, chosen.candidate, ".flac")


def mix_file(settings: Settings, desk: TrackDesk, candidate: int, suffix: str) -> Path:
    """A mix of the last tournament as ``.wav`` or ``.flac``, at the loudness of all others.

    Made once, whichever pairs it stands in, and kept until housekeeping sweeps it.
    """
    from arena_assets.score.deliver import write_flac, write_wav

    _, held = desk.tournament()
    mix = held.candidates[candidate].parameters.model_dump(mode="json")
    content = digest({"stems": desk.source["files"]["stems"], "mix": mix})
    place = settings.blind_dir / content / f"mix{suffix}"
    if place.exists():
        return place
    with _ONE_MIX, folder_faults(settings.data_dir):
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary = place.with_name(f".{os.getpid()}-{uuid.uuid4().hex}{suffix}")
            try:
                # Its title is this name, of which nothing tells the sides apart.
                write = {".wav": write_wav, ".flac": write_flac}[suffix]
                write(temporary, desk.heard(candidate))
                temporary.replace(place)
            finally:
                temporary.unlink(missing_ok=True)
    return place


def choose_side(room: MixingRoom, better: str) -> Voted:
    """Say which side is better; see :meth:`TrackDesk.vote` for what comes of it."""
    desk = room.desk()
    pair, chosen = side_among(room.pairs(desk), better)
    return desk.vote(chosen.candidate, pair.other(chosen).candidate, room.who)


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
