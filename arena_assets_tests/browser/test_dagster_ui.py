"""What a platform engineer does in the Dagster UI: look at lineage, launch, backfill, read checks.

Set ``ARENA_TEST_SCREENSHOTS`` to a folder to keep a picture of each page.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect, sync_playwright

from arena_assets.console.auth.cookies import SESSION_COOKIE
from arena_assets.domain.slots import Slot, clip_slot, image_slot
from arena_assets.store import results, takes
from arena_assets_tests.live import LiveServer, live_server, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("ui") / "data") as live:
        live.await_published(live.request(2))
        yield live


@pytest.fixture(scope="module")
def browser_page(server: LiveServer) -> Iterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing: install Debian's package chromium")
    elsewhere: list[str] = []

    def note(request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host not in (None, "127.0.0.1"):
            elsewhere.append(request.url)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        cookie = {"name": SESSION_COOKIE, "value": server.session(), "url": server.url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        page.on("request", note)
        yield page
        browser.close()
    assert elsewhere == [], "the pages asked another host"


def keep_picture(page: Page, name: str) -> None:
    folder = os.environ.get("ARENA_TEST_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def choose_partitions(page: Page, *partitions: str) -> None:
    page.get_by_text("Select a partition or create one").click()
    for partition in partitions:
        page.get_by_role("menuitem").filter(has_text=partition).click()
    page.keyboard.press("Escape")


def test_the_lineage_shows_every_group_and_what_a_sequence_is_made_from(
    server: LiveServer, browser_page: Page
) -> None:
    page = browser_page
    page.goto(f"{server.dagster}/asset-groups")
    for group, count in {"lore": 1, "place": 13, "film": 22, "sound": 5, "release": 2}.items():
        expect(page.get_by_text(group, exact=True).last).to_be_visible()
        noun = "asset" if count == 1 else "assets"
        expect(page.get_by_text(f"{count} {noun}").first).to_be_visible()
    keep_picture(page, "lineage")
    page.goto(f"{server.dagster}/assets/sequences/intro?view=lineage&lineageScope=neighbors")
    for name in ("clip_01", "clip_02", "clip_03"):
        expect(page.get_by_text(name).first).to_be_visible()
    keep_picture(page, "lineage_of_a_sequence")


def test_a_partition_shows_its_measurements_and_its_check(
    server: LiveServer, browser_page: Page
) -> None:
    page = browser_page
    page.goto(f"{server.dagster}/assets/final_videos/intro?view=partitions&partition=arena-000001")
    expect(page.get_by_text("Materialized", exact=True).first).to_be_visible()
    for key in ("measurements", "files", "take", "provider"):
        expect(page.get_by_text(key, exact=True).first).to_be_visible()
    keep_picture(page, "partition")
    page.goto(f"{server.dagster}/assets/final_videos/intro?view=checks")
    expect(page.get_by_text("Passed").first).to_be_visible()
    expect(page.get_by_text("findings passed").first).to_be_visible()
    keep_picture(page, "checks")
    # The asset has a tab of that name too.
    page.get_by_text("Partitions", exact=True).nth(1).click()
    expect(page.get_by_text("Passed (2)")).to_be_visible()
    keep_picture(page, "check_partitions")


def test_one_picture_is_materialized_from_its_page(server: LiveServer, browser_page: Page) -> None:
    page = browser_page
    slot = Slot(1, image_slot(3))
    before = results.latest(server.studio.db, slot)
    takes.next_take(server.studio.db, slot)
    seq = server.last_event()
    page.goto(f"{server.dagster}/assets/image_set/view_03")
    page.get_by_role("button", name="Materialize").first.click()
    choose_partitions(page, "arena-000001")
    keep_picture(page, "launch_one")
    page.get_by_role("button", name="Launch 1 run").click()
    wait_for(lambda: server.made_since(seq) == [str(slot.where)], "the picture made again")
    after = results.latest(server.studio.db, slot)
    assert before is not None
    assert after is not None
    assert after.content_hash != before.content_hash


def test_a_backfill_over_two_partitions_is_launched_from_the_graph(
    server: LiveServer, browser_page: Page
) -> None:
    page = browser_page
    for arena_id in (1, 2):
        takes.next_take(server.studio.db, Slot(arena_id, clip_slot(12)))
    seq = server.last_event()
    page.goto(f"{server.dagster}/asset-groups")
    page.get_by_role("button", name="Materialize all").first.click()
    choose_partitions(page, "arena-000001", "arena-000002")
    keep_picture(page, "launch_backfill")
    page.get_by_role("button", name="Launch backfill").click()

    def both_clips() -> bool:
        return server.made_since(seq).count("clips/clip_12") == 2

    wait_for(both_clips, "the clips of both arenas")
    server.await_published([1, 2])
    page.goto(f"{server.dagster}/runs")
    expect(page.get_by_text("Success").first).to_be_visible()
    keep_picture(page, "runs")
