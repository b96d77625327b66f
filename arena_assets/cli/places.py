"""Where a person has a command write its files: asked of the disk before anything else is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


def require_file_place(path: Path | None) -> None:
    """Raise :class:`UsageFault` where no file can be: in a folder that is not there, on a folder.

    None is no file, and as good as any place.
    """
    from arena_assets.errors import UsageFault

    if path is None:
        return
    if path.is_dir():
        raise UsageFault(f"{path} is a folder", f"Name a file in it, like {path / 'table.csv'}")
    if not path.parent.is_dir():
        raise UsageFault(
            f"There is no folder {path.parent}", "Make it first, or name a file in one there is"
        )


def require_folder_place(path: Path | None) -> None:
    """Raise :class:`UsageFault` where no folder can be made, as a file is in the way.

    None is no folder, and as good as any place.
    """
    from arena_assets.errors import UsageFault

    if path is None:
        return
    place = path.expanduser().absolute()
    there = next(each for each in (place, *place.parents) if each.exists())
    if not there.is_dir():
        raise UsageFault(f"{there} is a file, no folder", "Name a folder, or a new one to be made")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[Any, Any]]) -> None:
    """Write a table with its head; raises :class:`FolderUnwritable` and :class:`DiskFull`."""
    import csv

    from arena_assets.store.faults import folder_faults

    with (
        folder_faults(path.absolute().parent),
        path.open("w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
