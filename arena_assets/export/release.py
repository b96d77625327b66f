"""What of an arena is published: its files under their names, and the rows that point at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.slots import CLIPS, IMAGES, MUSIC, SEQUENCE_SET, VIDEOS, SlotName
from arena_assets.domain.views import VIEWS

_VIEW_KINDS = {view.slot: view.kind.value for view in VIEWS}

PUBLISHED_ROLES: dict[str, tuple[str, dict[str, str]]] = {
    IMAGES: ("images", {"picture": ""}),
    CLIPS: ("clips", {"mp4": ""}),
    SEQUENCE_SET: ("sequences", {"mp4": ""}),
    MUSIC: ("music", {"ogg": "", "mp3": ""}),
    VIDEOS: ("videos", {"mp4": "", "ogv": "", "poster": "_poster", "av1": "_av1"}),
}
"""Folder of each asset in the published tree, and its published roles with their name's ending."""

CLIP_USES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    *(
        (sequence.clip_type, sequence.slot, {"use": sequence.use, "loops": sequence.loops})
        for sequence in SEQUENCES
    ),
    ("advantage", "main", {"use": "advantage gained", "on": "advantage", "loops": False}),
    ("objective_complete", "victory", {"use": "objective complete", "loops": False}),
)
"""Rows of ``arena_clips``: the game's clip type, the video that plays, and when."""


def published_files(
    manifests: Mapping[SlotName, SlotManifest],
) -> dict[tuple[str, str], tuple[SlotName, str]]:
    """Where each published file goes: (folder, file name) → (slot, role), in a fixed order."""
    found: dict[tuple[str, str], tuple[SlotName, str]] = {}
    for slot, manifest in sorted(manifests.items()):
        folder, roles = PUBLISHED_ROLES.get(slot.asset, ("", {}))
        for role, ending in roles.items():
            if role in manifest.files:
                kind = f"_{_VIEW_KINDS[slot.name]}" if slot.asset == IMAGES else ""
                name = f"{slot.name}{kind}{ending}{manifest.file(role).suffix}"
                found[folder, name] = (slot, role)
    return found
