"""Pictures that claim too much or are none: refused before they are decoded, in bounded memory."""

from __future__ import annotations

import io
import multiprocessing
import resource
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from arena_assets.console.thumbnails import thumbnail
from arena_assets.errors import ContentFault
from arena_assets.inspect.footage import admit_footage
from arena_assets.inspect.picture import check_picture, decode_luma
from arena_assets.inspect.reference import plain_picture
from arena_assets_tests.counting import Counted

_MEBIBYTES = 160
"""What refusing all of them may add to a process that has the decoders loaded already."""
_HUGE = ((60_000, 60_000), (2**31 - 1, 2**31 - 1), (1, 2**31 - 1), (100_000, 500), (0, 0))


def _png(wide: int, high: int, *chunks: tuple[bytes, bytes], body: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    packed = zlib.compress(body or bytes(4 * 65_536), 9)
    parts = [chunk(b"IHDR", header), *(chunk(*each) for each in chunks), chunk(b"IDAT", packed)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def _webp(wide: int, high: int, frames: int = 0) -> bytes:
    flags = 0x02 if frames else 0
    size = (wide - 1).to_bytes(3, "little") + (high - 1).to_bytes(3, "little")
    body = b"VP8X" + struct.pack("<I", 10) + bytes([flags, 0, 0, 0]) + size
    body += (b"ANIM" + struct.pack("<IIH", 6, 0, 0)) if frames else b""
    for _ in range(frames):
        body += b"ANMF" + struct.pack("<I", 16) + bytes(16)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _gif(wide: int, high: int, frames: int, inner: tuple[int, int] = (1, 1)) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", wide, high, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, *inner, 0) + b"\x02\x02\x44\x01\0"
    return head + frame * frames + b"\x3b"


def _jpeg(wide: int, high: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(buffer, "JPEG")
    content = bytearray(buffer.getvalue())
    at = content.index(b"\xff\xc0")
    struct.pack_into(">HH", content, at + 5, high & 0xFFFF, wide & 0xFFFF)
    return bytes(content)


def _tiff(wide: int, high: int) -> bytes:
    entries = [(256, 4, wide), (257, 4, high), (258, 3, 8), (259, 3, 1), (273, 4, 8), (279, 4, 1)]
    table = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + bytes(4)


def _bmp(wide: int, high: int) -> bytes:
    head = b"BM" + struct.pack("<IHHI", 54, 0, 0, 54)
    return head + struct.pack("<IiiHHIIiiII", 40, wide, high, 1, 24, 0, 0, 1, 1, 0, 0)


def _saved(kind: str, **given: object) -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (64, 36), (shade, 0, 0)) for shade in range(0, 250, 10)]
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], **given)
    return buffer.getvalue()


def _cut(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((320, 180), 60).convert("RGB").save(buffer, kind)
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]


def bombs() -> dict[str, bytes]:
    """Files by name."""
    found: dict[str, bytes] = {}
    for wide, high in _HUGE:
        found[f"{wide}x{high}.png"] = _png(wide, high)
    for wide, high in ((65_535, 65_535), (65_535, 1), (8_000, 6_000), (1, 65_535)):
        found[f"{wide}x{high}.jpg"] = _jpeg(wide, high)
    for wide, high in ((16_384, 16_384), (2**24, 2**24), (2**24, 1)):
        found[f"{wide}x{high}.webp"] = _webp(wide, high)
    for wide, high in ((65_535, 65_535), (30_000, 30_000), (1, 1)):
        found[f"{wide}x{high}.gif"] = _gif(wide, high, 3)
        found[f"{wide}x{high}.tiff"] = _tiff(wide * 10, high * 10)
        found[f"{wide}x{high}.bmp"] = _bmp(wide * 10, high * 10)
    found["million-frames.gif"] = _gif(64, 64, 1_000_000)
    found["growing.gif"] = _gif(64, 64, 1) + _gif(64, 64, 2, (65_535, 65_535))[19:]
    found["frames.webp"] = _webp(1_000, 1_000, 5_000)
    found["animated.png"] = _saved("PNG")
    found["animated.webp"] = _saved("WEBP")
    text = (b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000), 9))
    found["text-bomb.png"] = _png(320, 180, text, body=bytes(180 * 961))
    profile = (b"iCCP", b"a\0\0" + zlib.compress(bytes(200_000_000), 9))
    found["profile-bomb.png"] = _png(2_000, 20_100, profile)
    found["long-rows.png"] = _png(6_300, 6_300, body=bytes(1_000))
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        found[f"cut.{kind.lower()}"] = _cut(kind)
    found["page.png"] = b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"
    found["named.png"] = _cut("JPEG") * 2
    found["empty.png"] = b""
    found["post.png"] = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n"
    found["delegate.png"] = b"push graphic-context\nimage over 0,0 0,0 'https://evil.example/x'\n"
    return found


def _doors(folder: Path) -> dict[str, Callable[[Path], object]]:
    return {
        "picture check": lambda path: check_picture(path, width=64, height=36),
        "luma": decode_luma,
        "thumbnail": lambda path: thumbnail(folder / "small", path, "ab" * 32, 480),
        "reference": lambda path: plain_picture(path, folder / "plain.webp"),
        "footage": admit_footage,
    }


def _refuse_all(folder: Path, told: Any) -> None:
    """In a process of its own, whose peak of memory is then known."""
    doors = _doors(folder)
    files = sorted((folder / "bombs").iterdir())
    warm = folder / "warm.png"
    Image.effect_noise((320, 180), 60).convert("RGB").save(warm)
    for each in ("picture check", "thumbnail", "reference"):
        doors[each](warm)
    (folder / "small" / "ab" / f"{'ab' * 31}-480.webp").unlink()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wrong, refused = [], 0
    for path in files:
        for name, door in doors.items():
            try:
                door(path)
                wrong.append(f"{name} took {path.name}")
            except ContentFault as fault:
                refused += 1
                if not str(fault).isprintable():
                    wrong.append(f"{name} of {path.name} said {fault}")
            except BaseException as error:
                wrong.append(f"{name} of {path.name} raised {error!r}")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    told.put((wrong, refused, grown))


def test_bombs_are_refused_in_bounded_memory(tmp_path: Path, counted: Counted) -> None:
    (tmp_path / "bombs").mkdir()
    files = bombs()
    for name, content in files.items():
        (tmp_path / "bombs" / name).write_bytes(content)
    context = multiprocessing.get_context("fork")
    told: Any = context.Queue()
    process = context.Process(target=_refuse_all, args=(tmp_path, told))
    process.start()
    wrong, refused, grown = told.get(timeout=300)
    process.join(60)
    assert not wrong, "\n".join(wrong)
    assert refused == len(files) * len(_doors(tmp_path))
    assert grown < _MEBIBYTES, f"{grown:.0f} MiB"
    assert not list(tmp_path.glob("small/**/*.webp"))
    assert len(files) >= 30
    counted("pictures that are bombs or none refused", len(files))


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "gone"])
def test_a_link_is_no_picture(tmp_path: Path, target: str) -> None:
    link = tmp_path / "view.png"
    link.symlink_to(target)
    for door in ("picture check", "luma", "thumbnail", "reference", "footage"):
        with pytest.raises(ContentFault):
            _doors(tmp_path)[door](link)
