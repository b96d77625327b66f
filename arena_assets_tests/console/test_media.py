"""Media: bytes by ids and hashes alone, in ranges, kept for ever, and only for who may see them."""

from __future__ import annotations

import pytest

from arena_assets.console.desk import Desk
from arena_assets.console.media import media_url
from arena_assets.domain.manifest import FileRef
from arena_assets.domain.roles import Role, Scope
from arena_assets.domain.rules import Publishing, Rules
from arena_assets.domain.slots import Slot, SlotName, image_slot, pack_slot
from arena_assets.store import audit, results
from arena_assets.store.versions import VersionKind, save_version
from arena_assets_tests.console.conftest import HTML, Browser, Program


def _file(here: Desk, slot: SlotName, role: str) -> tuple[str, FileRef]:
    manifest = results.latest(here.db, Slot(1, slot))
    assert manifest is not None
    ref = manifest.file(role)
    return media_url(1, slot, role, ref), ref


def test_a_picture_comes_whole_in_parts_and_not_twice(
    finished: int, here: Desk, browser: Browser
) -> None:
    url, ref = _file(here, image_slot(3), "picture")
    viewer = browser(Role.VIEWER)
    whole = viewer.get(url)
    assert (len(whole.content), whole.headers["content-type"]) == (ref.size, "image/png")
    assert "immutable" in whole.headers["cache-control"]
    assert whole.headers["x-content-type-options"] == "nosniff"
    part = viewer.get(url, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    again = viewer.get(url, headers={"if-none-match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_pack_is_a_download_under_a_name_of_ours(
    finished: int, here: Desk, browser: Browser
) -> None:
    url, _ref = _file(here, pack_slot(), "zip")
    answer = browser(Role.VIEWER).get(f"{url}?download=true")
    said = answer.headers["content-disposition"]
    assert said.startswith('attachment; filename="arena-000001-')


@pytest.mark.parametrize(
    ("place", "hostile"),
    [
        (2, "..%2f..%2f..%2fetc"),
        (2, "arena-999999"),
        (3, "..%2fquote.key"),
        (4, "view_03%00"),
        (4, "../../arena.db"),
        (5, "0" * 20),
        (5, "..%5c..%5carena.db"),
        (6, "manifest"),
        (6, "%2e%2e%2f%2e%2e%2farena.db"),
    ],
)
def test_no_address_leads_anywhere_else(
    finished: int, here: Desk, browser: Browser, place: int, hostile: str
) -> None:
    parts = _file(here, image_slot(3), "picture")[0].split("/")
    parts[place] = hostile
    assert browser(Role.ADMIN).get("/".join(parts)).status_code in (404, 422)


def test_other_projects_and_strangers_see_nothing(
    finished: int, here: Desk, program: Program
) -> None:
    url, _ref = _file(here, image_slot(3), "picture")
    elsewhere = program(Scope.READ, projects=["another"])
    assert elsewhere.get(url).status_code == 404
    elsewhere.headers.pop("authorization")
    assert elsewhere.get(url).status_code == 401


def _by_review(here: Desk) -> None:
    rules = Rules(publishing=Publishing.REVIEWED).model_dump(mode="json")
    save_version(here.db, "hall", VersionKind.RULES, rules, "ann")


def _doors(here: Desk) -> list[str]:
    return ["/api/v1/arenas/1/pack", f"{_file(here, pack_slot(), 'zip')[0]}?download=true"]


def test_no_door_gives_a_pack_away_while_approvals_are_missing(
    finished: int, here: Desk, browser: Browser
) -> None:
    viewer = browser(Role.VIEWER)
    link = _doors(here)[1].partition("?")[0]
    assert f'href="{link}"' in viewer.get("/arenas/1", headers=HTML).text
    _by_review(here)
    for door in _doors(here):
        for method in ("GET", "HEAD") if door.startswith("/media") else ("GET",):
            refused = viewer.request(method, door)
            assert (refused.status_code, refused.headers.get("etag")) == (409, None), door
        assert "wait for an approval" in viewer.get(door).json()["detail"]
    assert link not in viewer.get("/arenas/1", headers=HTML).text
    assert audit.entries(here.db) == []


def test_a_pack_is_on_record_whichever_door_and_part_comes_first(
    finished: int, here: Desk, browser: Browser, program: Program
) -> None:
    def lines() -> int:
        return len(audit.entries(here.db, action="pack.export"))

    for number, door in enumerate(_doors(here), start=1):
        client = program(Scope.READ)
        whole_size = client.head(_doors(here)[1]).headers["content-length"]
        assert lines() == 2 * (number - 1), "nothing left with the answer's head"
        parts = [client.get(door, headers={"range": f"bytes={at}"}) for at in ("1-9", "10-", "-5")]
        assert [each.status_code for each in parts] == [206, 206, 206]
        assert parts[0].headers["content-range"] == f"bytes 1-9/{whole_size}"
        assert lines() == 2 * number - 1, "one line for a download in parts"
        assert client.get(door).status_code == 200
        assert lines() == 2 * number
    _, ref = _file(here, pack_slot(), "zip")
    assert {each.data["sha256"] for each in audit.entries(here.db)} == {ref.sha256}
    browser(Role.ADMIN).get(door, headers={"range": "bytes=5-"})
    assert lines() == 2 * number + 1, "another client's line is not this one's"
