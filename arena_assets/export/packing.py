"""The engine pack as a recipe: made from the published record, so pack and rows always agree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from arena_assets.domain.identity import slugify
from arena_assets.domain.manifest import FileRef, Finding, SlotManifest
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.slots import PACK, metadata_slot, scene_slot
from arena_assets.export.bundle import PackInput, StoredFile
from arena_assets.export.pack import build_pack
from arena_assets.providers.base import RecipeFor
from arena_assets.providers.versions import VERSIONS
from arena_assets.store.blobs import BlobStore
from arena_assets.store.plans import Plan

_PACKED: dict[str, frozenset[str]] = {
    "image_set": frozenset({"picture"}),
    "clips": frozenset({"mp4"}),
    "sequences": frozenset({"mp4"}),
    "music_tracks": frozenset({"ogg", "mp3", "wav", "midi"}),
    "final_videos": frozenset({"mp4", "ogv", "poster", "preview"}),
    "arena_scene": frozenset({"glb", "scene"}),
    "arena_metadata": frozenset({"metadata"}),
}
"""What a game needs of each asset; masters, depth maps and stems stay in the blob store."""


def pack_recipe(plan: Plan, blobs: BlobStore, row: SlotManifest, scene: SlotManifest) -> RecipeFor:
    """The recipe of an arena's pack, from its row's record and the scene's model."""
    record = json.loads(blobs.path(row.file("record")).read_bytes())
    manifests = {
        name: SlotManifest.model_validate({**manifest, "seconds": 0.0})
        for name, manifest in record["slots"].items()
    }
    manifests[str(scene_slot())] = scene
    packed = {name: _packed(name, manifest) for name, manifest in manifests.items()}
    inputs = {
        f"{name}:{role}": ref
        for name, manifest in sorted(packed.items())
        for role, ref in manifest.files.items()
    }

    def work(context: WorkContext) -> Produced:
        stored: Mapping[str, Mapping[str, StoredFile]] = {
            name: {
                role: (context.input(f"{name}:{role}"), ref) for role, ref in manifest.files.items()
            }
            for name, manifest in packed.items()
        }
        path = _build(context, plan, stored, packed)
        size = path.stat().st_size
        found = Finding(check="built", passed=size > 0, said=f"the archive has {size / 1e6:.1f} MB")
        return Produced({"zip": path}, {"size_mb": round(size / 1e6, 3)}, (found,))

    def for_take(take: int) -> Recipe:
        del take
        return Recipe(
            name=PACK,
            version=VERSIONS[PACK],
            inputs={**inputs, "record": row.file("record")},
            params={"project": plan.project},
            provider="arena_assets",
            model="pack",
            work=work,
        )

    return for_take


def _packed(name: str, manifest: SlotManifest) -> SlotManifest:
    roles = _PACKED[name.partition("/")[0]]
    files: dict[str, FileRef] = {k: ref for k, ref in manifest.files.items() if k in roles}
    return manifest.model_copy(update={"files": files, "seconds": 0.0})


def _build(
    context: WorkContext,
    plan: Plan,
    stored: Mapping[str, Mapping[str, StoredFile]],
    manifests: Mapping[str, SlotManifest],
) -> Path:
    lore_path, _ = stored[str(metadata_slot())]["metadata"]
    metadata = ArenaMetadata.model_validate_json(lore_path.read_bytes())
    pack = PackInput(
        project=plan.project,
        partition=plan.partition,
        slug=slugify(metadata.name),
        metadata=metadata,
        files=stored,
        manifests=manifests,
    )
    context.progress(0.2, "packing")
    return build_pack(pack, context.workdir / "arena.zip")
