"""The whole way of a content admin through the console, on a real server with a real Dagster."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from arena_assets.actions.passwords import hashed
from arena_assets.domain.roles import Role
from arena_assets.domain.slots import Slot, image_slot
from arena_assets.store import plans, results
from arena_assets.store.plan_states import PlanState
from arena_assets.store.users import add_user
from arena_assets_tests.browser.playable import PLAYABLE
from arena_assets_tests.browser.visitor import Visitor, visiting
from arena_assets_tests.live import LiveServer, live_server, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_NAME, _PASSWORD = "Ada", "seven clouds over the sea"
_PAGES = (
    "/",
    "/requests",
    "/requests/new?project=cards",
    "/requests/1",
    "/arenas",
    "/arenas/arena-000001",
    "/arenas/arena-000001/slots/image_set/view_03",
    "/arenas/arena-000001/blind/image_set/view_03",
    "/arenas/arena-000001/slots/music_tracks/intro",
    "/arenas/arena-000001/slots/arena_metadata",
    "/review?arena=arena-000002",
    "/projects",
    "/projects/cards",
    "/projects/cards/style",
    "/projects/cards/webhooks",
    "/operations",
    "/calls",
    "/api/v1/docs",
    "/users",
    "/tokens",
    "/audit",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("console") / "data", MAKERS=PLAYABLE) as live:
        add_user(live.studio.db, _NAME, Role.ADMIN, hashed(_PASSWORD))
        yield live


@pytest.fixture(scope="module")
def visitor(server: LiveServer) -> Iterator[Visitor]:
    with visiting(server.url, viewport={"width": 1360, "height": 900}) as here:
        yield here


def test_the_whole_way_from_a_request_to_a_pack(
    server: LiveServer, visitor: Visitor, tmp_path: Path
) -> None:
    page, db = visitor.page, server.studio.db

    visitor.go("/")
    page.get_by_label("Name").fill(_NAME)
    page.get_by_label("Password").fill(_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()

    visitor.go("/projects")
    page.get_by_placeholder("new-project").fill("cards")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Publishing").select_option("reviewed")
    for asset in ("arena_metadata", "music_tracks", "final_videos"):
        page.locator(f"input[name=review][value={asset}]").uncheck()
    page.get_by_role("button", name="Save the rules").click()
    page.wait_for_load_state()

    page.get_by_role("link", name="New request").click()
    page.get_by_label("How many").fill("2")
    expect(page.locator("#quote tfoot th")).to_have_text("All 2")
    expect(page.locator("#quote")).to_contain_text("$0.00")
    page.get_by_role("button", name="Place the request").dblclick()
    expect(page.get_by_role("heading", name="Request 1")).to_be_visible()
    expect(page.get_by_text("2 of 2 finished")).to_be_visible(timeout=240_000)
    assert len(plans.list_plans(db)) == 2, "a double click asks once"

    visitor.go("/arenas/arena-000001")
    video = page.locator("#videos video").first
    video.scroll_into_view_if_needed()
    video.evaluate("video => { video.muted = true; return video.play(); }")
    wait_for(lambda: video.evaluate("video => video.currentTime") > 0.2, "the video to play", 60)
    track = page.locator("[data-track][data-ready]").first
    track.get_by_role("button").click()
    expect(track.locator("[data-time]")).to_contain_text("0:01 /")
    page.get_by_role("button", name="Show the model").click()
    page.wait_for_selector(".stage[data-loaded] model-viewer")

    slot = Slot(1, image_slot(3))
    before = results.latest(db, slot)
    assert before is not None
    visitor.go("/arenas/arena-000001/slots/image_set/view_03")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("10 of 43")
    expect(dialog).to_contain_text("$0.00")
    expect(dialog.locator("#rebuilt li")).to_have_count(10)
    dialog.get_by_label("What is wrong with it").fill("the horizon tilts")
    dialog.get_by_role("button", name="Reject", exact=True).click()

    def remade() -> bool:
        now = results.latest(db, slot)
        made = plans.get_plan(db, 1).state is PlanState.MADE
        return made and now is not None and now.take == 2

    wait_for(remade, "take 2 of the rejected picture")
    visitor.go("/arenas/arena-000001/slots/image_set/view_03")
    expect(page.get_by_role("heading", name="Takes side by side")).to_be_visible()

    visitor.go("/review?arena=arena-000001")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"/review\?arena=arena-000001&item=."))
    visitor.go("/arenas/arena-000001/slots/image_set/view_03")
    page.keyboard.press("a")
    expect(page.get_by_text("approved").first).to_be_visible()
    visitor.go("/review?arena=arena-000001")
    for box in page.locator("input[name=item][value*=image_set]").all():
        box.check()
    page.get_by_role("button", name="Approve the ticked").click()
    server.await_published([1])

    visitor.go("/arenas/arena-000001")
    with page.expect_download() as download:
        page.get_by_role("link", name="Pack").first.click()
    kept = tmp_path / "pack.zip"
    download.value.save_as(kept)
    assert zipfile.ZipFile(kept).testzip() is None

    visitor.go("/arenas/arena-000001/slots/image_set/view_03")
    assert visitor.errors == []
    page.get_by_role("link", name="Lineage in Dagster").click()
    expect(page.get_by_text("view_03").first).to_be_visible()
    visitor.errors.clear()  # what Dagster's own pages say is not ours
    assert visitor.elsewhere == []


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_every_page_is_accessible_and_quiet(
    server: LiveServer, visitor: Visitor, look: str
) -> None:
    page = visitor.page
    page.emulate_media(color_scheme="light" if look == "light" else "dark")
    wide = {"width": 390, "height": 844} if look == "phone" else {"width": 1360, "height": 900}
    page.set_viewport_size(wide)  # type: ignore[arg-type]
    found: dict[str, object] = {}
    for path in _PAGES:
        visitor.errors.clear()
        visitor.go(path)
        page.wait_for_load_state("load")
        visitor.keep(f"{look}{path.replace('/', '_').replace('?', '_')}")
        too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        problems = visitor.judge() + visitor.errors + (["scrolls sideways"] if too_wide else [])
        if problems:
            found[path] = problems
    assert found == {}
    assert visitor.elsewhere == []
