"""The Godot 4 layout: media and one dictionary, under the names that the card game looks for.

Core Godot plays Theora only, so every video is there as ``.ogv``, with the ``.mp4`` beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from arena_assets.domain.identity import slugify
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.sequences import SEQUENCES, SequenceKind
from arena_assets.domain.slots import image_slot, scene_slot, track_slot, video_slot
from arena_assets.domain.views import VIEWS
from arena_assets.export.bundle import (
    Entry,
    PackInput,
    json_bytes,
    stored_entry,
    write_entries,
)
from arena_assets.export.gdscript import LOADER

_BACKGROUNDS = ("arena_background", "battle_background")
_CLIPS = {
    "intro": SequenceKind.INTRO,
    "advantage": SequenceKind.MAIN,
    "hazard": SequenceKind.HAZARD,
    "objective_complete": SequenceKind.VICTORY,
}
"""What plays when, by the keys of the game's ``clips`` dictionary."""

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
_OBJECTIVE_TYPES = (
    ("damage", r"\bdeal\b"),
    ("sacrifice", r"\bsacrifice|\bdiscard"),
    ("spend", r"\b(?:spend|pay)\b"),
    ("heal", r"\b(?:heal|health)\b"),
    ("cast", r"\b(?:cast|play)\b"),
    ("defeat", r"\b(?:defeat|destroy|drive)\b"),
    ("hold", r"\b(?:hold|keep|control|stand|end)\b"),
)


def write_godot_pack(pack: PackInput, out: Path) -> None:
    """Write the layout below the folder ``out``: ``arena_loader.gd`` and ``arenas/<slug>/``."""
    write_entries(godot_entries(pack), out)


def godot_entries(pack: PackInput) -> Iterator[Entry]:
    """Every file of the layout; what the arena does not have is left out."""
    media = list(_media(pack))
    dictionary = arena_dictionary(pack, {entry.path for entry in media})
    yield Entry("arena_loader.gd", LOADER.encode())
    yield Entry(f"{_home(pack)}/arena.json", json_bytes(dictionary))
    yield from media


def arena_dictionary(pack: PackInput, present: Collection[str]) -> dict[str, Any]:
    """The arena as the game reads it from ``arena.json``.

    Paths are ``res://`` ones; only files among ``present`` (paths of the layout) are named.
    """
    metadata = pack.metadata

    def resource(path: str) -> str | None:
        full = f"{_home(pack)}/{path}"
        return f"res://{full}" if full in present else None

    def resources(paths: Mapping[str, str]) -> dict[str, str]:
        found = {key: resource(path) for key, path in paths.items()}
        return {key: path for key, path in found.items() if path}

    return {
        "id": pack.partition,
        "slug": pack.slug,
        "name": metadata.name,
        "theme": metadata.theme.value,
        "mana_color": metadata.mana_color.value,
        "difficulty_rating": metadata.difficulty_rating,
        "story_text": metadata.story_text,
        "flavor_text": metadata.flavor_text,
        "mana_generation": {metadata.mana_color.value.lower(): 1},
        "background_video": resource("arena_background.ogv"),
        "passive_effects": {
            identifier(metadata.passive_effect.name): metadata.passive_effect.model_dump()
        },
        "hero_bonuses": {
            identifier(metadata.objective.name): {
                "name": metadata.objective.name,
                "description": metadata.objective.reward,
                "when": "objective_complete",
            }
        },
        "hazard": metadata.hazard.model_dump(mode="json"),
        "special_rules": _special_rules(metadata),
        "objectives": [_objective(metadata)],
        "clips": resources({use: f"videos/{kind}.ogv" for use, kind in _CLIPS.items()}),
        "music": resources({each.slot: f"music/{each.slot}.ogg" for each in SEQUENCES}),
        "images": resources({view.kind.value: f"images/{view.slot}.png" for view in VIEWS}),
        "model": resource("model/arena.glb"),
    }


def identifier(name: str) -> str:
    """A name as a dictionary key of the game: ``Restless Rubble`` → ``restless_rubble``."""
    return slugify(name).replace("-", "_")


def _home(pack: PackInput) -> str:
    return f"arenas/{pack.slug}"


def _media(pack: PackInput) -> Iterator[Entry]:
    home = _home(pack)
    for sequence in SEQUENCES:
        kind, ambient = sequence.slot, sequence.kind is SequenceKind.AMBIENT
        names = _BACKGROUNDS if ambient else (f"videos/{kind}",)
        for name, suffix in product(names, ("ogv", "mp4")):
            yield from stored_entry(pack, video_slot(kind), suffix, f"{home}/{name}.{suffix}")
        yield from stored_entry(pack, track_slot(kind), "ogg", f"{home}/music/{kind}.ogg")
    for view in VIEWS:
        path = f"{home}/images/{view.slot}.png"
        yield from stored_entry(pack, image_slot(view.number), "picture", path)
    yield from stored_entry(pack, scene_slot(), "glb", f"{home}/model/arena.glb")


def _special_rules(metadata: ArenaMetadata) -> dict[str, dict[str, Any]]:
    """The rules by key; a second rule of the same name gets a number."""
    rules: dict[str, dict[str, Any]] = {}
    for rule in metadata.special_rules:
        key = base = identifier(rule.name)
        number = 2
        while key in rules:
            key, number = f"{base}_{number}", number + 1
        rules[key] = rule.model_dump(mode="json")
    return rules


def _objective(metadata: ArenaMetadata) -> dict[str, Any]:
    """The objective with its kind and its target count, read from its own words."""
    objective, text = metadata.objective, metadata.objective.description.casefold()
    kinds = (kind for kind, pattern in _OBJECTIVE_TYPES if re.search(pattern, text))
    number = re.search(rf"\b(?:\d{{1,3}}|{'|'.join(_NUMBERS)})\b", text)
    return {
        "id": identifier(objective.name),
        "name": objective.name,
        "type": next(kinds, "special"),
        "target": int(_NUMBERS.get(number[0], number[0])) if number else 1,
        "description": objective.description,
        "reward": objective.reward,
    }
