"""A browser on the console that notes whatever should not happen: errors, other hosts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect, sync_playwright

from arena_assets.console.frontend.packages import MODULES

_FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 60_000
_SERIOUS = {"serious", "critical"}


@dataclass
class Visitor:
    """A page with what went wrong on it so far."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def judge(self) -> list[str]:
        """What axe finds serious on the page as it is: rule, help, and the first element."""
        source = (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
        self.page.evaluate(f"() => {{ {source} }}")
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:160]}"
            for each in found["violations"]
            if each["impact"] in _SERIOUS
        ]

    def keep(self, name: str) -> None:
        """Keep a picture of the page when ARENA_TEST_SCREENSHOTS names a folder."""
        folder = os.environ.get("ARENA_TEST_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@contextmanager
def visiting(url: str, **context: object) -> Iterator[Visitor]:
    """A browser that patiently looks at one console."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing: install Debian's package chromium")
    host = urlsplit(url).netloc
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        page = browser.new_page(accept_downloads=True, **context)  # type: ignore[arg-type]
        page.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        visitor = Visitor(page, url)

        def note(request: Request) -> None:
            where = urlsplit(request.url)
            if where.scheme in ("http", "https", "ws", "wss") and where.netloc != host:
                visitor.elsewhere.append(request.url)

        page.on("request", note)
        page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        page.on(
            "console",
            lambda said: visitor.errors.append(said.text) if said.type == "error" else None,
        )
        yield visitor
        browser.close()
