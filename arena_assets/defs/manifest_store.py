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

    def read(self, key: dg.AssetKey, partition: str) -> SlotManifest:
        """The manifest of an asset's partition; raises :class:`NotFound` when it was never made.

        Asset bodies use this for upstream slots chosen at run time: Dagster's own
        ``load_asset_value`` sets up an instance for each value, 0.4 s apiece.
        """
        from arena_assets.domain.manifest import SlotManifest
        from arena_assets.errors import NotFound

        path = self._base_path.joinpath(*key.path, f"{partition}{self.extension}")
        try:
            return SlotManifest.model_validate_json(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise NotFound(
                f"{key.to_user_string()} of {partition} was not made yet",
                f"Materialize it first, or the whole arena: 'arena resume {partition}'",
            ) from error

    def load_from_path(self, context: dg.InputContext, path: UPath) -> SlotManifest:
        from arena_assets.domain.manifest import SlotManifest

        del context
        return SlotManifest.model_validate_json(path.read_text(encoding="utf-8"))


def open_manifest_store() -> ManifestStore:
    """The store in the data folder of the settings."""
    from upath import UPath

    from arena_assets.settings import settings

    return ManifestStore(base_path=UPath(settings().manifest_dir))


@dg.io_manager(description="Manifests as JSON files in the data folder")
def manifest_store(_context: dg.InitResourceContext) -> ManifestStore:
    return open_manifest_store()
