"""Blobs: whole or absent, read-only, verified, and a full disk says so."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from arena_assets.domain.manifest import FileRef
from arena_assets.errors import BlobDamaged, DiskFull, FolderUnwritable
from arena_assets.store import blobs as blobs_module
from arena_assets.store.blobs import BlobStore
from arena_assets_tests.racing import killed, race

CONTENT = b"one picture" * 1000
SHA = hashlib.sha256(CONTENT).hexdigest()
DAY = 86_400.0


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "made.png"
    path.write_bytes(CONTENT)
    return path


def _overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def _age(path: Path, seconds: float) -> None:
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


def test_bytes_come_back_under_their_hash_read_only(blobs: BlobStore, source: Path) -> None:
    ref = blobs.put_file(source, "image/png")
    assert ref == FileRef(sha256=SHA, size=len(CONTENT), media_type="image/png", suffix=".png")
    where = blobs.path(ref)
    assert where == blobs.root / SHA[:2] / SHA[2:]
    assert where.read_bytes() == CONTENT
    assert stat.S_IMODE(where.stat().st_mode) == 0o444
    with blobs.open(ref) as opened:
        assert opened.read() == CONTENT
    assert source.exists()
    assert blobs.temp_files() == []


def test_the_same_bytes_are_stored_once(blobs: BlobStore, source: Path) -> None:
    ref = blobs.put_file(source, "image/png")
    first = blobs.path(ref).stat()
    assert blobs.put_bytes(CONTENT, "image/png", ".png") == ref
    assert blobs.path(ref).stat().st_ino == first.st_ino
    assert list(blobs.all_hashes()) == [SHA]


def test_a_moved_file_becomes_the_blob(blobs: BlobStore, source: Path) -> None:
    inode = source.stat().st_ino
    ref = blobs.put_file(source, "image/png", move=True)
    assert blobs.path(ref).stat().st_ino == inode
    source.write_bytes(CONTENT)
    assert blobs.put_file(source, "image/png", move=True) == ref
    assert not source.exists()


def test_a_file_from_another_filesystem_is_copied(
    blobs: BlobStore, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.replace

    def across(path: Path, target: Path) -> Path:
        if path == source:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", across)
    ref = blobs.put_file(source, "image/png", move=True)
    assert blobs.path(ref).read_bytes() == CONTENT
    assert not source.exists()


def test_a_crash_before_the_rename_leaves_no_blob(
    blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_and_die() -> None:
        # The rename never happens: the process is killed in its place.
        monkeypatch.setattr(Path, "replace", lambda *_: os.kill(os.getpid(), 9))
        blobs.put_bytes(CONTENT, "image/png", ".png")

    killed(put_and_die)
    assert list(blobs.all_hashes()) == []
    (left,) = blobs.temp_files()
    assert left.stat().st_size == len(CONTENT)
    assert blobs.temp_files(older_than=DAY) == []
    _age(left, 2 * DAY)
    assert blobs.temp_files(older_than=DAY) == [left]
    ref = blobs.put_bytes(CONTENT, "image/png", ".png")
    assert blobs.path(ref).read_bytes() == CONTENT


def test_bytes_are_on_disk_before_they_get_their_name(
    blobs: BlobStore, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(handle: int) -> None:
        happened.append("sync")
        sync(handle)

    def renamed(path: Path, target: Path) -> Path:
        happened.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    blobs.put_file(source, "image/png")
    assert happened == ["sync", "rename", "sync", "sync"]


@pytest.mark.parametrize("changed", [CONTENT[:-1], b"X" + CONTENT[1:], b""])
def test_changed_bytes_are_noticed_and_putting_them_again_repairs(
    blobs: BlobStore, source: Path, changed: bytes
) -> None:
    ref = blobs.put_file(source, "image/png")
    _overwrite(blobs.path(ref), changed)
    for reader in (blobs, BlobStore(blobs.root)):
        with pytest.raises(BlobDamaged, match=r"have changed.*arena redo"):
            reader.path(ref)
    blobs.put_file(source, "image/png")
    assert blobs.path(ref).read_bytes() == CONTENT


def test_a_change_that_keeps_size_and_time_is_noticed_by_a_full_check(
    blobs: BlobStore, source: Path
) -> None:
    ref = blobs.put_file(source, "image/png")
    where = blobs.path(ref)
    before = where.stat()
    _overwrite(where, b"X" + CONTENT[1:])
    os.utime(where, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(BlobDamaged, match="have changed"):
        blobs.verify(ref)


def test_missing_bytes_are_noticed(blobs: BlobStore, source: Path) -> None:
    ref = blobs.put_file(source, "image/png")
    blobs.path(ref).unlink()
    with pytest.raises(BlobDamaged, match=r"are missing.*arena redo"):
        blobs.path(ref)


def test_a_file_is_read_once_to_verify_it(
    blobs: BlobStore, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = blobs.put_file(source, "image/png")
    reader = BlobStore(blobs.root)
    reads: list[Path] = []
    hash_file = blobs_module._hash_file

    def counted(path: Path) -> str:
        reads.append(path)
        return hash_file(path)

    monkeypatch.setattr(blobs_module, "_hash_file", counted)
    for _ in range(3):
        reader.path(ref)
    assert len(reads) == 1


def test_a_sweep_removes_what_is_old_and_needed_by_nobody(blobs: BlobStore) -> None:
    refs = [blobs.put_bytes(text, "text/plain", ".txt") for text in (b"live", b"old", b"young")]
    for ref in refs[:2]:
        _age(blobs.path(ref), 2 * DAY)
    swept = blobs.sweep({refs[0].sha256}, older_than=DAY)
    assert (swept.files, swept.size) == (1, 3)
    assert set(blobs.all_hashes()) == {refs[0].sha256, refs[2].sha256}


def test_bytes_put_again_are_young_again(blobs: BlobStore) -> None:
    ref = blobs.put_bytes(b"found again", "text/plain", ".txt")
    _age(blobs.path(ref), 2 * DAY)
    blobs.put_bytes(b"found again", "text/plain", ".txt")
    assert blobs.sweep(set(), older_than=DAY).files == 0


def test_processes_that_put_the_same_bytes_at_once_agree(blobs: BlobStore) -> None:
    refs = race(6, lambda _number: blobs.put_bytes(CONTENT, "image/png", ".png").sha256)
    assert set(refs) == {SHA}
    assert list(blobs.all_hashes()) == [SHA]
    assert blobs.temp_files() == []


@pytest.mark.parametrize(
    ("code", "error", "step"),
    [
        (errno.ENOSPC, DiskFull, "Free some space"),
        (errno.EDQUOT, DiskFull, "Free some space"),
        (errno.EACCES, FolderUnwritable, "chown"),
        (errno.EROFS, FolderUnwritable, "chown"),
    ],
)
def test_a_folder_that_takes_no_file_says_so_and_keeps_nothing_half(
    blobs: BlobStore,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    error: type[Exception],
    step: str,
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(error, match=step):
        blobs.put_file(source, "image/png")
    assert list(blobs.all_hashes()) == []
    assert blobs.temp_files() == []
    assert source.exists()
