"""A blind comparison tells nothing before the choice: no word, order, name, size or header."""

from __future__ import annotations

import io
import re
import wave
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from arena_assets.actions.redo import redo
from arena_assets.console.blind_media import blind_mixes
from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role, Scope
from arena_assets.domain.slots import Slot, image_slot
from arena_assets.score.tournament import Rules
from arena_assets.store import results
from arena_assets.store.mixes import latest_tournament, votes_on
from arena_assets.store.takes import current_take
from arena_assets.workshop.mixes import TrackDesk
from arena_assets_tests.arenas import Hall
from arena_assets_tests.console.conftest import HTML, Browser, Program
from arena_assets_tests.statements import statements
from arena_assets_tests.stems import keep_track

_PAGE = "/arenas/arena-000001/blind/image_set/view_02"
_SLOT = Slot(1, image_slot(2))
_SIDE = re.compile(r'name="side" value="([0-9a-f]+)"')
_TELLING = {"etag", "last-modified", "content-disposition"}


@pytest.fixture
def two_takes(hall: Hall, finished: int) -> Hall:
    redo(hall.studio.db, finished, [image_slot(2)], who="ann")
    hall.run(finished)
    return hall


def _main(page: str) -> str:
    return page.split("<main")[1].split("</main>")[0]


def _sides(page: str) -> list[tuple[str, str]]:
    """(token, address) of A and B in the order of the page."""
    addresses = re.findall(r'src="(/blind/[^"]+)"', page)
    return list(zip(_SIDE.findall(page), addresses, strict=True))


def test_the_page_says_nothing_of_takes_hashes_or_sizes(two_takes: Hall, browser: Browser) -> None:
    page = _main(browser(Role.REVIEWER).get(_PAGE, headers=HTML).text)
    assert page.index('id="letter-A"') < page.index('id="letter-B"')
    assert not re.search(r"take [12]", page)
    for manifest in results.history_of(two_takes.studio.db, _SLOT):
        for ref in manifest.files.values():
            assert ref.sha256[:12] not in page
        assert manifest.key[:12] not in page
    (first, _), (second, _) = _sides(page)
    assert first < second, "A is the smaller token, whatever it stands for"


def test_both_sides_answer_alike_but_for_their_bytes(two_takes: Hall, browser: Browser) -> None:
    client = browser(Role.REVIEWER)
    page = client.get(_PAGE, headers=HTML).text
    answers = [client.get(address) for _, address in _sides(page)]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].content != answers[1].content
    assert len(answers[0].content) == len(answers[1].content)
    assert dict(answers[0].headers) == dict(answers[1].headers)
    assert not _TELLING & set(answers[0].headers)


def test_a_choice_counts_and_only_then_is_told(
    two_takes: Hall, browser: Browser, here: Desk
) -> None:
    client = browser(Role.REVIEWER)
    told_early = _main(client.get(f"{_PAGE}?take=1&take=2&told=true", headers=HTML).text)
    assert not re.search(r"take [12]", told_early)
    token, _ = _sides(client.get(_PAGE, headers=HTML).text)[0]
    went = client.post(_PAGE, data={"side": token, "unpin_below": "true"})
    assert went.status_code == 303
    told = _main(client.get(went.headers["location"], headers=HTML).text)
    chosen = current_take(here.db, _SLOT)
    assert f"take {chosen} · your choice" in told
    assert f"take {3 - chosen}" in told
    assert not _SIDE.search(told)
    other = _main(browser(Role.ADMIN).get(went.headers["location"], headers=HTML).text)
    assert "your choice" not in other, "somebody else still compares blind"


def test_a_side_of_another_person_or_of_nobody_is_not_found(
    two_takes: Hall, browser: Browser
) -> None:
    assert two_takes
    _, address = _sides(browser(Role.REVIEWER).get(_PAGE, headers=HTML).text)[0]
    assert browser(Role.REVIEWER).get(address).status_code == 200
    assert browser(Role.ADMIN).get(address).status_code == 404
    assert browser(Role.REVIEWER).get(address[:-1] + "x").status_code == 404
    assert browser(Role.VIEWER).get(address).status_code == 403


def test_the_api_hands_out_addresses_that_tell_nothing(two_takes: Hall, program: Program) -> None:
    client = program(Scope.READ, Scope.REVIEW, Scope.PRODUCE, Scope.SPEND)
    base = "/api/v1/arenas/arena-000001/pair"
    pair = client.get(base, params={"slot": "image_set/view_02", "take": [1, 2]}).json()
    answers = [client.get(pair[side]["url"]) for side in ("a", "b")]
    assert [each.status_code for each in answers] == [200, 200]
    assert len(answers[0].content) == len(answers[1].content)
    assert set(pair["a"]) == {"url"}
    told = {"slot": "image_set/view_02", "takes": [1, 2], "which": "a"}
    chosen = client.post(base, json=told).json()["take"]
    assert current_take(two_takes.studio.db, _SLOT) == chosen


@pytest.fixture
def contest(hall: Hall, tmp_path: Path) -> TrackDesk:
    (arena_id,) = hall.request(1)
    keep_track(hall, arena_id, tmp_path)
    desk = TrackDesk(hall.studio.db, hall.studio.blobs, arena_id, "hazard")
    desk.crown(desk.contest(Rules(rounds=1, population=6)))
    return desk


def _heard(client: TestClient, address: str) -> bytes:
    content = client.get(address).content
    with wave.open(io.BytesIO(content)) as sound:
        assert sound.getnframes() == 4 * 48_000
    return content


def test_mixes_are_judged_blind_one_pair_after_the_other(
    contest: TrackDesk, here: Desk, browser: Browser
) -> None:
    client = browser(Role.REVIEWER)
    path = "/arenas/arena-000001/mixes/hazard"
    page = _main(client.get(path, headers=HTML).text)
    sides = _sides(page)
    assert "points" not in page
    first, second = (_heard(client, address) for _, address in sides)
    assert first != second
    assert len(first) == len(second)
    part = client.get(sides[0][1], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, first[100:200])

    told = {"pair": "1", "side": sides[1][0]}
    assert client.post(path, data=told).headers["location"] == f"{path}?pair=1"
    kept = latest_tournament(here.db, 1, "hazard")
    assert kept is not None
    (vote,) = votes_on(here.db, 1, "hazard", kept.take)
    pair = blind_mixes(here, contest)[0]
    better = pair.side(sides[1][0])
    assert (vote.better, vote.worse) == (better.candidate, pair.other(better).candidate)
    page = _main(client.get(f"{path}?pair=1", headers=HTML).text)
    assert page.count("points by the judge") == 2
    assert client.post(path, data=told, headers=HTML).status_code == 409
    assert len(votes_on(here.db, 1, "hazard", kept.take)) == 1
    after = _main(client.get(path, headers=HTML).text)
    assert "Pair 2 of" in after
    assert 'name="side"' in after


def test_the_record_of_a_tournament_is_read_once(
    contest: TrackDesk, here: Desk, browser: Browser
) -> None:
    assert contest.pairs()
    client = browser(Role.REVIEWER)
    path = "/arenas/arena-000001/mixes/hazard"
    token, address = _sides(client.get(path, headers=HTML).text)[0]
    told = {"pair": "1", "side": token}
    for method, url, form in (("GET", path, None), ("GET", address, None), ("POST", path, told)):
        with statements(here.db) as sent:
            answer = client.request(method, url, data=form)
        assert answer.status_code in (200, 303)
        assert sum("mixes.tournament IS NOT NULL" in each for each in sent) == 1


def test_a_desk_knows_the_tournament_that_it_held_last(contest: TrackDesk) -> None:
    first, _ = contest.tournament()
    contest.crown(contest.contest(Rules(rounds=1, population=4)))
    assert contest.tournament()[0].take == first.take + 1
