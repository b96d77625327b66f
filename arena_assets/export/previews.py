"""What was made to be looked at once more: thumbnails, and mixes of blind comparisons."""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path

_MIXES_SECONDS = 24 * 3600.0
"""For how long mixes of a comparison are kept: a person listens to them within a day."""


def sweep_thumbnails(folder: Path, live: Collection[str], age_seconds: float) -> int:
    """Remove the small pictures of blobs that are not in ``live`` (SHA-256), and what a dead
    process left half-written; both only when older than ``age_seconds``. How many files."""
    removed = 0
    for path in _old_files(folder, age_seconds):
        digest, _, width = path.stem.partition("-")
        whole = not path.name.startswith(".") and width.isdigit()
        if not whole or path.parent.name + digest not in live:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def sweep_mixes(folder: Path) -> int:
    """Remove the mixes that were made more than a day ago; how many."""
    removed = 0
    before = time.time() - _MIXES_SECONDS
    for mix in folder.iterdir() if folder.is_dir() else ():
        if not mix.is_symlink() and mix.is_dir() and mix.stat().st_mtime < before:
            shutil.rmtree(mix, ignore_errors=True)
            removed += 1
    return removed


def _old_files(folder: Path, age_seconds: float) -> Iterator[Path]:
    """Files in the folders of a folder. A link is not followed: it is nothing of ours."""
    before = time.time() - age_seconds
    for room in folder.iterdir() if folder.is_dir() else ():
        if room.is_symlink() or not room.is_dir():
            continue
        for path in room.iterdir():
            if not path.is_symlink() and path.is_file() and path.stat().st_mtime < before:
                yield path
