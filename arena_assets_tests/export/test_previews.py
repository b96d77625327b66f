"""Housekeeping removes small pictures of what is gone and old mixes, and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

from arena_assets.export.previews import sweep_mixes, sweep_thumbnails

_LIVE, _GONE = "ab" * 32, "cd" * 32
_HOUR = 3600.0


def _put(path: Path, *, hours: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"small")
    at = time.time() - hours * _HOUR
    os.utime(path, (at, at))
    return path


def _of(folder: Path, digest: str, width: int = 480) -> Path:
    return folder / digest[:2] / f"{digest[2:]}-{width}.webp"


def test_only_old_pictures_of_blobs_that_are_gone_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "thumbnails"
    kept = [
        _put(_of(folder, _LIVE), hours=99),
        _put(_of(folder, _GONE, 320), hours=0.5),
        _put(folder / "ab" / ".77-halfway", hours=0.5),
    ]
    gone = [
        _put(_of(folder, _GONE), hours=99),
        _put(folder / "ab" / ".77-dead", hours=99),
    ]
    assert sweep_thumbnails(folder, {_LIVE}, _HOUR) == len(gone)
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in gone)


def test_a_link_in_the_folder_leads_nowhere(tmp_path: Path) -> None:
    outside = _put(tmp_path / "elsewhere" / "precious.webp", hours=99)
    folder = tmp_path / "thumbnails"
    folder.mkdir()
    (folder / "cd").symlink_to(outside.parent)
    assert sweep_thumbnails(folder, set(), _HOUR) == 0
    (tmp_path / "blind").mkdir()
    (tmp_path / "blind" / "pair").symlink_to(outside.parent)
    assert sweep_mixes(tmp_path / "blind") == 0
    assert outside.exists()


def test_mixes_are_kept_for_a_day(tmp_path: Path) -> None:
    for name, hours in (("old", 25), ("young", 23)):
        _put(tmp_path / name / "side.wav", hours=hours)
        at = time.time() - hours * _HOUR
        os.utime(tmp_path / name, (at, at))
    assert sweep_mixes(tmp_path) == 1
    assert (tmp_path / "young" / "side.wav").exists()
    assert not (tmp_path / "old").exists()


def test_folders_that_are_not_there_are_fine(tmp_path: Path) -> None:
    assert sweep_thumbnails(tmp_path / "no", set(), 0) == 0
    assert sweep_mixes(tmp_path / "no") == 0
