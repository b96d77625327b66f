"""A track mixed anew from kept stems, a tournament for it, and votes that change its outcome."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.domain.slots import MUSIC, Slot, SlotName, downstream, track_slot
from arena_assets.errors import NotFound, UsageFault
from arena_assets.score.composition import Part
from arena_assets.score.deliver import StemArchive
from arena_assets.score.mix import role_mix
from arena_assets.score.render import MixSheet
from arena_assets.score.synth.jit import RATE
from arena_assets.score.tournament import Rules
from arena_assets.store import audit, results
from arena_assets.store.takes import current_take
from arena_assets.workshop.mixes import TrackDesk, mixed_or_played
from arena_assets_tests.arenas import Hall

HAZARD = sequence_by_kind(SequenceKind.HAZARD)
LORE = FileRef(sha256="a" * 64, size=1, media_type="application/json", suffix=".json")
OTHER_LORE = LORE.model_copy(update={"sha256": "b" * 64})


def played_stems(path: Path) -> None:
    """Four seconds of a bass, a lead and drums, each in its own register."""
    rng = np.random.default_rng(4)
    hz = np.fft.rfftfreq(4 * RATE, 1 / RATE)
    with StemArchive(path) as archive:
        for name, centre in (("lead", 900.0), ("bass", 110.0), ("drums", 3000.0)):
            shape = np.exp(-0.5 * (np.log2(np.maximum(hz, 1) / centre) / 0.8) ** 2)
            turns = np.exp(2j * np.pi * rng.random((2, len(hz))))
            wave = np.fft.irfft(shape * turns).astype(np.float32)
            archive.add(name, wave * np.float32(0.1 / wave.std()))


def keep_track(hall: Hall, arena_id: int, folder: Path) -> None:
    """A made track with its stems and its sheet in the blobs."""
    roles = {name: Part(name) for name in ("lead", "bass", "drums")}
    sheet = MixSheet(
        kind=SequenceKind.HAZARD, seconds=4, loops=False, seed=1, tempo_bpm=120.0, facts={},
        parameters=role_mix(roles),
    )  # fmt: skip
    stems, mix = folder / "stems.zip", folder / "mix.json"
    played_stems(stems)
    mix.write_text(sheet.model_dump_json())
    blobs = hall.studio.blobs
    files = {
        "stems": blobs.put_file(stems, "application/zip", ".zip"),
        "mix": blobs.put_file(mix, "application/json", ".json"),
    }
    made = SlotManifest(
        slot=str(track_slot("hazard")), take=1, key="c" * 64, files=files, seconds=1.0,
        provenance=Provenance(
            recipe=MUSIC, version="2", provider="embedded", model="composer",
            inputs={"metadata": LORE}, params={},
        ),
    )  # fmt: skip
    results.keep(hall.studio.db, Slot(arena_id, track_slot("hazard")), made)


@pytest.fixture
def desk(hall: Hall, tmp_path: Path) -> TrackDesk:
    (arena_id,) = hall.request(1)
    keep_track(hall, arena_id, tmp_path)
    return TrackDesk(hall.studio.db, hall.studio.blobs, arena_id, "hazard")


def recipe_for(hall: Hall, desk: TrackDesk, take: int, lore: FileRef = LORE) -> Recipe:
    metadata = SlotManifest(
        slot="arena_metadata", take=1, key="d" * 64, files={"metadata": lore}, seconds=0,
        provenance=Provenance(
            recipe="arena_metadata", version="1", provider="p", model="m", inputs={}, params={}
        ),
    )  # fmt: skip

    def played(take: int) -> Recipe:
        return Recipe(
            MUSIC, "2", {"metadata": lore}, {"take": take}, "embedded", "composer", _never
        )

    return mixed_or_played(hall.studio.db, desk.slot.arena_id, HAZARD, metadata, played)(take)


def _never(_: WorkContext) -> Produced:
    raise AssertionError("nothing is played here")


def test_other_parameters_make_the_next_take_a_mix(hall: Hall, desk: TrackDesk) -> None:
    stems = dict(desk.sheet.parameters.stems)
    stems["lead"] = stems["lead"].model_copy(update={"offset_lu": -6.0})
    with audit.acting(audit.Actor("ada", "here")):
        take = desk.remix(desk.sheet.parameters.model_copy(update={"stems": stems}))
    (line,) = audit.entries(hall.studio.db)
    assert (line.action, dict(line.data)) == ("mix.remix", {"was": 1, "take": 2, "by": "person"})
    assert (take, current_take(hall.studio.db, desk.slot)) == (2, 2)
    mixed = recipe_for(hall, desk, 2)
    assert (mixed.model, set(mixed.inputs)) == ("mixer", {"stems"})
    assert json.loads(json.dumps(mixed.params))["sheet"]["parameters"]["stems"]["lead"][
        "offset_lu"
    ] == -6.0  # fmt: skip
    assert recipe_for(hall, desk, 1).model == "composer"
    assert recipe_for(hall, desk, 2, OTHER_LORE).model == "composer"


def test_a_vote_changes_the_outcome_and_only_what_the_music_feeds(
    hall: Hall, desk: TrackDesk, tmp_path: Path
) -> None:
    take, held = desk.compete(Rules(rounds=1, population=6, finalists=3))
    assert take == 2
    assert len(held.candidates) >= 2
    won = held.winner()
    number = next(at for at, pair in enumerate(held.pairs, 1) if won in (pair.a, pair.b))
    first, second = desk.pair(number)
    better = second if won == first else first
    new: int | None = None
    for voter in ("ada", "ben", "cleo", "dov", "eve"):
        with audit.acting(audit.Actor(voter, "here")):
            new, winner = desk.vote(better, won, voter)
        line = audit.entries(hall.studio.db)[0]
        assert (line.who, line.action, line.data["winner"]) == (voter, "mix.vote", winner)
        if new is not None:
            break
    assert new == 3
    assert winner != won
    assert current_take(hall.studio.db, desk.slot) == 3
    before, after = (recipe_for(hall, desk, number) for number in (2, 3))
    assert before.key(2) != after.key(3)
    assert before.inputs == after.inputs
    rebuilt = {slot.asset for slot in downstream(track_slot("hazard"))}
    assert rebuilt == {"final_videos", "arena_row", "engine_pack"}
    others = [slot for slot in downstream(track_slot("hazard")) if slot.asset == "final_videos"]
    assert others == [SlotName("final_videos", "hazard")]
    a, b = desk.write_pair(number, tmp_path / "pairs")
    assert a.read_bytes() != b.read_bytes()
    assert {a.name, b.name} == {f"hazard_pair_{number}_a.wav", f"hazard_pair_{number}_b.wav"}


def test_what_cannot_be_voted_on_is_said(desk: TrackDesk) -> None:
    with pytest.raises(NotFound, match="No tournament"):
        desk.vote(0, 1, "ada")
    desk.compete(Rules(rounds=1, population=4, finalists=1))
    with pytest.raises(UsageFault, match="no two mixes"):
        desk.vote(0, 0, "ada")
    with pytest.raises(NotFound, match="no pair 99"):
        desk.pair(99)
