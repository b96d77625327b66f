"""Small valid values for tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime

from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.request import RequestSpec
from arena_assets.domain.slots import Slot, image_slot
from arena_assets.store.database import Database
from arena_assets.store.game import GameArena, GameClip, Publication
from arena_assets.store.requests import place_request

WHEN = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


def spec(count: int = 1, **given: object) -> RequestSpec:
    return RequestSpec.model_validate({"project": "cards", "count": count, **given})


def place(db: Database, count: int = 1) -> tuple[int, ...]:
    """Arenas of a new request."""
    return place_request(db, spec(count)).arena_ids


def view(arena_id: int, number: int = 3) -> Slot:
    return Slot(arena_id, image_slot(number))


def manifest(key: str = "a", *, take: int = 1, content: str = "c") -> SlotManifest:
    """A manifest whose key and one file's hash are a letter repeated."""
    ref = FileRef(sha256=content * 64, size=3, media_type="image/png", suffix=".png")
    made = Provenance(
        recipe="picture", version="1", provider="embedded", model="stage", inputs={}, params={}
    )
    return SlotManifest(
        slot="image_set/view_03",
        take=take,
        key=key * 64,
        files={"picture": ref},
        measurements={"sharpness": 0.1},
        provenance=made,
        seconds=2.5,
    )


def game_rows(
    arena_id: int, *, revision: int = 1, name: str = "Ember Court", content: str = "d"
) -> tuple[GameArena, list[GameClip], Publication]:
    arena = GameArena(
        id=arena_id,
        name=name,
        mana_color="CRIMSON",
        passive_effect={"name": "Heat", "description": "It burns", "type": "damage"},
        objective={"name": "Hold", "description": "Stay", "reward": "A card"},
        hazard={"name": "Ash", "description": "Falls", "trigger": "turn_start", "effect": "1"},
        special_rules=[{"name": "Sparks", "amount": 2}],
        story_text="Long ago. And then.",
        flavor_text="Warm.",
        background_music="cards/music/main.ogg",
        ambient_sounds="cards/music/ambient.ogg",
        difficulty_rating=3,
        created_at=WHEN,
    )
    clips = [
        GameClip(
            arena_id=arena_id,
            clip_type=kind,
            file_path=f"cards/videos/{kind}.mp4",
            trigger_condition={"on": "enter"} if kind == "intro" else None,
            duration_seconds=15.0,
            resolution="1920x1080",
            file_size_mb=12.5,
            created_at=WHEN,
        )
        for kind in ("main", "intro")
    ]
    return arena, clips, Publication(arena_id, f"cards/r{revision}", content * 64, revision, WHEN)
