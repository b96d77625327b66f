"""Looks for secrets in everything a data folder holds, archives opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from arena_assets_tests.services.town import CANARIES


def found_in(content: bytes, where: str) -> Iterator[str]:
    """Places of canaries in some bytes, as ``key in place``."""
    for canary in CANARIES:
        if canary.encode() in content:
            yield f"{canary} in {where}"
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from found_in(archive.read(name), f"{where}!{name}")


def found_below(folder: Path) -> tuple[int, list[str]]:
    """How many files were searched, and where canaries were."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = [hit for path in files for hit in found_in(path.read_bytes(), str(path))]
    return len(files), found
