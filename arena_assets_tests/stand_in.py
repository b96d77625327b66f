"""Makers that do no real work: small files with every role, for tests of what surrounds the work.

Chosen with ``ARENA_MAKERS=arena_assets_tests.stand_in:makers``. Files depend on the recipe's inputs
and params alone, as real work does, so equal keys give equal bytes.

``ARENA_STAND_IN`` steers single slots, as ``slot=behaviour`` pairs with commas between:
``clips/clip_05=hang:/path`` creates the path and then waits to be cancelled or killed;
``image_set/view_02=fail`` raises a content fault; ``…=outage:/path`` raises an outage until the
path exists; ``…=bad`` passes a failed finding on.
"""

from __future__ import annotations

import json
import os
import struct
import threading
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from arena_assets.domain import slots
from arena_assets.domain.manifest import FileRef, Finding, Measurement, SlotManifest, canonical_json
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.sequences import Sequence
from arena_assets.domain.slots import SlotName
from arena_assets.domain.views import View
from arena_assets.errors import ContentFault, Outage
from arena_assets.providers.base import Makers, Outline, RecipeFor
from arena_assets.providers.versions import VERSIONS

ROLES: dict[str, tuple[str, ...]] = {
    slots.SCENE: ("scene.json", "glb.glb"),
    slots.IMAGES: ("picture.png", "depth.png", "mask.png"),
    slots.CLIPS: ("mp4.mp4", "master.mp4", "poster.webp"),
    slots.SEQUENCE_SET: ("mp4.mp4",),
    slots.MUSIC: ("wav.wav", "ogg.ogg", "mp3.mp3", "midi.mid"),
    slots.VIDEOS: ("mp4.mp4", "ogv.ogv", "poster.webp", "preview.webp"),
}
_MEASURED = {
    slots.CLIPS: {"seconds": 5.0, "width": 64, "height": 36},
    slots.SEQUENCE_SET: {"seconds": 8.0, "width": 64, "height": 36},
    slots.VIDEOS: {"seconds": 8.0, "width": 64, "height": 36},
}


def _behave(where: SlotName, context: WorkContext) -> tuple[Finding, ...]:
    for entry in filter(None, os.environ.get("ARENA_STAND_IN", "").split(",")):
        name, _, behaviour = entry.partition("=")
        if name != str(where):
            continue
        kind, _, path = behaviour.partition(":")
        if kind == "hang":
            Path(path).touch()
            while True:
                context.check_cancelled()
                threading.Event().wait(0.05)
        if kind == "fail":
            raise ContentFault(f"{where} is not good enough", "Redo it")
        if kind == "outage" and not Path(path).exists():
            raise Outage("The stand-in is down", "Wait until it is back")
        if kind == "bad":
            return (Finding(check="stand_in", passed=False, said="it was told to be bad"),)
    return (Finding(check="stand_in", passed=True, said="it stands in"),)


def _png(seed_text: str) -> bytes:
    """A valid 64×36 PNG whose pixels follow from a text."""
    rows = b"".join(
        b"\0" + bytes((zlib.crc32(f"{seed_text}{y}{x}".encode()) & 0xFF) for x in range(64 * 3))
        for y in range(36)
    )

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 64, 36, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


CONTENT: dict[str, Callable[[str], bytes]] = {".png": _png}
"""Bytes by a file's name or suffix; what is not named holds text. Others may add to it."""


def _recipe_for(
    where: SlotName, inputs: Mapping[str, FileRef], params: dict[str, JsonValue]
) -> RecipeFor:
    def for_take(take: int) -> Recipe:
        given: dict[str, JsonValue] = {"slot": str(where), **params}
        if where.asset in (slots.IMAGES, slots.CLIPS, slots.MUSIC, slots.SCENE):
            given["take"] = take

        def work(context: WorkContext) -> Produced:
            for role in inputs:
                context.input(role)
            findings = _behave(where, context)
            context.progress(0.5, "standing in")
            hashes = {role: ref.sha256 for role, ref in inputs.items()}
            text = canonical_json([str(where), hashes, given])
            files = {}
            for name in ROLES[where.asset]:
                path = context.workdir / name
                write = CONTENT.get(name) or CONTENT.get(path.suffix)
                path.write_bytes(write(text) if write else f"{name}\n{text}".encode())
                files[path.stem] = path
            measured: dict[str, Measurement] = {**_MEASURED.get(where.asset, {})}
            if where.asset == slots.IMAGES:
                measured["fingerprint"] = _fingerprint(text)
            return Produced(files, measured, findings)

        return Recipe(where.asset, VERSIONS[where.asset], inputs, given, "stand_in", "none", work)

    return for_take


def _fingerprint(text: str) -> str:
    """That of a picture like no other."""
    import numpy as np

    from arena_assets.inspect.likeness import fingerprint_of

    rng = np.random.default_rng(list(text.encode()))
    return fingerprint_of(rng.integers(0, 256, (27, 48), dtype=np.uint8))


def _files(manifest: SlotManifest, prefix: str = "") -> dict[str, FileRef]:
    return {f"{prefix}{role}": ref for role, ref in manifest.files.items()}


@dataclass(frozen=True)
class _StandIn:
    at_once: int = 2

    def lore(
        self, outline: Outline, taken: Collection[str], reserve: Callable[[str], bool]
    ) -> RecipeFor:
        def for_take(take: int) -> Recipe:
            def work(context: WorkContext) -> Produced:
                _behave(slots.metadata_slot(), context)
                name = f"Hall Number {outline.arena_id}"
                assert reserve(name)
                path = context.workdir / "metadata.json"
                path.write_text(json.dumps(metadata(outline, name).model_dump(mode="json")))
                return Produced({"metadata": path}, {"name": name})

            params: dict[str, JsonValue] = {"id": outline.arena_id, "take": take}
            return Recipe(
                slots.METADATA, VERSIONS[slots.METADATA], {}, params, "stand_in", "none", work
            )

        return for_take

    def scene(self, outline: Outline, metadata: SlotManifest) -> RecipeFor:
        return _recipe_for(slots.scene_slot(), _files(metadata), {})

    def picture(
        self, outline: Outline, view: View, metadata: SlotManifest, scene: SlotManifest
    ) -> RecipeFor:
        return _recipe_for(slots.image_slot(view.number), _files(scene), {"view": view.number})

    def clip(self, outline: Outline, view: View, picture: SlotManifest) -> RecipeFor:
        return _recipe_for(slots.clip_slot(view.number), _files(picture), {"strength": 0.3})

    def edit(
        self, outline: Outline, sequence: Sequence, clips: Mapping[int, SlotManifest]
    ) -> RecipeFor:
        inputs = {
            role: sha
            for number, clip in clips.items()
            for role, sha in _files(clip, f"{number}_").items()
        }
        return _recipe_for(slots.sequence_slot(sequence.slot), inputs, {})

    def track(self, outline: Outline, sequence: Sequence, metadata: SlotManifest) -> RecipeFor:
        return _recipe_for(slots.track_slot(sequence.slot), _files(metadata), {})

    def video(
        self, outline: Outline, sequence: Sequence, edit: SlotManifest, track: SlotManifest
    ) -> RecipeFor:
        inputs = {**_files(edit, "edit_"), **_files(track, "track_")}
        return _recipe_for(slots.video_slot(sequence.slot), inputs, {})


@dataclass(frozen=True)
class _Maker:
    """One kind of work under the name the interface gives it."""

    recipe: Callable[..., RecipeFor]
    at_once: int = 2


def makers(quality: str, picture_size: tuple[int, int], video_size: tuple[int, int]) -> Makers:
    """The stand-ins as a full set of makers."""
    stand_in = _StandIn()
    return Makers(
        lore=_Maker(stand_in.lore),
        stage=_Maker(stand_in.scene),
        pictures=_Maker(stand_in.picture),
        clips=_Maker(stand_in.clip),
        editor=_Maker(stand_in.edit),
        composer=_Maker(stand_in.track),
        finisher=_Maker(stand_in.video),
    )


def metadata(outline: Outline, name: str) -> ArenaMetadata:
    return ArenaMetadata.model_validate(
        {
            "name": name,
            "mana_color": outline.pair.mana_color,
            "theme": outline.pair.theme,
            "passive_effect": {
                "name": "Still Air",
                "description": "Nothing moves.",
                "type": "calm",
            },
            "objective": {"name": "Stand", "description": "Stand in.", "reward": "A draw."},
            "hazard": {
                "name": "Draught",
                "description": "A door is open.",
                "trigger": "turn_start",
                "effect": "Lose one mana.",
            },
            "special_rules": [
                {
                    "name": "Rule",
                    "description": "There is one rule.",
                    "trigger": "on_death",
                    "effect": "draw",
                    "amount": 1,
                }
            ],
            "story_text": "A hall stood here. It stands in for another.",
            "flavor_text": "Good enough for now.",
            "difficulty_rating": 2,
            "environment_description": "A plain stone hall in even light, with one open door.",
        }
    )
