"""Writing files whole or not at all, and room for them."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from arena_assets.errors import DiskFull, FolderUnwritable


@contextlib.contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A temporary path beside the target; renamed over it on success, removed on any error."""
    temporary = target.with_name(f".{target.stem}-{secrets.token_hex(6)}{target.suffix}")
    try:
        with _told_plainly(target.parent):
            temporary.touch(exist_ok=False)
            yield temporary
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.replace(target)
            _sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def scratch_folder(parent: Path) -> tempfile.TemporaryDirectory[str]:
    """A hidden folder for parts of a file to be; it goes when its context ends."""
    with _told_plainly(parent):
        return tempfile.TemporaryDirectory(dir=parent, prefix=".parts-")


def need_room(folder: Path, size: int) -> None:
    """Raise DiskFull unless ``size`` more bytes fit into a folder."""
    if shutil.disk_usage(folder).free < size:
        raise _disk_full(folder, size)


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextlib.contextmanager
def _told_plainly(folder: Path) -> Iterator[None]:
    """The system's word for a full or closed folder as an error that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _disk_full(folder, 0) from error
        if error.errno in _NO_RIGHT:
            raise FolderUnwritable(
                f"{folder} takes no files", "Make the folder writable, then run it again"
            ) from error
        raise


def _disk_full(folder: Path, size: int) -> DiskFull:
    free = shutil.disk_usage(folder).free
    wanted = f"; {_megabytes(size)} are needed" if size else ""
    return DiskFull(
        f"The disk of {folder} has {_megabytes(free)} free{wanted}",
        "Free some space or choose another folder, then run the work again: it resumes",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
