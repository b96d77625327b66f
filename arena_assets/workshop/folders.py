"""Folders for running work, named by their owner so that what a dead process left can be found."""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from arena_assets.errors import DiskFull, FolderUnwritable
from arena_assets.ledger.owner import owner_alive, owner_id

_GIB = 1024**3
_AFTER_OWNER = "~~"


class WorkFolders:
    """Work happens in ``root/<owner>~~<slot>-xxxx``; each folder is gone when its work ends."""

    def __init__(self, root: Path, min_free_bytes: int) -> None:
        self._root = root
        self._min_free = min_free_bytes

    @contextmanager
    def folder(self, label: str) -> Iterator[Path]:
        """A new empty folder, removed at the end whatever happens."""
        self.require_space()
        slot = re.sub(r"[^a-z0-9_]+", "-", label)
        prefix = f"{owner_id().replace(':', '~')}{_AFTER_OWNER}{slot}-"
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            path = Path(tempfile.mkdtemp(prefix=prefix, dir=self._root))
        except OSError as error:
            raise unwritable(self._root, error) from error
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def require_space(self) -> None:
        """Raise :class:`DiskFull` when less than the minimum is free, before work begins."""
        place = self._root
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
        if free < self._min_free:
            raise DiskFull(
                f"Only {free / _GIB:.2f} GiB are free under {self._root}, "
                f"and work starts with at least {self._min_free / _GIB:.2f}",
                "Free some space or set ARENA_DATA_DIR to a larger disk, then run the arena again; "
                "finished work is kept",
            )

    def sweep_dead(self) -> int:
        """Remove the folders whose owner no longer lives; returns how many."""
        removed = 0
        if not self._root.is_dir():
            return 0
        for folder in self._root.iterdir():
            if folder.is_dir() and owner_alive(_owner_of(folder.name)) is False:
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
        return removed


def unwritable(folder: Path, error: OSError) -> DiskFull | FolderUnwritable:
    """The error a person should see when a folder refuses a file."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"The disk under {folder} is full",
            "Free some space, then run the arena again; finished work is kept",
        )
    return FolderUnwritable(
        f"{folder} cannot be written ({error.strerror or error})",
        "Give this user the right to write there or set ARENA_DATA_DIR to another folder",
    )


def _owner_of(name: str) -> str:
    return name.partition(_AFTER_OWNER)[0].replace("~", ":")
