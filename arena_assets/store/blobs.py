"""The blob store: bytes in a folder, each file named by the SHA-256 of what it holds."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from arena_assets.domain.manifest import FileRef
from arena_assets.errors import BlobDamaged
from arena_assets.store.faults import folder_faults

_CHUNK = 1 << 20
_NAME = re.compile(r"[0-9a-f]{62}")
_READ_ONLY = 0o444


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed: how many files, and how many bytes they took."""

    files: int
    size: int


class BlobStore:
    """Bytes under ``root/ab/cd…``, written once, read-only, verified when read.

    Invariant: a file under its final name holds exactly the bytes of its name, on disk. It is
    written under ``root/tmp``, flushed, and only then renamed, so a crash at any moment leaves
    either the whole blob or a temporary file. Raises :class:`DiskFull` or
    :class:`FolderUnwritable` when the folder takes no file.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._temp = root / "tmp"
        self._verified: dict[str, tuple[int, int, int]] = {}

    def put_file(
        self, path: Path, media_type: str, suffix: str | None = None, *, move: bool = False
    ) -> FileRef:
        """Store a file's bytes; ``suffix`` is the file's own unless given.

        With ``move`` the file itself becomes the blob where it lies on the same filesystem; it is
        gone afterwards in any case.
        """
        suffix = path.suffix if suffix is None else suffix
        with folder_faults(self.root):
            if move:
                taken = self._move_in(path, media_type, suffix)
                if taken is not None:
                    return taken
            with path.open("rb") as source:
                ref = self._write(lambda: source.read(_CHUNK), media_type, suffix)
            if move:
                path.unlink(missing_ok=True)
        return ref

    def put_bytes(self, content: bytes, media_type: str, suffix: str) -> FileRef:
        """Store bytes from memory."""
        pieces = iter((content, b""))
        with folder_faults(self.root):
            return self._write(lambda: next(pieces), media_type, suffix)

    def path(self, ref: FileRef) -> Path:
        """Where the bytes are: read-only, never to be written to.

        The hash is verified when this process first meets the file and whenever the file changes.
        Raises :class:`BlobDamaged`.
        """
        where = self._place(ref.sha256)
        if self._stamp(where) != self._verified.get(ref.sha256, ()):
            self.verify(ref)
        return where

    def open(self, ref: FileRef) -> BinaryIO:
        """The verified bytes as an open file."""
        return self.path(ref).open("rb")

    def verify(self, ref: FileRef) -> None:
        """Read every byte and compare; raises :class:`BlobDamaged` when missing or changed."""
        where = self._place(ref.sha256)
        stamp = self._stamp(where)
        if stamp is None:
            raise _damaged(ref, "are missing")
        if where.stat().st_size != ref.size or _hash_file(where) != ref.sha256:
            self._verified.pop(ref.sha256, None)
            raise _damaged(ref, "have changed")
        self._verified[ref.sha256] = stamp

    def all_hashes(self) -> Iterator[str]:
        """The hash of every blob, in order."""
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                if _NAME.fullmatch(path.name):
                    yield folder.name + path.name

    def sweep(self, live: Collection[str], older_than: float) -> Swept:
        """Remove blobs not in ``live`` that nobody has put for ``older_than`` seconds.

        The age protects work that is done but not yet recorded; keep it longer than any run.
        """
        files = size = 0
        limit = time.time() - older_than
        with folder_faults(self.root):
            for sha256 in self.all_hashes():
                where = self._place(sha256)
                if sha256 in live:
                    continue
                with contextlib.suppress(FileNotFoundError):
                    found = where.stat()
                    if found.st_mtime < limit:
                        where.unlink()
                        files, size = files + 1, size + found.st_size
        return Swept(files, size)

    def temp_files(self, older_than: float = 0.0) -> list[Path]:
        """Unfinished files that were last written ``older_than`` seconds ago or before."""
        limit = time.time() - older_than
        found = []
        for path in sorted(self._temp.glob("*")):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime <= limit:
                    found.append(path)
        return found

    def _write(self, read: Callable[[], bytes], media_type: str, suffix: str) -> FileRef:
        self._temp.mkdir(parents=True, exist_ok=True)
        temp = self._temp / f"{os.getpid()}-{uuid.uuid4().hex}"
        hasher, size = hashlib.sha256(), 0
        try:
            with temp.open("xb") as target:
                while piece := read():
                    hasher.update(piece)
                    target.write(piece)
                    size += len(piece)
                target.flush()
                os.fsync(target.fileno())
            ref = FileRef(
                sha256=hasher.hexdigest(), size=size, media_type=media_type, suffix=suffix
            )
            self._settle(temp, ref)
        finally:
            temp.unlink(missing_ok=True)
        return ref

    def _move_in(self, path: Path, media_type: str, suffix: str) -> FileRef | None:
        """Rename a file into the store; None when it is on another filesystem."""
        with path.open("rb") as source:
            os.fsync(source.fileno())
        size = path.stat().st_size
        ref = FileRef(sha256=_hash_file(path), size=size, media_type=media_type, suffix=suffix)
        try:
            self._settle(path, ref)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            return None
        path.unlink(missing_ok=True)
        return ref

    def _settle(self, source: Path, ref: FileRef) -> None:
        """Give a flushed file its final name, unless the same bytes are there already."""
        where = self._place(ref.sha256)
        if self._is_sound(ref):
            os.utime(where)  # young again: no sweep takes it before it is recorded
            self._remember(ref.sha256, where)
            return
        new_folder = not where.parent.exists()
        where.parent.mkdir(parents=True, exist_ok=True)
        source.chmod(_READ_ONLY)
        source.replace(where)
        sync_folder(where.parent)
        if new_folder:
            sync_folder(self.root)
        self._remember(ref.sha256, where)

    def _is_sound(self, ref: FileRef) -> bool:
        try:
            self.path(ref)
        except BlobDamaged:
            return False
        return True

    def _remember(self, sha256: str, where: Path) -> None:
        stamp = self._stamp(where)
        if stamp is not None:
            self._verified[sha256] = stamp

    def _place(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:]

    @staticmethod
    def _stamp(path: Path) -> tuple[int, int, int] | None:
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return (found.st_ino, found.st_size, found.st_mtime_ns)


def _hash_file(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename inside a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _damaged(ref: FileRef, how: str) -> BlobDamaged:
    return BlobDamaged(
        f"The stored bytes of {ref.sha256[:12]}… ({ref.media_type}, {ref.size:,} bytes) {how}",
        "Redo the slot they belong to with 'arena redo', or restore the blob folder from a backup",
    )
