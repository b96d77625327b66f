"""Before a redo, a rejection or a choice: its price, its list, and the approvals in its way."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI

from arena_assets.actions import review
from arena_assets.console.desk import Desk
from arena_assets.domain.roles import Role, Scope
from arena_assets.domain.slots import Slot, image_slot, metadata_slot, track_slot, video_slot
from arena_assets.store import results
from arena_assets.store.decisions import decisions_of, pins_of
from arena_assets.store.takes import current_take, set_take
from arena_assets_tests.console.conftest import HTML, Browser, Program

_ARENA = "/arenas/arena-000001"
_LORE = Slot(1, metadata_slot())
_TRACK = Slot(1, track_slot("main"))


@pytest.fixture
def lore(finished: int, app: FastAPI, here: Desk) -> Slot:
    """Lore of which take 2 counts, in an arena whose lore and tracks are bought."""
    assert finished == 1
    made = results.latest(here.db, _LORE)
    assert made is not None
    results.keep(here.db, _LORE, made.model_copy(update={"take": 2, "key": "2" * 64}))
    set_take(here.db, _LORE, 2)
    bought = here.settings.model_copy(update={"lore": "claude", "music": "elevenlabs"})
    app.state.desk = replace(here, settings=bought)
    return _LORE


def test_choosing_a_take_shows_its_price_and_its_list_before_anything_happens(
    lore: Slot, here: Desk, browser: Browser
) -> None:
    client = browser(Role.PRODUCER)
    page = client.get(f"{_ARENA}/slots/arena_metadata", headers=HTML).text
    assert f'action="{_ARENA}/choose' not in page, "no button chooses without a word"
    (asks,) = re.findall(rf'hx-get="({_ARENA}/choose/[^"]+)"', page)
    dialog = client.get(asks, headers=HTML).text
    price = re.search(r"Choose for \$([0-9.]+)", dialog)
    assert price is not None
    assert float(price[1]) > 0
    listed = re.findall(r"<li>([^<]+)</li>", dialog)
    assert "Track, main" in listed
    assert not [each for each in listed if each.startswith("Lore")], "its bytes are kept"
    assert f"{len(listed)} of 43" in dialog
    assert "unpin_below" not in dialog
    assert current_take(here.db, lore) == 2


def test_an_approval_in_the_way_of_a_choice_can_be_taken_back_in_it(
    lore: Slot, here: Desk, browser: Browser
) -> None:
    client = browser(Role.PRODUCER)
    set_take(here.db, lore, 1)  # so that the track is current, and can be approved
    results.keep(here.db, lore, review.takes_made(here.db, lore)[1])
    review.approve(here.db, _TRACK, who="ann")
    dialog = client.get(f"{_ARENA}/choose/arena_metadata?take=2", headers=HTML).text
    assert "Approved, and would change: Track, main." in dialog
    assert 'name="unpin_below"' in dialog
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', dialog)
    assert client.post(action, data={"take": "2"}, headers=HTML).status_code == 409
    told = {"take": "2", "unpin_below": "true", "next": f"{_ARENA}?x"}
    went = client.post(action, data=told)
    assert (went.status_code, went.headers["location"]) == (303, f"{_ARENA}?x")
    assert current_take(here.db, lore) == 2
    assert set(pins_of(here.db, 1)) == {lore.where}


def test_a_blind_choice_by_the_api_may_take_approvals_back(
    finished: int, here: Desk, program: Program
) -> None:
    client, body = program(Scope.READ, Scope.REVIEW), {"takes": [1, 2], "slot": str(_TRACK.where)}
    made = results.latest(here.db, _TRACK)
    assert made is not None
    # Take 1 counts again, and what is made from it is current.
    results.keep(here.db, _TRACK, made.model_copy(update={"take": 2, "key": "2" * 64}))
    results.keep(here.db, _TRACK, made)
    video = Slot(finished, video_slot("main"))
    review.approve(here.db, video, who="ann")
    url = f"/api/v1{_ARENA}/pair"
    asked = [client.post(url, json={**body, "which": which}) for which in "ab"]
    assert sorted(each.status_code for each in asked) == [200, 409]
    (refused,) = [which for which, each in zip("ab", asked, strict=True) if each.is_client_error]
    done = client.post(url, json={**body, "which": refused, "unpin": True})
    assert done.json() == {"slot": str(_TRACK.where), "take": 2}
    assert video.where not in pins_of(here.db, finished)


@pytest.mark.parametrize("page", [f"{_ARENA}/slots/image_set/view_01", "/review?arena=1"])
def test_a_rejection_is_of_what_was_looked_at(
    finished: int, here: Desk, browser: Browser, page: str
) -> None:
    client, view = browser(Role.PRODUCER), Slot(finished, image_slot(1))
    item = f"&item={view}" if "?" in page else ""
    shown = client.get(page + item, headers=HTML).text
    (asks,) = re.findall(rf'hx-get="({_ARENA}/reject/image_set/view_01[^"]*)"', shown)
    dialog = client.get(asks.replace("&amp;", "&"), headers=HTML).text
    form = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', dialog))
    told = {**form, "reason": "too dark", "again": "true"}
    seen = results.latest(here.db, view)
    assert seen is not None
    results.keep(here.db, view, seen.model_copy(update={"key": "2" * 64}))
    refused = client.post("/review/reject", data=told, headers=HTML)
    assert refused.status_code == 409
    assert "has changed since you looked at it" in refused.text
    assert decisions_of(here.db, finished) == []
    results.keep(here.db, view, seen)
    assert client.post("/review/reject", data=told).status_code == 303
    assert current_take(here.db, view) == 2


def test_the_api_rejects_what_was_looked_at(finished: int, here: Desk, program: Program) -> None:
    client, view = program(*Scope), Slot(finished, image_slot(1))
    seen = results.latest(here.db, view)
    assert seen is not None
    told = {"slot": str(view.where), "verdict": "reject", "reason": "too dark"}
    url = f"/api/v1{_ARENA}/decisions"
    refused = client.post(url, json={**told, "key": "0" * 64})
    assert (refused.status_code, refused.json()["code"]) == (409, "refused")
    assert current_take(here.db, view) == 1
    assert client.post(url, json={**told, "key": seen.key}).status_code == 200
