"""A vote through the real job: another mix wins, and only what is made from that music is made
anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena_assets.actions.mixing import MixingRoom
from arena_assets.domain.roles import Role
from arena_assets.domain.slots import UPSTREAM
from arena_assets.settings import settings
from arena_assets.store import mixes, results
from arena_assets.workshop.mixes import TrackDesk
from arena_assets_tests.arenas import Hall, open_hall
from arena_assets_tests.console.api import Door, open_door

PLAYING = "arena_assets_tests.playing:makers"
HAZARD = {"track": "hazard"}
BELOW = ["arena_row", "engine_pack", "final_videos/hazard", "music_tracks/hazard"]


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    opened = open_hall(tmp_path / "data", monkeypatch, makers=PLAYING)
    yield opened
    opened.studio.close()
    opened.instance.dispose()
    settings.cache_clear()


def hashes(hall: Hall, arena_id: int) -> dict[str, str]:
    found = results.for_arena(hall.studio.db, arena_id)
    return {str(slot): manifest.content_hash for slot, manifest in found.items()}


def better_than_the_best(door: Door, arena_id: int, who: str, pair: dict[str, str]) -> str:
    """The side of a pair that does not win now: known to the server alone."""
    studio = door.hall.studio
    room = MixingRoom(studio.settings, studio.db, studio.blobs, arena_id, "hazard", who)
    desk: TrackDesk = room.desk()
    best = desk.tournament()[1].winner()
    sides = {side.token: side for each in room.pairs(desk) for side in each.sides}
    return next(pair[side] for side in "ab" if sides[pair[side]].candidate != best)


@pytest.mark.heavy
def test_a_vote_changes_the_winner_and_only_the_musics_dependents(hall: Hall) -> None:
    (arena_id,) = hall.request()
    hall.run(arena_id)
    played = hashes(hall, arena_id)
    assert set(played) == set(map(str, UPSTREAM))
    with open_door(hall) as door:
        url = f"/api/v1/arenas/{arena_id}/mixes"
        asked = {**HAZARD, "tournament": {"rounds": 1, "population": 6}}
        answer = door.client.post(url, json=asked, headers=door.token()).json()
        assert (answer["take"], answer["candidates"] >= 2) == (2, True)
        hall.run(arena_id)
        evolved = hashes(hall, arena_id)

        take, votes = None, 0
        while take is None:
            me = {**door.token(Role.REVIEWER), "Idempotency-Key": "my vote"}
            pair = door.client.get(f"{url}/pair", params=HAZARD, headers=me).json()
            worse = better_than_the_best(door, arena_id, f"person {door.people}", pair)
            cast = {**HAZARD, "better": worse}
            told = [door.client.post(f"{url}/votes", json=cast, headers=me).text for _ in range(2)]
            assert told[0] == told[1]
            votes += 1
            kept = mixes.votes_on(hall.studio.db, arena_id, "hazard", 2)
            assert len(kept) == votes, "the same vote sent twice counts once"
            assert votes < 8
            take = door.client.post(f"{url}/votes", json=cast, headers=me).json()["take"]
    assert take == 3

    before = hall.last_event()
    hall.run(arena_id)
    voted = hashes(hall, arena_id)
    assert hall.made_since(before) == [slot for slot in BELOW if slot != "arena_row"]
    changed = sorted(slot for slot in voted if voted[slot] != evolved[slot])
    assert changed == BELOW
    untouched = [slot for slot in played if slot not in BELOW]
    assert len(untouched) == len(UPSTREAM) - len(BELOW)
    assert {slot: voted[slot] for slot in untouched} == {slot: played[slot] for slot in untouched}

    before = hall.last_event()
    hall.run(arena_id)
    assert hall.made_since(before) == [], "a vote is followed once"
