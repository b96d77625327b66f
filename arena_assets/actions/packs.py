"""Engine packs on their way out: copied whole or not at all, extracted only inside their folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from arena_assets.domain.identity import slugify
from arena_assets.domain.manifest import FileRef, SlotManifest
from arena_assets.errors import BlobDamaged, Refused
from arena_assets.settings import Settings
from arena_assets.store.blobs import BlobStore
from arena_assets.store.plans import Plan
from arena_assets.workshop.folders import unwritable

_CHUNK = 1 << 20
_MOST_FILES = 2_000
_MOST_BYTES = 8 << 30
_MOST_RATIO = 20
"""A pack stores its files as they are; what grows more than this is none of ours."""
_LONGEST_NAME = 240
_AGAIN = "Make the pack again with 'arena resume'"


def pack_name(plan: Plan) -> str:
    """The file name of an arena's pack."""
    return f"{plan.partition}-{slugify(plan.name or 'arena')}.zip"


def export_pack(
    settings: Settings, plan: Plan, manifest: SlotManifest, to: Path | None = None
) -> Path:
    """Copy an arena's pack to a file, into an existing folder, or to its place under ``packs``."""
    name = pack_name(plan)
    target = settings.pack_dir / plan.project / name
    if to is not None:
        chosen = to.expanduser().absolute()
        target = chosen / name if chosen.is_dir() else chosen
    ref = manifest.file("zip")
    return copy_pack(BlobStore(settings.blob_dir).path(ref), ref, target)


def copy_pack(source: Path, ref: FileRef, target: Path) -> Path:
    """Copy the archive's bytes to ``target``, which appears complete or not at all.

    Raises :class:`BlobDamaged` when the bytes on their way are not those of ``ref``.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as copy, source.open("rb") as original:
                found = hashlib.sha256()
                while piece := original.read(_CHUNK):
                    found.update(piece)
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
            if found.hexdigest() != ref.sha256:
                raise BlobDamaged(
                    "The engine pack changed while it was copied", "Run 'arena export' again"
                )
            temporary.chmod(0o644)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(target.parent, error) from error
    return target


def unpack_pack(archive: Path, folder: Path) -> Path:
    """Extract an archive into a new folder, which appears complete or not at all.

    Raises :class:`Refused` when the folder is there already, when a name would lead out of it, and
    for an archive that is damaged, too large, grows too much or holds anything but plain files.
    """
    if folder.exists() or folder.is_symlink():
        raise Refused(f"{folder} is there already", "Remove it or name another folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            with zipfile.ZipFile(archive) as opened:
                _require_sane(opened.infolist(), archive.stat().st_size)
                opened.extractall(staging)
            staging.chmod(0o755)
            staging.replace(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise unwritable(folder.parent, error) from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError) as error:
        raise Refused(f"{archive.name} is no archive that can be read", _AGAIN) from error
    return folder


def _require_sane(entries: list[zipfile.ZipInfo], size: int) -> None:
    """By what the archive says of itself: reading stops at the sizes it names."""
    names = [entry.filename for entry in entries]
    whole = sum(entry.file_size for entry in entries)
    plain = {name.rstrip("/") for name in names if not name.endswith("/")}
    if any(str(above) in plain for name in names for above in PurePosixPath(name).parents):
        raise Refused("The archive names a file that is a folder as well", _AGAIN)
    if len(names) > _MOST_FILES or len(set(map(str.casefold, names))) != len(names):
        raise Refused(f"The archive names {len(names)} files, or one of them twice", _AGAIN)
    if whole > min(_MOST_BYTES, _MOST_RATIO * size):
        raise Refused(f"The archive would grow from {size:,} to {whole:,} bytes", _AGAIN)
    for entry in entries:
        _require_inside(entry)


def _require_inside(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    path = PurePosixPath(name)
    kind = entry.external_attr >> 16 & 0o170000
    if (
        path.is_absolute()
        or not set(path.parts).isdisjoint({".", ".."})
        or any(char in name for char in '\\:*?"<>|')
        or not (name.isprintable() and 0 < len(name.encode()) <= _LONGEST_NAME)
        or kind not in (0, 0o100000, 0o040000)
    ):
        raise Refused(f"The archive names a file outside of it ({name[:80]!r})", _AGAIN)
