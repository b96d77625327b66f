"""Writing files whole or not at all, and room for them."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from arena_assets.errors import DiskFull, FolderUnwritable


@contextlib.contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A temporary path beside the target; renamed over it on success, removed on any error."""
    temporary = target.with_name(f".{target.stem}-{secrets.token_hex(6)}{target.suffix}")
    try:
        temporary.touch(exist_ok=False)
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _disk_full(target.parent, 0) from error
        if error.errno in _NO_RIGHT:
            raise FolderUnwritable(
                f"{target.parent} takes no files", "Make the folder writable, then run it again"
            ) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def need_room(folder: Path, size: int) -> None:
    """Raise DiskFull unless ``size`` more bytes fit into a folder."""
    if shutil.disk_usage(folder).free < size:
        raise _disk_full(folder, size)


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)


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
