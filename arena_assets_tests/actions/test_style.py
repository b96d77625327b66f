"""A changed style makes exactly those slots stale whose content keys it changes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import JsonValue

from arena_assets.actions import style as styling
from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.recipe import Recipe
from arena_assets.domain.redo_costs import slots_usd
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.slots import (
    MUSIC,
    Slot,
    SlotName,
    downstream,
    metadata_slot,
    scene_slot,
    track_slot,
)
from arena_assets.domain.style import NO_STYLE, Style, parse_style, parse_wish
from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.ledger.quoting import Counter
from arena_assets.providers.base import Outline
from arena_assets.providers.embedded.makers import embedded_makers
from arena_assets.providers.style import follows, picture_words
from arena_assets.settings import Settings
from arena_assets.store import decisions, plans, results
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database
from arena_assets.store.versions import VersionKind, save_version
from arena_assets_tests.store.samples import place

ANN = "ann"
REF = FileRef(sha256="c" * 64, size=3, media_type="application/json", suffix=".json")
STYLES = [
    Style(mood=("thunder and rain",)),
    Style(mood=("velvet",)),
    Style(palette=("verdigris",)),
    Style(materials=("bronze",), negative=("chains",)),
    Style(characters=({"name": "Ysra", "description": "a cartographer"},)),
    Style(references=(REF,)),
]


def some_manifest(slot: SlotName, recipe: Recipe | None = None) -> SlotManifest:
    made = Provenance(
        recipe=slot.asset,
        version="1",
        provider="embedded",
        model="m",
        inputs={},
        params={} if recipe is None else dict(recipe.params),
    )
    roles = ("metadata", "scene", "picture")
    key = recipe.key(1) if recipe else "a" * 64
    return SlotManifest(
        slot=str(slot), take=1, key=key, files=dict.fromkeys(roles, REF), provenance=made, seconds=1
    )


def recipes(outline: Outline) -> dict[SlotName, Recipe]:
    """What the embedded studio would do for the slots whose makers listen."""
    makers = embedded_makers("draft", (256, 144), (256, 144))
    metadata = some_manifest(metadata_slot())
    found = {
        metadata_slot(): makers.lore.recipe(outline, [], lambda _: True)(1),
        scene_slot(): makers.stage.recipe(outline, metadata)(1),
    }
    for each in SEQUENCES:
        found[track_slot(each.slot)] = makers.composer.recipe(outline, each, metadata)(1)
    return found


def outline_of(db: Database, arena_id: int, style: Style) -> Outline:
    plan = plans.get_plan(db, arena_id)
    return Outline(arena_id, plan.pair, plan.brief, style)


@pytest.mark.parametrize("new", STYLES, ids=range(len(STYLES)))
@pytest.mark.parametrize("old", [NO_STYLE, STYLES[0]], ids=["plain", "styled"])
def test_stale_is_exactly_what_would_get_another_key(
    db: Database, settings_env: Settings, old: Style, new: Style
) -> None:
    (arena_id,) = place(db)
    before = recipes(outline_of(db, arena_id, old))
    for slot, recipe in before.items():
        results.keep(db, Slot(arena_id, slot), some_manifest(slot, recipe))
    after = recipes(outline_of(db, arena_id, new))
    changed = {slot for slot in before if before[slot].key(1) != after[slot].key(1)}
    effect = styling.style_effect(settings_env, db, "cards", new)
    found = {slot for each in effect.arenas for slot in each.stale}
    assert found == changed
    rebuilt = {slot for each in effect.arenas for slot in each.rebuilt}
    assert rebuilt == changed.union(*(downstream(slot) for slot in changed))
    assert effect.untouched == (0 if changed else 1)


def test_no_style_and_no_wish_leave_every_key_as_it_was(db: Database) -> None:
    (arena_id,) = place(db)
    for recipe in recipes(outline_of(db, arena_id, NO_STYLE)).values():
        assert not {"style", "wish"} & set(recipe.params)


def test_an_arena_keeps_its_style_until_a_new_one_is_applied(
    db: Database, blobs: BlobStore
) -> None:
    place(db)
    assert styling.save_style(db, blobs, "cards", STYLES[0], who=ANN) == 1
    (second,) = place(db)
    assert styling.save_style(db, blobs, "cards", STYLES[3], who=ANN) == 2
    assert [plans.get_plan(db, each).style_version for each in (1, second)] == [None, 1]
    recipe = recipes(outline_of(db, 1, NO_STYLE))[metadata_slot()]
    results.keep(db, Slot(1, metadata_slot()), some_manifest(metadata_slot(), recipe))
    with db.write() as session:
        slot = Slot(1, metadata_slot())
        decisions.decide(session, slot, 1, "a" * 64, decisions.Verdict.APPROVE, "", ANN)
    with pytest.raises(Refused, match="arena_metadata"):
        styling.apply_style(db, "cards", 2, [1, second], who=ANN)
    assert plans.get_plan(db, second).style_version == 1, "all or none"
    launches = styling.apply_style(db, "cards", 2, [1, second], who=ANN, unpin=True)
    assert set(launches) == {1, second}
    assert plans.get_plan(db, 1).style_version == 2
    with pytest.raises(NotFound, match="no version 9"):
        styling.apply_style(db, "cards", 9, [1], who=ANN)


def test_the_price_of_a_redo_is_that_of_its_slots(
    db: Database, settings_env: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    del settings_env
    monkeypatch.setenv("ARENA_MUSIC", "elevenlabs")
    monkeypatch.setenv("ARENA_ELEVENLABS_API_KEY", "key-of-a-test")
    counter = Counter.open(Settings(), db)
    all_five = slots_usd(counter.tariff, [track_slot(each.slot) for each in SEQUENCES], {})
    whole = counter.tariff.stage(MUSIC, 1, 5, None)  # type: ignore[arg-type]
    assert all_five == whole
    one = slots_usd(counter.tariff, [track_slot("victory")], {})
    assert Decimal(0) < one.expected < all_five.expected
    assert slots_usd(counter.tariff, [scene_slot()], {}).high == 0


def test_words_of_a_style_reach_a_picture_model_without_what_it_must_not_show() -> None:
    besides: dict[str, JsonValue] = {
        "style": {"palette": ["old gold"], "mood": ["calm"], "negative": ["neon"]},
        "wish": "a warrior with a sword",
    }
    positive, negative = picture_words("a hall", "people", besides)
    assert positive == "a hall, colour palette of old gold, calm mood"
    assert negative == "people, neon"
    assert "only varies" in follows("image_set", "embedded")


@pytest.mark.parametrize(
    "given",
    [{"mood": ["<script>"]}, {"mood": ["x" * 61]}, {"mood": ["a"] * 9}, {"else": 1}, [], "text"],
)
def test_a_style_that_cannot_be_used_says_so(given: object) -> None:
    with pytest.raises(UsageFault):
        parse_style(given)


def test_a_wish_is_short_and_plain() -> None:
    assert parse_wish("  brighter \n sky ") == "brighter sky"
    for bad in ("x" * 301, "a {b}", "a\x00b"):
        with pytest.raises(UsageFault):
            parse_wish(bad)


def test_a_version_that_changes_nothing_is_none(db: Database) -> None:
    place(db)
    content = STYLES[0].model_dump(mode="json")
    numbers = [save_version(db, "cards", VersionKind.STYLE, content, ANN) for _ in range(3)]
    assert numbers == [1, 1, 1]
