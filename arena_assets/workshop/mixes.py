"""A track's mix as a piece of work of its own: made from kept stems, never composed again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from arena_assets.domain.manifest import FileRef, SlotManifest
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.sequences import (
    LOUDNESS_LUFS,
    Sequence,
    SequenceKind,
    loudness_params,
)
from arena_assets.domain.slots import MUSIC, Slot, track_slot
from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.providers.base import RecipeFor
from arena_assets.providers.versions import VERSIONS
from arena_assets.store import mixes, results
from arena_assets.store.audit import record
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database
from arena_assets.store.launches import want_launch
from arena_assets.store.mixes import KeptMix, KeptVote
from arena_assets.store.plans import get_plan, lock_plans, locked_plan
from arena_assets.store.takes import current_take, next_take

if TYPE_CHECKING:
    from arena_assets.score.parameters import MixParameters
    from arena_assets.score.render import MixSheet
    from arena_assets.score.synth.jit import FloatArray
    from arena_assets.score.tournament import Rules, Tournament, Vote

_KEPT = ("stems", "midi")
BY_HAND, TOURNAMENT, VOTE = "person", "tournament", "vote"


def mixed_or_played(
    db: Database, arena_id: int, sequence: Sequence, metadata: SlotManifest, played: RecipeFor,
    lufs: float = LOUDNESS_LUFS,
) -> RecipeFor:  # fmt: skip
    """The recipe of a take: a mix of kept stems where that was asked for, else the composer's.

    When the arena's lore has changed since, the stems belong to another arena's music: it is
    played anew.
    """

    def for_take(take: int) -> Recipe:
        kept = mixes.mix_of(db, arena_id, sequence.slot, take)
        if kept is None or kept.source["metadata"] != metadata.file("metadata").sha256:
            return played(take)
        return mix_recipe(kept, sequence, lufs)

    return for_take


def mix_recipe(kept: KeptMix, sequence: Sequence, lufs: float = LOUDNESS_LUFS) -> Recipe:
    """Stems and a sheet to a finished track at ``lufs``. Equal sheets make equal keys, whatever the
    take."""
    inputs = {name: FileRef.model_validate(ref) for name, ref in kept.source["files"].items()}

    def work(context: WorkContext) -> Produced:
        from arena_assets.inspect.sound_files import check_files
        from arena_assets.score.master import Target
        from arena_assets.score.render import MixSheet, remix_track

        sheet = MixSheet.model_validate(kept.sheet)
        track = remix_track(
            context.input("stems"),
            sheet,
            context.workdir,
            progress=context.progress,
            check_cancelled=context.check_cancelled,
            target=Target(lufs),
        )
        measured, findings = check_files(track.files, sequence, lufs)
        files = dict(track.files)
        for name, ref in inputs.items():
            files[name] = context.workdir / f"{sequence.slot}_{name}{ref.suffix}"
            shutil.copyfile(context.input(name), files[name])
        return Produced(files, {**track.measurements, **measured}, findings)

    return Recipe(
        name=MUSIC,
        version=VERSIONS[MUSIC],
        inputs=inputs,
        params={"track": sequence.slot, "sheet": dict(kept.sheet), **loudness_params(lufs)},
        provider="embedded",
        model="mixer",
        work=work,
    )


@dataclass(frozen=True, slots=True)
class Voted:
    """Who wins by a vote; ``take`` is what will be made of it, None when nothing changes, for the
    reason in ``stays``: empty when the same mix stays the best."""

    winner: int
    take: int | None = None
    stays: str = ""


_Pair = TypeVar("_Pair")


def numbered(pairs: tuple[_Pair, ...], number: int) -> _Pair:
    """A pair counted from 1; raises :class:`NotFound`."""
    if not 1 <= number <= len(pairs):
        raise NotFound(f"There is no pair {number}", f"Pairs are 1 to {len(pairs)}")
    return pairs[number - 1]


class Guard(Protocol):
    """What must hold for a new take, in the transaction that begins it."""

    def before(self, session: Session) -> None:
        """Raises :class:`Refused` when there must be none; the plan is locked."""

    def after(self, session: Session) -> None:
        """Tell of it, every row being locked."""


class TrackDesk:
    """One track of an arena on the mixing desk: its stems, its sheet, and what people ask for."""

    def __init__(
        self, db: Database, blobs: BlobStore, arena_id: int, track: str, guard: Guard | None = None
    ) -> None:
        from arena_assets.score.render import MixSheet

        if track not in list(SequenceKind):
            raise NotFound(f"There is no track '{track}'", f"One of {', '.join(SequenceKind)}")
        self._db, self._arena_id, self.track = db, arena_id, track
        self._guard = guard
        self._last: tuple[KeptMix, Tournament] | None = None
        self.slot = Slot(arena_id, track_slot(track))
        made = results.latest(db, self.slot)
        if made is None:
            raise NotFound(f"{self.slot} is not made yet", "'arena resume' makes it")
        if not {"mix", "stems"} <= set(made.files):
            raise Refused(
                f"{self.slot} was made before stems were kept as played",
                f"'arena redo' makes it again: music_tracks/{track}",
            )
        self.take = current_take(db, self.slot)
        self.stems: Path = blobs.path(made.file("stems"))
        self.sheet: MixSheet = MixSheet.model_validate_json(
            blobs.path(made.file("mix")).read_bytes()
        )
        self.source: dict[str, Any] = {
            "files": {n: made.files[n].model_dump(mode="json") for n in _KEPT if n in made.files},
            "metadata": self._metadata_hash(made),
        }

    def remix(self, parameters: MixParameters, origin: str = BY_HAND) -> int:
        """Make these parameters the track's next take; which one it is."""
        return self._next(self.sheet.model_copy(update={"parameters": parameters}), origin, None)

    def contest(self, rules: Rules, start: MixParameters | None = None) -> Tournament:
        """Hold a tournament from ``start``, else from the mix that is there. Changes nothing."""
        from arena_assets.score.deliver import read_stems
        from arena_assets.score.synth.jit import RATE
        from arena_assets.score.tournament import hold

        return hold(
            lambda: read_stems(self.stems),
            self.sheet.seconds * RATE,
            start or self.sheet.parameters,
            rules,
            seed=self.sheet.seed,
            loops=self.sheet.loops,
            clock=self.sheet.clock,
            check_cancelled=lambda: None,
        )

    def crown(self, held: Tournament) -> int:
        """Make a tournament's winner the next take. When that is the mix there is, the take has the
        same bytes, and nothing is made from it again."""
        winner = held.candidates[held.winner()]
        sheet = self.sheet.model_copy(update={"parameters": winner.parameters})
        return self._next(sheet, TOURNAMENT, held)

    def vote(self, better: int, worse: int, voter: str) -> Voted:
        """Keep a person's choice, and make the mix that wins by it the next take.

        A mix that a person set by hand, and a track that is approved, stay as they are; the vote
        counts all the same. Raises :class:`Refused` for a second choice between the same two.
        """
        kept, held = self.tournament()
        numbers = {candidate.number for candidate in held.candidates}
        if better == worse or not {better, worse} <= numbers:
            raise UsageFault("These are no two mixes of the tournament", "'arena vote' lists pairs")
        with self._db.together():
            lock_plans(self._db, [self._arena_id])
            before = held.winner(self._votes(kept.take))
            vote = KeptVote(better, worse, voter)
            if not mixes.add_vote(self._db, self._arena_id, self.track, kept.take, vote):
                raise Refused("You have chosen between these two", "Choose in another pair")
            winner = held.winner(self._votes(kept.take))
            self._record(
                "mix.vote", better=better, worse=worse, voter=voter, was=before, winner=winner
            )
            take = current_take(self._db, self.slot)
            now = mixes.mix_of(self._db, self._arena_id, self.track, take)
            if now is None or now.origin not in (TOURNAMENT, VOTE):
                stays = "What was set or chosen by hand stays until somebody changes it"
                return Voted(winner, stays=stays)
            parameters = held.candidates[winner].parameters
            if now.sheet["parameters"] == parameters.model_dump(mode="json"):
                return Voted(winner)
            try:
                return Voted(winner, self.remix(parameters, VOTE))
            except Refused as refused:
                return Voted(winner, stays=f"{refused.what}. {refused.next_step}")

    def winner(self) -> int:
        """Which mix of the last tournament is the best by all votes so far."""
        kept, held = self.tournament()
        return held.winner(self._votes(kept.take))

    def tournament(self) -> tuple[KeptMix, Tournament]:
        """The last one held for this track, read once: as it was when this desk first asked, or
        held by this desk since."""
        from arena_assets.score.tournament import Tournament

        if self._last is not None:
            return self._last
        kept = mixes.latest_tournament(self._db, self._arena_id, self.track)
        stems = self.source["files"]["stems"]
        if kept is None or kept.source["files"]["stems"]["sha256"] != stems["sha256"]:
            raise NotFound(
                f"No tournament was held for {self.slot} as it is played now",
                "'arena remix --tournament' holds one",
            )
        self._last = kept, Tournament.model_validate(kept.tournament)
        return self._last

    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The mixes of each pair of the last tournament, as they are shown: in no telling order."""
        _, held = self.tournament()
        found = []
        for number, chosen in enumerate(held.pairs, start=1):
            sides = [chosen.a, chosen.b]
            random.Random(f"{self.slot}/{number}").shuffle(sides)  # noqa: S311 - no secret
            found.append((sides[0], sides[1]))
        return tuple(found)

    def choices_of(self, voter: str) -> dict[frozenset[int], int]:
        """The pairs between which somebody has chosen, and which mix they found better."""
        kept, _ = self.tournament()
        found = mixes.votes_on(self._db, self._arena_id, self.track, kept.take)
        return {
            frozenset((vote.better, vote.worse)): vote.better
            for vote in found
            if vote.voter == voter[:64]
        }

    def pair(self, number: int) -> tuple[int, int]:
        """One of :meth:`pairs`, counted from 1."""
        return numbered(self.pairs(), number)

    def write_pair(self, number: int, folder: Path) -> tuple[Path, Path]:
        """Both sides of a pair as WAV of equal loudness, named only ``a`` and ``b``."""
        from arena_assets.score.deliver import write_wav

        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for side, candidate in zip("ab", self.pair(number), strict=True):
            path = folder / f"{self.track}_pair_{number}_{side}.wav"
            write_wav(path, self.heard(candidate))
            paths.append(path)
        return paths[0], paths[1]

    def heard(self, candidate: int) -> FloatArray:
        """A mix of the last tournament (2, n), at the loudness of all others."""
        from arena_assets.score.deliver import read_stems
        from arena_assets.score.master import Glue, master
        from arena_assets.score.render import mixed

        _, held = self.tournament()
        parameters = held.candidates[candidate].parameters
        sheet = self.sheet.model_copy(update={"parameters": parameters})
        glue = Glue(parameters.glue_ratio, parameters.glue_threshold_db)
        bus = mixed(read_stems(self.stems), sheet)
        return master(bus, glue, sheet.kind, sheet.loops, lambda: None)

    def _votes(self, take: int) -> Iterable[Vote]:
        from arena_assets.score.tournament import Vote

        found = mixes.votes_on(self._db, self._arena_id, self.track, take)
        return [Vote(better=v.better, worse=v.worse, by=v.voter) for v in found]

    def _next(self, sheet: MixSheet, origin: str, held: Tournament | None) -> int:
        given = sheet.model_dump(mode="json")
        told = None if held is None else held.model_dump(mode="json")
        with self._db.together(), self._db.write() as session:
            locked_plan(session, self._arena_id)
            if self._guard is not None:
                self._guard.before(session)
            take = next_take(session, self.slot)
            kept = KeptMix(take, self.source, given, origin, told)
            mixes.keep_mix(session, self._arena_id, self.track, kept)
            if self._guard is not None:
                self._guard.after(session)
            if origin != VOTE:  # which is on record as a vote
                self._record("mix.remix", was=self.take, take=take, by=origin)
            want_launch(session, self._arena_id, f"mix {self.slot.where} take {take}")
        if held is not None:
            self._last = None
        return take

    def _record(self, action: str, **data: object) -> None:
        plan = get_plan(self._db, self._arena_id)
        target = f"{plan.partition}/{self.slot.where}"
        record(self._db, action, target, project=plan.project, **data)

    def _metadata_hash(self, made: SlotManifest) -> str:
        given = made.provenance.inputs.get("metadata")
        if given is not None:
            return given.sha256
        before = mixes.mix_of(self._db, self._arena_id, self.track, made.take)
        if before is None:
            raise Refused(f"{self.slot} does not say what it is made from", "Redo the track")
        return str(before.source["metadata"])
