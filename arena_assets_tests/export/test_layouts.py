"""The Godot and web layouts hold what their readers expect, and nothing a model wrote can harm."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from arena_assets.domain.metadata import Objective, SpecialRule, Trigger
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.views import VIEWS
from arena_assets.errors import BlobDamaged
from arena_assets.export.bundle import PackInput
from arena_assets.export.contact_sheet import contact_sheet
from arena_assets.export.gdscript import LOADER
from arena_assets.export.godot import write_godot_pack
from arena_assets.export.web import policy, write_web_pack

Make = Callable[..., PackInput]


def _arena(folder: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads((folder / "arenas/broken-vault/arena.json").read_text())
    return read


def test_godot_finds_the_background_videos(tmp_path: Path, make_pack: Make) -> None:
    write_godot_pack(make_pack(), tmp_path / "out")
    home = tmp_path / "out/arenas/broken-vault"
    for name in ("arena_background", "battle_background"):
        for suffix in ("ogv", "mp4"):
            assert (home / f"{name}.{suffix}").read_bytes() == f"ambient {suffix}".encode()


def test_the_godot_dictionary_has_the_keys_and_files_of_the_game(
    tmp_path: Path, make_pack: Make
) -> None:
    pack = make_pack()
    write_godot_pack(pack, tmp_path)
    arena = _arena(tmp_path)
    assert {
        "mana_generation",
        "background_video",
        "passive_effects",
        "hero_bonuses",
        "special_rules",
        "objectives",
        "clips",
    } <= set(arena)
    clips, rules, objectives = arena["clips"], arena["special_rules"], arena["objectives"]
    assert isinstance(clips, dict)
    assert isinstance(rules, dict)
    assert isinstance(objectives, list)
    assert set(clips) == {"intro", "advantage", "hazard", "objective_complete"}
    assert all(
        set(rule) == {"name", "description", "trigger", "effect", "amount"}
        for rule in rules.values()
    )
    assert set(objectives[0]) == {"id", "name", "type", "target", "description", "reward"}
    named = re.findall(r"res://([^\"]+)", json.dumps(arena))
    assert len(named) == 1 + len(clips) + len(SEQUENCES) + len(VIEWS) + 1
    for path in named:
        assert (tmp_path / path).is_file(), path


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("Deal a total of 12 damage to the crystal.", "damage", 12),
        ("Keep two units beside the obelisk through three turns.", "hold", 2),
        ("Be curious.", "special", 1),
    ],
)
def test_an_objective_has_its_kind_and_target(
    tmp_path: Path, make_pack: Make, text: str, kind: str, target: int
) -> None:
    objective = Objective(name="A Test", description=text, reward="Draw a card.")
    write_godot_pack(make_pack(objective=objective), tmp_path)
    objectives = _arena(tmp_path)["objectives"]
    assert isinstance(objectives, list)
    assert (objectives[0]["type"], objectives[0]["target"]) == (kind, target)


def test_two_rules_of_one_name_are_both_kept(tmp_path: Path, make_pack: Make) -> None:
    rule = SpecialRule(
        name="Ebb", description="It ebbs.", trigger=Trigger.ON_DEATH, effect="ebb", amount=1
    )
    write_godot_pack(make_pack(special_rules=(rule, rule)), tmp_path)
    rules = _arena(tmp_path)["special_rules"]
    assert isinstance(rules, dict)
    assert list(rules) == ["ebb", "ebb_2"]


def test_what_an_arena_lacks_is_not_named(tmp_path: Path, make_pack: Make) -> None:
    full = make_pack()
    files = {slot: roles for slot, roles in full.files.items() if "image_set" in slot}
    bare = PackInput("card-game", "arena-000042", "broken-vault", full.metadata, files, {})
    write_godot_pack(bare, tmp_path / "godot")
    arena = _arena(tmp_path / "godot")
    assert arena["clips"] == {}
    assert arena["model"] is None
    assert arena["background_video"] is None
    write_web_pack(bare, tmp_path / "web")
    page = (tmp_path / "web/index.html").read_text()
    assert "<video" not in page
    assert "<img" in page


def test_the_loader_reads_the_keys_that_are_written(tmp_path: Path, make_pack: Make) -> None:
    write_godot_pack(make_pack(), tmp_path)
    assert (tmp_path / "arena_loader.gd").read_text() == LOADER
    for key in re.findall(r"arena\.get\(\"(\w+)\"", LOADER):
        assert key in _arena(tmp_path)
    assert all(line == line.lstrip(" ") for line in LOADER.splitlines())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.images_without_text = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.links += [given[key] or "" for key in ("src", "href", "poster") if key in given]
        self.images_without_text += tag == "img" and not given.get("alt")


def _page(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


def test_the_page_names_only_files_beside_it(tmp_path: Path, make_pack: Make) -> None:
    write_web_pack(make_pack(), tmp_path)
    text = (tmp_path / "index.html").read_text()
    page = _page(text)
    assert len(page.links) >= 2 * len(VIEWS) + 3 * len(SEQUENCES)
    for link in page.links:
        assert (tmp_path / link).is_file(), link
    assert "http://" not in text
    assert "https://" not in text
    assert "script" not in page.tags
    assert page.images_without_text == 0
    assert page.tags.count("h1") == 1
    assert 'lang="en"' in text
    assert "default-src &#x27;none&#x27;" in text
    assert "unsafe" not in policy()


def test_what_a_model_writes_is_escaped(tmp_path: Path, make_pack: Make) -> None:
    attack = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"
    pack = make_pack(
        name=f"Vault {attack}",
        story_text=f"A story. {attack}",
        flavor_text=attack,
        objective=Objective(name=attack, description=attack, reward=attack),
    )
    write_web_pack(pack, tmp_path)
    page = _page((tmp_path / "index.html").read_text())
    assert "script" not in page.tags
    assert "x" not in page.links
    write_godot_pack(pack, tmp_path / "godot")
    assert _arena(tmp_path / "godot")["flavor_text"] == attack


def test_changed_bytes_are_not_exported(tmp_path: Path, make_pack: Make) -> None:
    pack = make_pack()
    pack.files["final_videos/main"]["mp4"][0].write_bytes(b"main mp5")
    with pytest.raises(BlobDamaged):
        write_godot_pack(pack, tmp_path / "out")


@pytest.mark.parametrize("count", [1, 4, 12])
@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_a_contact_sheet_shows_every_picture(
    tmp_path: Path, make_pack: Make, count: int, suffix: str
) -> None:
    pack, out = make_pack(), tmp_path / f"sheet{suffix}"
    pictures = [
        (view.title * view.number, pack.files[f"image_set/{view.slot}"]["picture"][0])
        for view in VIEWS[:count]
    ]
    contact_sheet(pictures, out, "An Arena — “Ünïcödé” 深淵 " + "with a long name " * 9)
    with Image.open(out) as sheet:
        assert sheet.width == 2 * 48 + 4 * 480 + 3 * 24
        rows = -(-count // 4)
        for index in range(count):
            row, column = divmod(index, 4)
            middle = (48 + column * 504 + 240, 120 + row * 338 + 135)
            assert sheet.convert("L").getpixel(middle) not in range(24), index
        assert sheet.height == 120 + rows * 338 + 24
