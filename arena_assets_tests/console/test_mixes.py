"""Mixes by the API: another mix, blind votes that count once, and what is approved stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena_assets.domain.roles import Role
from arena_assets.domain.slots import Slot, track_slot
from arena_assets.inspect.sound import measure_sound
from arena_assets.store import mixes
from arena_assets.store.decisions import Verdict, decide
from arena_assets.store.takes import current_take
from arena_assets_tests.arenas import Hall
from arena_assets_tests.console.api import Door, open_door
from arena_assets_tests.stems import keep_track

HAZARD = {"track": "hazard"}


@pytest.fixture
def mixing(hall: Hall, tmp_path: Path) -> Iterator[tuple[Door, str, int]]:
    """The API over an arena with a hazard track, the address of its mixes, and its number."""
    (arena_id,) = hall.request(1)
    keep_track(hall, arena_id, tmp_path)
    with open_door(hall) as door:
        yield door, f"/api/v1/arenas/{arena_id}/mixes", arena_id


Mixing = tuple[Door, str, int]


def test_parameters_are_shown_changed_and_made_the_next_take(mixing: Mixing) -> None:
    door, url, arena_id = mixing
    me = door.token()
    listed = door.client.get(f"{url}/parameters", params=HAZARD, headers=me).json()
    assert {"path", "value", "unit", "low", "high"} == set(listed[0])
    asked = {**HAZARD, "changes": {"stems.lead.offset_lu": "-6", "room_seconds": "1"}}
    shown = door.client.post(f"{url}/preview", json=asked, headers=me).json()
    assert shown["changes"]["stems.lead.offset_lu"] == {"before": "1.5", "after": "-6"}
    assert shown["rebuilt"] == [
        "music_tracks/hazard", "final_videos/hazard", "arena_row", "engine_pack"
    ]  # fmt: skip
    slot = Slot(arena_id, track_slot("hazard"))
    assert current_take(door.hall.studio.db, slot) == 1, "a preview changes nothing"
    key = {**me, "Idempotency-Key": "mix once"}
    answers = [door.client.post(url, json=asked, headers=key) for _ in range(3)]
    assert [each.json()["take"] for each in answers] == [2, 2, 2]
    assert current_take(door.hall.studio.db, slot) == 2
    (lineage,) = door.client.get(url, params=HAZARD, headers=me).json()
    assert (lineage["take"], lineage["current"], lineage["origin"]) == (2, True, "person")
    assert lineage["parameters"]["stems"]["lead"]["offset_lu"] == -6


def test_a_wrong_path_is_a_problem_with_the_near_ones(mixing: Mixing) -> None:
    door, url, _ = mixing
    asked = {**HAZARD, "changes": {"stems.lead.offset": "1"}}
    answer = door.client.post(url, json=asked, headers=door.token())
    assert answer.status_code == 422
    assert "stems.lead.offset_lu" in answer.json()["next_step"]
    same = door.client.post(url, json=HAZARD, headers=door.token())
    assert "the mix there is" in same.json()["detail"]


def test_rights_to_look_to_mix_and_to_vote_are_apart(mixing: Mixing) -> None:
    door, url, _ = mixing
    viewer, reviewer = door.token(Role.VIEWER), door.token(Role.REVIEWER)
    asked = {**HAZARD, "preset": "war"}
    cast = {**HAZARD, "better": "0" * 32}
    assert door.client.get(url, params=HAZARD, headers=viewer).status_code == 200
    assert door.client.get(f"{url}/pair", params=HAZARD, headers=viewer).status_code == 403
    assert door.client.post(f"{url}/votes", json=cast, headers=viewer).status_code == 403
    assert door.client.post(url, json=asked, headers=reviewer).status_code == 403
    assert door.client.get(f"{url}/pair", params=HAZARD, headers=reviewer).status_code == 404


def test_blind_votes_count_once_and_change_the_winner(mixing: Mixing) -> None:
    door, url, arena_id = mixing
    db = door.hall.studio.db
    rules = {"rounds": 1, "population": 6}
    asked = {**HAZARD, "tournament": rules}
    held = door.client.post(url, json=asked, headers=door.token()).json()
    assert (held["take"], held["candidates"] >= 2) == (2, True)
    candidates = mixes.latest_tournament(db, arena_id, "hazard")
    assert candidates is not None
    take: int | None = None
    words: set[str] = set()
    for _ in range(6):
        voter = door.token(Role.REVIEWER)
        pair = door.client.get(f"{url}/pair", params=HAZARD, headers=voter).json()
        assert pair["a"] < pair["b"], "the order follows from words that tell nothing"
        again = door.client.get(f"{url}/pair", params=HAZARD, headers=voter).json()
        assert again == pair
        words |= {pair["a"], pair["b"]}
        cast = {**HAZARD, "better": _not_the_best(door, pair, arena_id)}
        before = len(mixes.votes_on(db, arena_id, "hazard", 2))
        key = {**voter, "Idempotency-Key": "one vote"}
        answers = [door.client.post(f"{url}/votes", json=cast, headers=key) for _ in range(3)]
        assert len({each.text for each in answers}) == 1
        assert answers[-1].headers["Idempotent-Replayed"] == "true"
        assert len(mixes.votes_on(db, arena_id, "hazard", 2)) == before + 1
        twice = door.client.post(f"{url}/votes", json=cast, headers=voter)
        assert twice.status_code == 409
        take = answers[0].json()["take"]
        if take is not None:
            break
    assert take == 3
    assert len(words) % 2 == 0, "no side is known by the same word to two people"
    assert len(words) >= 2
    stolen = {**HAZARD, "better": min(words)}
    other = door.client.post(f"{url}/votes", json=stolen, headers=door.token())
    assert other.status_code == 404, "a side's word is of use to one person alone"


def test_both_sides_are_heard_equally_loud_and_differ(mixing: Mixing, tmp_path: Path) -> None:
    door, url, _ = mixing
    me = door.token()
    asked = {**HAZARD, "tournament": {"rounds": 1, "population": 6}}
    door.client.post(url, json=asked, headers=me)
    pair = door.client.get(f"{url}/pair", params=HAZARD, headers=me).json()
    loud, heard = [], set()
    for side in ("a", "b"):
        answer = door.client.get(f"{url}/sides/{pair[side]}", params=HAZARD, headers=me)
        assert answer.headers["content-type"] == "audio/flac"
        path = tmp_path / f"{side}.flac"
        path.write_bytes(answer.content)
        heard.add(answer.content)
        loud.append(measure_sound(path).lufs)
    assert len(heard) == 2
    assert loud[0] == pytest.approx(loud[1], abs=0.2)
    stranger = door.client.get(f"{url}/sides/{pair['a']}", params=HAZARD, headers=door.token())
    assert stranger.status_code == 404


def test_what_is_approved_stays_unless_it_is_taken_back(mixing: Mixing) -> None:
    door, url, arena_id = mixing
    db, slot = door.hall.studio.db, Slot(arena_id, track_slot("hazard"))
    with db.write() as session:
        decide(session, slot, 1, "c" * 64, Verdict.APPROVE, "", "ada")
    me, asked = door.token(), {**HAZARD, "changes": {"room_seconds": "1"}}
    shown = door.client.post(f"{url}/preview", json=asked, headers=me).json()
    assert shown["approved_in_the_way"] == ["music_tracks/hazard"]
    refused = door.client.post(url, json=asked, headers=me)
    assert refused.status_code == 409
    assert "music_tracks/hazard" in refused.json()["detail"]
    assert mixes.mixes_of(db, arena_id, "hazard") == []
    assert current_take(db, slot) == 1
    done = door.client.post(url, json={**asked, "unpin": True}, headers=me)
    assert done.json()["take"] == 2


def _not_the_best(door: Door, pair: dict[str, str], arena_id: int) -> str:
    """The side of a pair that does not win now, told by the server's own secret."""
    from arena_assets.actions.mixing import MixingRoom

    studio = door.hall.studio
    kept = mixes.latest_tournament(studio.db, arena_id, "hazard")
    assert kept is not None
    who = f"person {door.people}"
    room = MixingRoom(studio.settings, studio.db, studio.blobs, arena_id, "hazard", who)
    desk = room.desk()
    winner = desk.tournament()[1].winner()
    sides = {side.token: side for each in room.pairs(desk) for side in each.sides}
    return next(pair[side] for side in "ab" if sides[pair[side]].candidate != winner)
