"""Archives on their way in and out: bounded, inside their folder, under names of ours."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from arena_assets.actions.packs import unpack_pack
from arena_assets.errors import Refused
from arena_assets.export.bundle import PackInput
from arena_assets.export.pack import build_pack
from arena_assets_tests.attacks.names import PATHS
from arena_assets_tests.counting import Counted
from arena_assets_tests.export.conftest import make_pack

__all__ = ["make_pack"]


def _zip(folder: Path, *members: tuple[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    path = folder / "bad.zip"
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in members:
            info = zipfile.ZipInfo("placeholder")
            info.filename = name  # as it is: the constructor tidies names up
            info.compress_type = how
            archive.writestr(info, content)
    return path


def _refused(archive: Path, folder: Path) -> None:
    around = set(folder.rglob("*"))
    with pytest.raises(Refused) as caught:
        unpack_pack(archive, folder / "inside" / "pack")
    assert str(caught.value).isprintable()
    left = set(folder.rglob("*")) - around
    assert left <= {folder / "inside"}


def _leads_out(name: str) -> bool:
    """Whether no safe reading of a member's name is left."""
    parts = name.replace("\\", "/").split("/")
    odd = any(char in name for char in '\\:*?"<>|') or not name.isprintable()
    return odd or name.startswith("/") or ".." in parts or len(name) > 240


def test_hostile_members_stay_inside_or_are_refused(tmp_path: Path, counted: Counted) -> None:
    names = [each for each in PATHS if "\0" not in each and each.strip("/")]
    refused = 0
    for number, name in enumerate(names):
        folder = tmp_path / str(number)
        folder.mkdir()
        archive = _zip(folder, ("fine.txt", b"fine"), (name, b"hostile"))
        if _leads_out(name):
            _refused(archive, folder)
            refused += 1
            continue
        try:
            unpack_pack(archive, folder / "inside" / "pack")
        except Refused:
            refused += 1
        inside = {each for each in folder.rglob("*") if each.is_file()} - {archive}
        assert all(each.is_relative_to(folder / "inside" / "pack") for each in inside)
    assert refused >= 80
    counted("hostile members of archives kept inside or refused", len(names))


def _with_mode(folder: Path, mode: int) -> Path:
    path = folder / "bad.zip"
    info = zipfile.ZipInfo("link")
    info.create_system = 3
    info.external_attr = mode << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return path


def _many(folder: Path) -> Path:
    return _zip(folder, *((f"{number}.txt", b"") for number in range(2_001)))


def _ratio(folder: Path) -> Path:
    return _zip(folder, ("zeros.bin", bytes(50_000_000)), how=zipfile.ZIP_DEFLATED)


def _nested(folder: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.bin", bytes(50_000_000))
    return _zip(folder, ("a.zip", inner.getvalue()), ("b.bin", bytes(50_000_000)),
                how=zipfile.ZIP_LZMA)  # fmt: skip


def _twice(folder: Path) -> Path:
    with pytest.warns(UserWarning, match="Duplicate"):
        return _zip(folder, ("a.txt", b"1"), ("a.txt", b"2"))


def _file_and_folder(folder: Path) -> Path:
    return _zip(folder, ("a", b"1"), ("a/b", b"2"))


def _claims(folder: Path) -> Path:
    """Its directory says a member is small; its bytes are not what it says."""
    path = _zip(folder, ("a.bin", bytes(1_000_000)), how=zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 10)
    path.write_bytes(content)
    return path


def _overlapping(folder: Path) -> Path:
    path = _zip(folder, *((f"{number}.bin", bytes(9_000)) for number in range(9)))
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", content, at + 42, 0)
        at = content.find(b"PK\x01\x02", at + 4)
    path.write_bytes(content)
    return path


def _encrypted(folder: Path) -> Path:
    path = _zip(folder, ("a.txt", b"secret"))
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def _cut(folder: Path) -> Path:
    path = _zip(folder, ("a.txt", bytes(9_000)))
    path.write_bytes(path.read_bytes()[:-30])
    return path


def _spoiled(folder: Path) -> Path:
    path = _zip(folder, ("a.txt", b"x" * 9_000), how=zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    content[40:48] = b"\xff" * 8
    path.write_bytes(content)
    return path


def _none(folder: Path) -> Path:
    path = folder / "bad.zip"
    path.write_bytes(b"no archive at all" * 90)
    return path


def _unknown(folder: Path) -> Path:
    path = _zip(folder, ("a.txt", b"x" * 100))
    content = bytearray(path.read_bytes())
    struct.pack_into("<H", content, 8, 97)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 10, 97)
    path.write_bytes(content)
    return path


_BAD: dict[str, Callable[[Path], Path]] = {
    "link": lambda folder: _with_mode(folder, 0o120777),
    "pipe": lambda folder: _with_mode(folder, 0o010644),
    "device": lambda folder: _with_mode(folder, 0o060644),
    "socket": lambda folder: _with_mode(folder, 0o140644),
    "too many files": _many,
    "grows too much": _ratio,
    "grows within": _nested,
    "one name twice": _twice,
    "file and folder": _file_and_folder,
    "false sizes": _claims,
    "overlapping": _overlapping,
    "encrypted": _encrypted,
    "cut short": _cut,
    "spoiled": _spoiled,
    "no archive": _none,
    "unknown method": _unknown,
}


def test_bad_archives_are_refused_whole(tmp_path: Path, counted: Counted) -> None:
    for number, make in enumerate(_BAD.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        _refused(make(folder), folder)
    counted("bad archives refused: ratio, count, links, sizes", len(_BAD))


def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "pack").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        unpack_pack(_zip(tmp_path, ("a.txt", b"a")), tmp_path / "pack")
    assert not (tmp_path / "elsewhere").exists()


def test_our_own_pack_is_taken(make_pack: Callable[..., PackInput], tmp_path: Path) -> None:
    archive = build_pack(make_pack(), tmp_path / "pack.zip")
    folder = unpack_pack(archive, tmp_path / "game")
    assert (folder / "manifest.json").is_file()
