"""The IO manager: an asset's value is its manifest, kept as one JSON file per partition."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from upath import UPath

    from arena_assets.domain.manifest import SlotManifest

IO_MANAGER_KEY = "manifests"


class ManifestStore(dg.UPathIOManager):
    """Writes ``<asset key>/<partition>.json``; each file is replaced whole, never in part."""

    extension = ".json"

    def dump_to_path(self, context: dg.OutputContext, obj: SlotManifest, path: UPath) -> None:
        del context
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        with temporary.open("w", encoding="utf-8") as file:
            file.write(obj.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)

    def load_from_path(self, context: dg.InputContext, path: UPath) -> SlotManifest:
        from arena_assets.domain.manifest import SlotManifest

        del context
        return SlotManifest.model_validate_json(path.read_text(encoding="utf-8"))


@dg.io_manager(description="Manifests as JSON files in the data folder")
def manifest_store(_context: dg.InitResourceContext) -> ManifestStore:
    from upath import UPath

    from arena_assets.settings import settings

    return ManifestStore(base_path=UPath(settings().manifest_dir))
