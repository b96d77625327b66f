"""The pack is whole, says what is in it, and is the same bytes for the same content."""

from __future__ import annotations

import hashlib
import json
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from arena_assets.errors import BlobDamaged, FolderUnwritable
from arena_assets.export.bundle import PackInput
from arena_assets.export.pack import build_pack

Make = Callable[..., PackInput]


def test_the_manifest_names_every_file_with_its_hash(tmp_path: Path, make_pack: Make) -> None:
    with zipfile.ZipFile(build_pack(make_pack(), tmp_path / "pack.zip")) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = set(archive.namelist()) - {"manifest.json"}
        assert archive.testzip() is None
        assert {each["path"] for each in manifest["files"]} == names
        for each in manifest["files"]:
            content = archive.read(each["path"])
            assert hashlib.sha256(content).hexdigest() == each["sha256"]
            assert len(content) == each["size"]
            assert "/" in each["media_type"]
    video = next(each for each in manifest["files"] if each["path"] == "web/videos/main.mp4")
    slot = manifest["slots"][video["slot"]]
    assert video["media_type"] == "video/mp4"
    assert slot["measurements"] == {"width": 64}
    assert slot["provenance"]["provider"] == "embedded"
    assert "price_usd" not in slot


def test_the_archive_has_the_layouts_and_the_contact_sheet(tmp_path: Path, make_pack: Make) -> None:
    with zipfile.ZipFile(build_pack(make_pack(), tmp_path / "pack.zip")) as archive:
        names = archive.namelist()
    assert {
        "contact_sheet.png",
        "godot/arena_loader.gd",
        "godot/arenas/broken-vault/arena.json",
        "godot/arenas/broken-vault/arena_background.ogv",
        "web/index.html",
        "web/arena.json",
    } <= set(names)
    assert not any(name.startswith("/") or ".." in name for name in names)


def test_equal_content_gives_equal_bytes_at_any_time(
    tmp_path: Path, make_pack: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_pack(make_pack(), tmp_path / "first.zip")
    for path in (tmp_path / "blobs").iterdir():
        os.utime(path, (0, 0))
    monkeypatch.setattr(time, "time", lambda: 4e9)
    second = build_pack(make_pack(), tmp_path / "folder" / "second.zip")
    assert first.read_bytes() == second.read_bytes()


def test_changed_bytes_leave_no_archive(tmp_path: Path, make_pack: Make) -> None:
    pack = make_pack()
    pack.files["music_tracks/main"]["ogg"][0].write_bytes(b"main ogh")
    with pytest.raises(BlobDamaged):
        build_pack(pack, tmp_path / "out" / "pack.zip")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_older_archive_stays_until_the_new_one_is_whole(tmp_path: Path, make_pack: Make) -> None:
    pack, out = make_pack(), tmp_path / "pack.zip"
    before = build_pack(pack, out).read_bytes()
    pack.files["music_tracks/main"]["ogg"][0].unlink()
    with pytest.raises(BlobDamaged):
        build_pack(pack, out)
    assert out.read_bytes() == before


def test_a_place_that_refuses_the_archive_is_said(tmp_path: Path, make_pack: Make) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnwritable):
        build_pack(make_pack(), tmp_path / "file" / "pack.zip")
