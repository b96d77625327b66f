"""The engine pack: one archive, the same byte for byte whenever its content is the same."""

from __future__ import annotations

import os
import secrets
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import image_slot
from arena_assets.domain.views import VIEWS
from arena_assets.export.bundle import Entry, PackInput, chunks, json_bytes
from arena_assets.export.contact_sheet import contact_sheet
from arena_assets.export.godot import godot_entries
from arena_assets.export.web import web_entries
from arena_assets.workshop.folders import unwritable

FORMAT = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644
_UNIX = 3
_SHEET = "contact_sheet.png"
_MANIFEST = "manifest.json"


def build_pack(pack: PackInput, out: Path) -> Path:
    """Write the archive to ``out``, whole or not at all, and return it.

    It holds ``godot/``, ``web/``, a contact sheet and ``manifest.json``, which names every file
    with its hash, size, media type, and the measurements and provenance of the work in it. Nothing
    is compressed: the media are already, and other compressors would give other bytes. Raises
    :class:`~arena_assets.errors.BlobDamaged` when stored bytes have changed,
    :class:`~arena_assets.errors.DiskFull` and :class:`~arena_assets.errors.FolderUnwritable`.
    """
    unfinished = out.parent / f".{out.name}.{secrets.token_hex(4)}"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(out.parent, error) from error
    try:
        entries = sorted(_entries(pack, out.parent), key=lambda entry: entry.path)
        manifest = Entry(_MANIFEST, json_bytes(_manifest(pack, entries)))
        with unfinished.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for entry in (*entries, manifest):
                    _add(archive, entry)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(out)
    except OSError as error:
        raise unwritable(out.parent, error) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return out


def _entries(pack: PackInput, folder: Path) -> Iterator[Entry]:
    for name, entries in (("godot", godot_entries(pack)), ("web", web_entries(pack))):
        for entry in entries:
            yield replace(entry, path=f"{name}/{entry.path}")
    pictures = [
        (view.title, stored[0])
        for view in VIEWS
        if (stored := pack.find(image_slot(view.number), "picture"))
    ]
    if pictures:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            sheet = Path(scratch) / _SHEET
            contact_sheet(pictures, sheet, pack.metadata.name)
            yield Entry(_SHEET, sheet.read_bytes())


def _manifest(pack: PackInput, entries: list[Entry]) -> dict[str, Any]:
    used = {entry.slot for entry in entries}
    return {
        "format": FORMAT,
        "project": pack.project,
        "arena": pack.partition,
        "slug": pack.slug,
        "name": pack.metadata.name,
        "files": [
            {
                "path": entry.path,
                "sha256": entry.sha256,
                "size": entry.size,
                "media_type": entry.media_type,
                **({"slot": entry.slot, "role": entry.role} if entry.slot else {}),
            }
            for entry in entries
        ],
        "slots": {
            slot: _slot(manifest) for slot, manifest in pack.manifests.items() if slot in used
        },
    }


def _slot(manifest: SlotManifest) -> dict[str, Any]:
    """What is true of a slot's bytes; what its making took in time and money stays at home."""
    return manifest.model_dump(
        mode="json", include={"key", "take", "measurements", "findings", "provenance"}
    )


def _add(archive: zipfile.ZipFile, entry: Entry) -> None:
    info = zipfile.ZipInfo(entry.path, _EPOCH)
    info.create_system = _UNIX
    info.external_attr = _MODE << 16
    info.file_size = entry.size
    with archive.open(info, "w") as member:
        for chunk in chunks(entry):
            member.write(chunk)
