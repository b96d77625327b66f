"""A track's mix as a piece of work of its own: made from kept stems, never composed again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from arena_assets.domain.manifest import FileRef, SlotManifest
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.sequences import Sequence, SequenceKind
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
from arena_assets.store.plans import get_plan, lock_plans
from arena_assets.store.takes import current_take, next_take

if TYPE_CHECKING:
    from arena_assets.score.parameters import MixParameters
    from arena_assets.score.render import MixSheet
    from arena_assets.score.tournament import Rules, Tournament, Vote

_KEPT = ("stems", "midi")


def mixed_or_played(
    db: Database, arena_id: int, sequence: Sequence, metadata: SlotManifest, played: RecipeFor
) -> RecipeFor:
    """The recipe of a take: a mix of kept stems where that was asked for, else the composer's.

    When the arena's lore has changed since, the stems belong to another arena's music: it is
    played anew.
    """

    def for_take(take: int) -> Recipe:
        kept = mixes.mix_of(db, arena_id, sequence.slot, take)
        if kept is None or kept.source["metadata"] != metadata.file("metadata").sha256:
            return played(take)
        return mix_recipe(kept, sequence)

    return for_take


def mix_recipe(kept: KeptMix, sequence: Sequence) -> Recipe:
    """Stems and a sheet to a finished track. Equal sheets make equal keys, whatever the take."""
    inputs = {name: FileRef.model_validate(ref) for name, ref in kept.source["files"].items()}

    def work(context: WorkContext) -> Produced:
        from arena_assets.inspect.sound import check_track
        from arena_assets.score.render import MixSheet, remix_track

        sheet = MixSheet.model_validate(kept.sheet)
        track = remix_track(
            context.input("stems"),
            sheet,
            context.workdir,
            progress=context.progress,
            check_cancelled=context.check_cancelled,
        )
        measured, findings = check_track(track.files["wav"], sequence)
        files = dict(track.files)
        for name, ref in inputs.items():
            files[name] = context.workdir / f"{sequence.slot}_{name}{ref.suffix}"
            shutil.copyfile(context.input(name), files[name])
        return Produced(files, {**track.measurements, **measured}, findings)

    return Recipe(
        name=MUSIC,
        version=VERSIONS[MUSIC],
        inputs=inputs,
        params={"track": sequence.slot, "sheet": dict(kept.sheet)},
        provider="embedded",
        model="mixer",
        work=work,
    )


class TrackDesk:
    """One track of an arena on the mixing desk: its stems, its sheet, and what people ask for."""

    def __init__(self, db: Database, blobs: BlobStore, arena_id: int, track: str) -> None:
        from arena_assets.score.render import MixSheet

        if track not in list(SequenceKind):
            raise NotFound(f"There is no track '{track}'", f"One of {', '.join(SequenceKind)}")
        self._db, self._arena_id, self.track = db, arena_id, track
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
        self.source = {
            "files": {n: made.files[n].model_dump(mode="json") for n in _KEPT if n in made.files},
            "metadata": self._metadata_hash(made),
        }

    def remix(self, parameters: MixParameters, origin: str = "person") -> int:
        """Make these parameters the track's next take; which one it is."""
        return self._next(self.sheet.model_copy(update={"parameters": parameters}), origin, None)

    def compete(self, rules: Rules) -> tuple[int, Tournament]:
        """Hold a tournament; its winner is the next take. When that is the start, the take has the
        bytes of the one before, and nothing is made from it again."""
        from arena_assets.score.deliver import read_stems
        from arena_assets.score.synth.jit import RATE
        from arena_assets.score.tournament import hold

        held = hold(
            lambda: read_stems(self.stems),
            self.sheet.seconds * RATE,
            self.sheet.parameters,
            rules,
            seed=self.sheet.seed,
            loops=self.sheet.loops,
            seconds_per_beat=60 / self.sheet.tempo_bpm,
            check_cancelled=lambda: None,
        )
        winner = held.candidates[held.winner()]
        sheet = self.sheet.model_copy(update={"parameters": winner.parameters})
        return self._next(sheet, "tournament", held), held

    def vote(self, better: int, worse: int, voter: str) -> tuple[int | None, int]:
        """Keep a person's choice; the new take when another mix wins by it, and who wins."""
        kept, held = self.tournament()
        numbers = {candidate.number for candidate in held.candidates}
        if better == worse or not {better, worse} <= numbers:
            raise UsageFault("These are no two mixes of the tournament", "'arena vote' lists pairs")
        with self._db.together():
            lock_plans(self._db, [self._arena_id])
            before = held.winner(self._votes(kept.take))
            mixes.add_vote(
                self._db, self._arena_id, self.track, kept.take, KeptVote(better, worse, voter)
            )
            winner = held.winner(self._votes(kept.take))
            self._record(
                "mix.vote", better=better, worse=worse, voter=voter, was=before, winner=winner
            )
            if winner == before:
                return None, winner
            parameters = held.candidates[winner].parameters
            return self.remix(parameters, "vote"), winner

    def winner(self) -> int:
        """Which mix of the last tournament is the best by all votes so far."""
        kept, held = self.tournament()
        return held.winner(self._votes(kept.take))

    def tournament(self) -> tuple[KeptMix, Tournament]:
        """The last one held for this track."""
        from arena_assets.score.tournament import Tournament

        kept = mixes.latest_tournament(self._db, self._arena_id, self.track)
        if kept is None:
            raise NotFound(
                f"No tournament was held for {self.slot}", "'arena remix --tournament' holds one"
            )
        return kept, Tournament.model_validate(kept.tournament)

    def pair(self, number: int) -> tuple[int, int]:
        """The mixes of a pair, counted from 1, as they are shown: in no telling order."""
        _, held = self.tournament()
        if not 1 <= number <= len(held.pairs):
            raise NotFound(f"There is no pair {number}", f"Pairs are 1 to {len(held.pairs)}")
        chosen = held.pairs[number - 1]
        sides = [chosen.a, chosen.b]
        random.Random(f"{self.slot}/{number}").shuffle(sides)  # noqa: S311 - no secret
        return sides[0], sides[1]

    def write_pair(self, number: int, folder: Path) -> tuple[Path, Path]:
        """Both sides of a pair as WAV of equal loudness, named only ``a`` and ``b``."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for side, candidate in zip("ab", self.pair(number), strict=True):
            path = folder / f"{self.track}_pair_{number}_{side}.wav"
            self.write_mix(candidate, path)
            paths.append(path)
        return paths[0], paths[1]

    def write_mix(self, candidate: int, path: Path) -> None:
        """One mix of the last tournament as WAV, at the loudness all of them have."""
        from arena_assets.score.deliver import read_stems, write_wav
        from arena_assets.score.master import Glue, master
        from arena_assets.score.render import mixed

        _, held = self.tournament()
        parameters = held.candidates[candidate].parameters
        sheet = self.sheet.model_copy(update={"parameters": parameters})
        bus = mixed(read_stems(self.stems), sheet)
        glue = Glue(parameters.glue_ratio, parameters.glue_threshold_db)
        write_wav(path, master(bus, glue, sheet.kind, sheet.loops, lambda: None))

    def _votes(self, take: int) -> Iterable[Vote]:
        from arena_assets.score.tournament import Vote

        found = mixes.votes_on(self._db, self._arena_id, self.track, take)
        return [Vote(better=v.better, worse=v.worse, by=v.voter) for v in found]

    def _next(self, sheet: MixSheet, origin: str, held: Tournament | None) -> int:
        with self._db.together():
            lock_plans(self._db, [self._arena_id])
            take = next_take(self._db, self.slot)
            kept = KeptMix(
                take,
                self.source,
                sheet.model_dump(mode="json"),
                origin,
                None if held is None else held.model_dump(mode="json"),
            )
            mixes.keep_mix(self._db, self._arena_id, self.track, kept)
            if origin != "vote":  # which is on record as a vote
                self._record("mix.remix", was=self.take, take=take, by=origin)
            want_launch(self._db, self._arena_id, f"mix {self.slot.where} take {take}")
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
