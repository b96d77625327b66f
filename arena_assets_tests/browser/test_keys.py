"""One-key commands leave a key to whatever has the focus and uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena_assets import console
from arena_assets_tests.browser.visitor import Visitor, visiting

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_PAGE = """\
<main tabindex="-1"><a href="#next" data-key="ArrowRight n">Next</a>
<ol class="lineage" tabindex="0"><li><a href="#slot">A slot</a></li></ol>
<audio controls></audio><button type="button">A button</button></main>
"""


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    with visiting("about:blank") as here:
        here.page.set_content(_PAGE)
        here.page.add_script_tag(path=Path(str(console.__file__)).parent / "static/app.js")
        yield here


@pytest.mark.parametrize(
    ("focus", "key", "goes"),
    [
        ("body", "ArrowRight", True),
        ("main", "ArrowRight", True),
        ("button", "ArrowRight", True),
        (".lineage", "ArrowRight", False),
        (".lineage a", "ArrowRight", False),
        ("audio", "ArrowRight", False),
        (".lineage", "n", True),
        ("audio", "n", True),
    ],
)
def test_an_arrow_moves_within_what_scrolls_or_plays_and_leaves_the_page_elsewhere(
    visitor: Visitor, focus: str, key: str, goes: bool
) -> None:
    page = visitor.page
    page.evaluate("location.hash = ''; document.activeElement.blur()")
    if focus != "body":
        page.locator(focus).focus()
        assert page.evaluate("([what]) => document.activeElement.matches(what)", [focus])
    page.keyboard.press(key)
    assert page.evaluate("location.hash") == ("#next" if goes else "")
