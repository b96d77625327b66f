"""A file is there whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from arena_assets.errors import DiskFull, FolderUnwritable
from arena_assets.video.files import need_room, whole_file


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "file.bin"
    target.write_bytes(b"old")

    def fail() -> None:
        with whole_file(target) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_written_file_can_be_read_like_any_other(tmp_path: Path) -> None:
    plain, target = tmp_path / "plain", tmp_path / "file.bin"
    plain.touch()
    with whole_file(target) as temporary:
        temporary.write_bytes(b"new")
    assert target.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize(
    ("number", "fault"), [(errno.ENOSPC, DiskFull), (errno.EROFS, FolderUnwritable)]
)
def test_what_the_disk_refuses_is_said(tmp_path: Path, number: int, fault: type[Exception]) -> None:
    with pytest.raises(fault), whole_file(tmp_path / "file.bin"):
        raise OSError(number, os.strerror(number))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_with_its_sizes(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="MB free; 1,000,000,000 MB are needed"):
        need_room(tmp_path, 10**15)
