"""Media: bytes by ids and hashes alone, in ranges, kept for ever, and only for who may see them."""

from __future__ import annotations

import pytest

from arena_assets.console.desk import Desk
from arena_assets.console.media import media_url
from arena_assets.domain.manifest import FileRef
from arena_assets.domain.roles import Role, Scope
from arena_assets.domain.slots import Slot, SlotName, image_slot, pack_slot
from arena_assets.store import results
from arena_assets_tests.console.conftest import Browser, Program


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
