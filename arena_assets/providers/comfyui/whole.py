"""Is a fetched file whole, and what it should be? Looked at before it counts as an answer."""

from __future__ import annotations

import struct
from pathlib import Path

from arena_assets.inspect.picture import sniff_format

PICTURE_BYTES = 64 << 20
VIDEO_BYTES = 2 << 30
_WEBM = b"\x1a\x45\xdf\xa3"


def most_bytes(produces: str) -> int:
    return PICTURE_BYTES if produces == "picture" else VIDEO_BYTES


def is_whole(path: Path, produces: str) -> bool:
    """Whether the bytes are a picture or video from its first mark to its last.

    Not whether it can be decoded: that is asked later, of bytes that are safe on disk.
    """
    size = path.stat().st_size
    if size < 16:
        return False
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(max(0, size - 16))
        tail = file.read()
    if produces == "video":
        return head[:4] == _WEBM or (head[4:8] == b"ftyp" and _boxes_fit(path, size))
    match sniff_format(head[:12]):
        case "PNG":
            return tail[-8:-4] == b"IEND"
        case "JPEG":
            return tail.rstrip(b"\0").endswith(b"\xff\xd9")
        case "WEBP":
            return int(struct.unpack("<I", head[4:8])[0]) + 8 <= size
    return False


def _boxes_fit(path: Path, size: int) -> bool:
    """Whether an MP4's top-level boxes fill the file exactly, with an index among them."""
    place, kinds = 0, set()
    with path.open("rb") as file:
        while place + 8 <= size:
            file.seek(place)
            length, kind = struct.unpack(">I4s", file.read(8))
            if length == 1:
                wide = file.read(8)
                length = int.from_bytes(wide, "big") if len(wide) == 8 else 0
            elif length == 0:
                length = size - place
            if length < 8:
                return False
            kinds.add(kind)
            place += length
    return place == size and b"moov" in kinds
