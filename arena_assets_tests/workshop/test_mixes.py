"""A track mixed anew from kept stems, a tournament for it, and votes that change its outcome."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.domain.slots import MUSIC, SlotName, downstream, track_slot
from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.score.tournament import Rules
from arena_assets.store import audit
from arena_assets.store.takes import current_take, next_take, set_take
from arena_assets.workshop.mixes import TrackDesk, mixed_or_played
from arena_assets_tests.arenas import Hall
from arena_assets_tests.outlines import LORE
from arena_assets_tests.stems import keep_track

HAZARD = sequence_by_kind(SequenceKind.HAZARD)
OTHER_LORE = LORE.model_copy(update={"sha256": "b" * 64})


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
    held = desk.contest(Rules(rounds=1, population=6, finalists=3))
    take = desk.crown(held)
    assert take == 2
    assert len(held.candidates) >= 2
    won = held.winner()
    number = next(at for at, pair in enumerate(held.pairs, 1) if won in (pair.a, pair.b))
    first, second = desk.pair(number)
    better = second if won == first else first
    for voter in ("ada", "ben", "cleo", "dov", "eve"):
        with audit.acting(audit.Actor(voter, "here")):
            voted = desk.vote(better, won, voter)
        line = audit.entries(hall.studio.db)[0]
        assert (line.who, line.action, line.data["winner"]) == (voter, "mix.vote", voted.winner)
        with pytest.raises(Refused, match="chosen between these two"):
            desk.vote(won, better, voter)
        if voted.take is not None:
            break
    assert voted.take == 3
    assert voted.winner != won
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


def test_a_vote_leaves_a_mix_that_was_set_by_hand(desk: TrackDesk) -> None:
    held = desk.contest(Rules(rounds=1, population=6, finalists=3))
    desk.crown(held)
    by_hand = desk.remix(desk.sheet.parameters.model_copy(update={"room_seconds": 1.0}))
    won = held.winner()
    others = [each.number for each in held.candidates if each.number != won]
    for voter in ("ada", "ben", "cleo", "dov", "eve"):
        voted = desk.vote(others[0], won, voter)
        assert voted.take is None
        assert "by hand stays" in voted.stays
    assert voted.winner != won, "the votes count"
    assert current_take(desk._db, desk.slot) == by_hand


def test_a_mix_that_is_asked_for_keeps_its_number(hall: Hall, desk: TrackDesk) -> None:
    """Going back to an old take must not hand a later mix's number to what is played anew."""
    assert desk.remix(desk.sheet.parameters) == 2
    with hall.studio.db.write() as session:
        set_take(session, desk.slot, 1)
    assert next_take(hall.studio.db, desk.slot) == 3


def test_other_stems_have_no_tournament(hall: Hall, desk: TrackDesk) -> None:
    desk.crown(desk.contest(Rules(rounds=1, population=4, finalists=1)))
    again = TrackDesk(hall.studio.db, hall.studio.blobs, desk.slot.arena_id, "hazard")
    assert desk.pairs()
    again.source["files"]["stems"]["sha256"] = "0" * 64
    with pytest.raises(NotFound, match="as it is played now"):
        again.pairs()


def test_what_cannot_be_voted_on_is_said(desk: TrackDesk) -> None:
    with pytest.raises(NotFound, match="No tournament"):
        desk.vote(0, 1, "ada")
    desk.crown(desk.contest(Rules(rounds=1, population=4, finalists=1)))
    with pytest.raises(UsageFault, match="no two mixes"):
        desk.vote(0, 0, "ada")
    with pytest.raises(NotFound, match="no pair 99"):
        desk.pair(99)
