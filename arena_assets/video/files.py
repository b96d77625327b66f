"""Writing files whole or not at all, and room for them."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from arena_assets.errors import DiskFull


@contextlib.contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A temporary path beside the target; renamed over it on success, removed on any error."""
    handle, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix
    )
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _disk_full(target.parent, 0) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def need_room(folder: Path, size: int) -> None:
    """Raise DiskFull unless ``size`` more bytes fit into a folder."""
    if shutil.disk_usage(folder).free < size:
        raise _disk_full(folder, size)


_NO_ROOM = (28, 122)
"""ENOSPC and EDQUOT."""


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
