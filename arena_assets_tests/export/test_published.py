"""A published folder is whole or absent, verified, never mixed, and never outside its root."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from arena_assets.errors import BlobDamaged, DiskFull, FolderUnwritable, UsageFault
from arena_assets.export.published import PATH_MAX, PublishedTree, StagedTree, TreeFile

DAY = date(2031, 5, 4)
MANIFEST = {"arena": "arena-000042", "files": 2}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def files(tmp_path: Path) -> list[TreeFile]:
    return [
        _file(tmp_path, "images/view_01.png", b"a picture"),
        _file(tmp_path, "videos/main.mp4", b"a video" * 300_000),
    ]


def _file(folder: Path, path: str, content: bytes) -> TreeFile:
    source = folder / path.replace("/", "_")
    source.write_bytes(content)
    source.chmod(0o444)
    return TreeFile(path, source, hashlib.sha256(content).hexdigest(), len(content))


def _stage(root: Path, files: list[TreeFile], manifest: object = MANIFEST) -> StagedTree:
    assert isinstance(manifest, dict)
    return PublishedTree(root).stage("card-game", DAY, "arena-000042", files, manifest)


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_staged_folder_holds_the_files_and_the_manifest(
    root: Path, files: list[TreeFile]
) -> None:
    staged = _stage(root, files)
    assert not staged.reused
    assert staged.relative_root.startswith("card-game/2031-05-04/arena-000042-")
    assert _names(root / staged.relative_root) == {
        "images/view_01.png",
        "videos/main.mp4",
        "manifest.json",
    }
    for path, relative in staged.paths.items():
        assert (root / relative).is_file()
        assert relative == f"{staged.relative_root}/{path}"
    assert (staged.folder / "videos/main.mp4").read_bytes() == files[1].source.read_bytes()
    assert json.loads((staged.folder / "manifest.json").read_text()) == MANIFEST
    assert os.stat(staged.folder / "videos/main.mp4").st_mode & 0o200  # noqa: PTH116


def test_the_same_content_is_verified_and_used_again(root: Path, files: list[TreeFile]) -> None:
    first = _stage(root, files)
    stamp = (first.folder / "videos/main.mp4").stat().st_mtime_ns
    again = _stage(root, files)
    assert again.reused
    assert again.relative_root == first.relative_root
    assert (first.folder / "videos/main.mp4").stat().st_mtime_ns == stamp


def test_other_content_gets_another_folder(root: Path, files: list[TreeFile]) -> None:
    first, second = _stage(root, files), _stage(root, files, {"arena": "another"})
    assert first.folder != second.folder
    assert first.folder.is_dir()


@pytest.mark.parametrize("harm", ["changed", "missing", "extra", "manifest"])
def test_a_damaged_folder_is_replaced(root: Path, files: list[TreeFile], harm: str) -> None:
    folder = _stage(root, files).folder
    match harm:
        case "changed":
            (folder / "images/view_01.png").write_bytes(b"A picture")
        case "missing":
            (folder / "images/view_01.png").unlink()
        case "extra":
            (folder / "images/view_99.png").write_bytes(b"left by an older run")
        case _:
            (folder / "manifest.json").write_text("{}")
    mended = _stage(root, files)
    assert not mended.reused
    assert (mended.folder / "images/view_01.png").read_bytes() == b"a picture"
    assert _stage(root, files).reused
    assert len(list(folder.parent.iterdir())) == 1


def test_changed_stored_bytes_are_never_published(root: Path, files: list[TreeFile]) -> None:
    files[1].source.chmod(0o644)
    files[1].source.write_bytes(b"another video")
    with pytest.raises(BlobDamaged):
        _stage(root, files)
    assert _names(root) == set()


def test_missing_stored_bytes_and_links_are_never_published(
    tmp_path: Path, root: Path, files: list[TreeFile]
) -> None:
    target = files[0].source.rename(tmp_path / "elsewhere")
    with pytest.raises(BlobDamaged):
        _stage(root, files)
    files[0].source.symlink_to(target)
    with pytest.raises(BlobDamaged):
        _stage(root, files)
    assert _names(root) == set()


@pytest.mark.parametrize(
    "path",
    ["../view.png", "images/../../x.png", "/etc/x", "images/.hidden", "other/x.png", "images/A B"],
)
def test_paths_that_leave_the_layout_are_refused(
    tmp_path: Path, root: Path, path: str, files: list[TreeFile]
) -> None:
    wrong = TreeFile(path, files[0].source, files[0].sha256, files[0].size)
    with pytest.raises(UsageFault):
        _stage(root, [wrong])
    assert not root.exists()


@pytest.mark.parametrize(("project", "partition"), [("../x", "arena-000042"), ("game", "../../x")])
def test_projects_and_partitions_are_plain_names(
    root: Path, files: list[TreeFile], project: str, partition: str
) -> None:
    with pytest.raises(UsageFault):
        PublishedTree(root).stage(project, DAY, partition, files, MANIFEST)


def test_relative_paths_fit_their_column(root: Path, tmp_path: Path) -> None:
    long = _file(tmp_path, f"sequences/{'x' * 100}", b"x")
    staged = PublishedTree(root).stage("p" * 48, DAY, "arena-999999999", [long], MANIFEST)
    assert max(map(len, staged.paths.values())) <= PATH_MAX


def test_a_full_disk_is_said_and_leaves_nothing(
    root: Path, files: list[TreeFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        _stage(root, files)
    monkeypatch.undo()
    assert _names(root) == set()
    assert not _stage(root, files).reused


def test_a_folder_that_refuses_files_is_said(root: Path, files: list[TreeFile]) -> None:
    root.write_text("not a folder")
    with pytest.raises(FolderUnwritable):
        _stage(root, files)


@pytest.mark.parametrize("linked", ["card-game", "card-game/2031-05-04"])
def test_a_link_out_of_the_root_is_not_followed(
    tmp_path: Path, root: Path, files: list[TreeFile], linked: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / linked).parent.mkdir(parents=True)
    (root / linked).symlink_to(outside)
    with pytest.raises(FolderUnwritable, match="link"):
        _stage(root, files)
    assert _names(outside) == set()


def test_remove_takes_a_folder_away_once(root: Path, files: list[TreeFile]) -> None:
    staged = _stage(root, files)
    tree = PublishedTree(root)
    assert tree.remove(staged.relative_root)
    assert _names(root) == set()
    assert not tree.remove(staged.relative_root)


@pytest.mark.parametrize(
    "wrong", ["", ".", "..", "card-game", "card-game/2031-05-04", "../a/.staging-x", "/a/.staging-"]
)
def test_remove_takes_nothing_but_published_folders(
    root: Path, files: list[TreeFile], wrong: str
) -> None:
    _stage(root, files)
    with pytest.raises(UsageFault):
        PublishedTree(root).remove(wrong)
    assert len(_names(root)) == 3


def test_orphans_are_old_folders_that_no_publication_names(
    root: Path, files: list[TreeFile]
) -> None:
    tree = PublishedTree(root)
    live, dead, fresh = (_stage(root, files, {"n": number}) for number in range(3))
    leftover = dead.folder.parent / ".staging-arena-000042-0000"
    (leftover / "images").mkdir(parents=True)
    (dead.folder.parent / "notes").mkdir()
    for folder in (live.folder, dead.folder, leftover, dead.folder.parent / "notes"):
        os.utime(folder, (time.time() - 7200,) * 2)
    found = tree.orphans({live.relative_root})
    assert set(found) == {dead.relative_root, leftover.relative_to(root).as_posix()}
    assert fresh.relative_root in tree.orphans({live.relative_root}, min_age_seconds=0)
    for each in found:
        assert tree.remove(each)
    assert tree.orphans({live.relative_root}) == []


def test_an_orphan_that_is_staged_again_is_young_again(root: Path, files: list[TreeFile]) -> None:
    staged = _stage(root, files)
    os.utime(staged.folder, (time.time() - 7200,) * 2)
    assert PublishedTree(root).orphans(()) == [staged.relative_root]
    assert _stage(root, files).reused
    assert PublishedTree(root).orphans(()) == []


def test_whoever_comes_second_keeps_what_the_first_put_there(
    root: Path, files: list[TreeFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may finish the same folder between the look and the rename."""
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", rename)
        _stage(root, files)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    staged = _stage(root, files)
    assert len(_names(staged.folder)) == 3
    assert _folders(staged.folder.parent) == [staged.folder]


def _folders(parent: Path) -> list[Path]:
    found: Iterable[Path] = parent.iterdir()
    return sorted(found)
