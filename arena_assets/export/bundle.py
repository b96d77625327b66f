"""What an export is made from, and the list of files it becomes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from arena_assets.domain.manifest import FileRef, SlotManifest
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.slots import SlotName
from arena_assets.errors import BlobDamaged
from arena_assets.workshop.folders import unwritable
from arena_assets.workshop.media import media_type

StoredFile = tuple[Path, FileRef]
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class PackInput:
    """One finished arena as plain files.

    ``files`` maps a slot as written (``image_set/view_03``) to its files by role; ``manifests``
    maps the same names to what was measured and where it came from. ``slug`` names folders and
    comes from :func:`~arena_assets.domain.identity.slugify`.
    """

    project: str
    partition: str
    slug: str
    metadata: ArenaMetadata
    files: Mapping[str, Mapping[str, StoredFile]]
    manifests: Mapping[str, SlotManifest]

    def find(self, slot: SlotName, role: str) -> StoredFile | None:
        """A slot's file of a role, when the arena has it."""
        return self.files.get(str(slot), {}).get(role)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an export: its path within it, and its bytes or where they are stored.

    ``slot`` and ``role`` say which work it holds; both are empty for what the export adds itself.
    """

    path: str
    content: bytes | StoredFile
    slot: str = ""
    role: str = ""

    @property
    def sha256(self) -> str:
        if isinstance(self.content, bytes):
            return hashlib.sha256(self.content).hexdigest()
        return self.content[1].sha256

    @property
    def size(self) -> int:
        return len(self.content) if isinstance(self.content, bytes) else self.content[1].size

    @property
    def media_type(self) -> str:
        return media_type(Path(self.path))


def json_bytes(value: object) -> bytes:
    """A readable JSON file with one spelling."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def stored_entry(pack: PackInput, slot: SlotName, role: str, path: str) -> Iterable[Entry]:
    """The entry of a slot's file under ``path``, or nothing when the arena has no such file."""
    stored = pack.find(slot, role)
    if stored:
        yield Entry(path, stored, str(slot), role)


def chunks(entry: Entry) -> Iterable[bytes]:
    """An entry's bytes in pieces; raises :class:`BlobDamaged` at the end if they have changed."""
    if isinstance(entry.content, bytes):
        yield entry.content
    else:
        source, ref = entry.content
        yield from verified_chunks(source, ref.sha256, ref.size)


def verified_chunks(source: Path, sha256: str, size: int) -> Iterable[bytes]:
    """A stored file's bytes in pieces; :class:`BlobDamaged` when they are not the ones named.

    The last piece comes before the check is known, so whoever writes them must drop the copy when
    the error comes.
    """
    seen, count = hashlib.sha256(), 0
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
        with open(descriptor, "rb") as file:  # noqa: PTH123
            while chunk := file.read(_CHUNK):
                seen.update(chunk)
                count += len(chunk)
                yield chunk
    except OSError as error:
        raise BlobDamaged(
            f"Stored bytes {sha256[:12]} cannot be read ({error.strerror or error})",
            "Run 'arena doctor', then redo the slot that holds them",
        ) from error
    if (seen.hexdigest(), count) != (sha256, size):
        raise BlobDamaged(
            f"Stored bytes {sha256[:12]} have changed since they were made",
            "Redo the slot that holds them",
        )


def write_entries(entries: Iterable[Entry], folder: Path) -> None:
    """Write every entry below a folder of the caller's own."""
    try:
        for entry in entries:
            target = folder / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                for chunk in chunks(entry):
                    file.write(chunk)
    except OSError as error:
        raise unwritable(folder, error) from error
