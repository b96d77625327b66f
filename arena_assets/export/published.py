"""The published tree: folders of checked files that appear whole or not at all.

A folder is written under a hidden name beside its place and renamed when every byte is on disk.
Its name holds the hash of its manifest, so a crash between the rename and the database leaves a
folder that the next attempt verifies and takes over, or that :meth:`PublishedTree.orphans` finds.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from arena_assets.domain.identity import arena_id_of, partition_key, project_slug
from arena_assets.domain.manifest import digest
from arena_assets.errors import BlobDamaged, FolderUnwritable, UsageFault
from arena_assets.export.bundle import json_bytes, verified_chunks
from arena_assets.store.blobs import sync_folder
from arena_assets.workshop.folders import unwritable

MANIFEST_NAME = "manifest.json"
PATH_MAX = 255
"""Characters of a path relative to the root: the width of ``arena_clips.file_path``."""

_FOLDERS = ("images", "clips", "sequences", "music", "videos")
_FILE = re.compile(rf"^(?:{'|'.join(_FOLDERS)})/[a-z0-9][a-z0-9_.-]{{0,99}}\Z")
_ROOT = re.compile(r"^[a-z0-9-]{1,48}/\d{4}-\d\d-\d\d/arena-\d{6,9}-[0-9a-f]{8}\Z")
_HIDDEN = ".staging-"
_LEFTOVER = re.compile(rf"^[a-z0-9-]{{1,48}}/\d{{4}}-\d\d-\d\d/{re.escape(_HIDDEN)}[0-9a-z-]+\Z")
_ORPHAN_AGE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file to publish: its folder and name, and the stored bytes it holds."""

    path: str
    source: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class StagedTree:
    """A complete folder. ``paths`` maps each file's path in it to the one below the root."""

    relative_root: str
    folder: Path
    paths: Mapping[str, str]
    reused: bool


class PublishedTree:
    """Folders below one root; never follows a link out of it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def stage(
        self,
        project: str,
        day: date,
        partition: str,
        files: Sequence[TreeFile],
        manifest: Mapping[str, object],
    ) -> StagedTree:
        """Write ``<project>/<day>/<partition>-<8 hex of the manifest's hash>`` and return it whole.

        The same content already there is verified and used again; a damaged folder is replaced.
        Raises :class:`BlobDamaged` when stored bytes are not what ``files`` says,
        :class:`~arena_assets.errors.DiskFull` and :class:`FolderUnwritable`.
        """
        relative = _relative_root(project, day, partition, manifest)
        wanted = _wanted(relative, files)
        content = json_bytes(manifest)
        target = self._root / relative
        paths = {path: f"{relative}/{path}" for path in (*wanted, MANIFEST_NAME)}
        try:
            self._parent(target)
            if self._is_whole(target, wanted, content):
                os.utime(target)  # its age decides whether it may count as an orphan
                return StagedTree(relative, target, paths, reused=True)
            self._write(target, wanted, content)
        except OSError as error:
            raise unwritable(target.parent, error) from error
        return StagedTree(relative, target, paths, reused=False)

    def remove(self, relative_root: str) -> bool:
        """Remove a published folder or leftover; whether there was one."""
        if not _is_ours(relative_root):
            raise UsageFault(
                f"'{relative_root[:80]}' is no published folder",
                "Name it as project/YYYY-MM-DD/arena-000042-0123abcd",
            )
        target = self._root / relative_root
        try:
            self._refuse_links(target)
            if not target.is_dir():
                return False
            hidden = _hidden_name(target)
            target.rename(hidden)
            shutil.rmtree(hidden)
            sync_folder(target.parent)
        except OSError as error:
            raise unwritable(target.parent, error) from error
        return True

    def orphans(
        self, live_roots: Collection[str], *, min_age_seconds: float = _ORPHAN_AGE_SECONDS
    ) -> list[str]:
        """Folders that no publication names, and leftovers of interrupted work, oldest name first.

        Younger ones may belong to work that has not reached the database yet and are left out.
        """
        live, latest = set(live_roots), time.time() - min_age_seconds
        return sorted(
            relative
            for relative, folder in self._folders()
            if relative not in live and folder.lstat().st_mtime <= latest
        )

    def _folders(self) -> Iterator[tuple[str, Path]]:
        for folder in self._root.glob("*/*/*"):
            relative = folder.relative_to(self._root)
            linked = any(
                (self._root / part).is_symlink() for part in (relative, *relative.parents[:2])
            )
            if _is_ours(relative.as_posix()) and folder.is_dir() and not linked:
                yield relative.as_posix(), folder

    def _parent(self, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._refuse_links(target)

    def _refuse_links(self, target: Path) -> None:
        for part in (target, *target.parents):
            if part == self._root:
                return
            if part.is_symlink():
                raise FolderUnwritable(
                    f"{part} is a link, and the published tree follows none",
                    "Remove the link; to publish elsewhere set ARENA_DATA_DIR",
                )

    def _is_whole(self, target: Path, wanted: Mapping[str, TreeFile], content: bytes) -> bool:
        if not target.is_dir():
            return False
        inside = {p.relative_to(target).as_posix() for p in target.rglob("*") if not p.is_dir()}
        if inside != {*wanted, MANIFEST_NAME}:
            return False
        try:
            for path, file in wanted.items():
                for _ in verified_chunks(target / path, file.sha256, file.size):
                    pass
        except BlobDamaged:
            return False
        manifest = target / MANIFEST_NAME
        return not manifest.is_symlink() and manifest.read_bytes() == content

    def _write(self, target: Path, wanted: Mapping[str, TreeFile], content: bytes) -> None:
        hidden = _hidden_name(target)
        try:
            for path, file in wanted.items():
                _copy(file, hidden / path)
            _write_synced(hidden / MANIFEST_NAME, [content])
            for folder in (*(hidden / name for name in _FOLDERS), hidden):
                if folder.is_dir():
                    sync_folder(folder)
            self._put_in_place(hidden, target, wanted, content)
            sync_folder(target.parent)
        finally:
            shutil.rmtree(hidden, ignore_errors=True)

    def _put_in_place(
        self, hidden: Path, target: Path, wanted: Mapping[str, TreeFile], content: bytes
    ) -> None:
        """Rename into place; what another process put there first stays when it is whole."""
        try:
            hidden.rename(target)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            if self._is_whole(target, wanted, content):
                return
            damaged = _hidden_name(target)
            target.rename(damaged)
            hidden.rename(target)
            shutil.rmtree(damaged, ignore_errors=True)


def _relative_root(project: str, day: date, partition: str, manifest: Mapping[str, object]) -> str:
    key = partition_key(arena_id_of(partition))
    return f"{project_slug(project)}/{day.isoformat()}/{key}-{digest(manifest)[:8]}"


def _wanted(relative: str, files: Sequence[TreeFile]) -> dict[str, TreeFile]:
    wanted = {file.path: file for file in files}
    wrong = [path for path in wanted if not _FILE.match(path)]
    wrong += [path for path in wanted if len(f"{relative}/{path}") > PATH_MAX]
    if wrong or len(wanted) != len(files):
        raise UsageFault(
            f"'{(wrong or ['a path given twice'])[0][:120]}' cannot be published",
            f"Use {', '.join(_FOLDERS)} with a short lower-case file name",
        )
    return wanted


def _hidden_name(target: Path) -> Path:
    return (
        target.parent / f"{_HIDDEN}{target.name.removeprefix(_HIDDEN)[:32]}-{secrets.token_hex(4)}"
    )


def _is_ours(relative: str) -> bool:
    return bool(_ROOT.match(relative) or _LEFTOVER.match(relative))


def _copy(file: TreeFile, target: Path) -> None:
    _write_synced(target, verified_chunks(file.source, file.sha256, file.size))


def _write_synced(target: Path, pieces: Iterable[bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as out:
        for piece in pieces:
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
