"""Ogg streams taken apart and put together: fixed serials, comments, and loops cut to the sample.

Pages after RFC 3533, Vorbis headers after the Vorbis I specification (4.2, 5), Opus after RFC 7845.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from arena_assets.score.synth.jit import compiled

SERIAL = 0x41524E41
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_VENDOR = b"arena_assets"
_MOST_SEGMENTS = 255


@dataclass(frozen=True, slots=True)
class _Page:
    flags: int
    granule: int
    lacing: bytes
    body: bytes


def tagged(stream: bytes, comments: Mapping[str, str], context: int = 0) -> bytes:
    """A Vorbis or Opus stream with our serial, its comments replaced by ``comments``.

    ``context`` is for an Opus stream that was encoded amid its own music: so many samples at 48 kHz
    are cut from either end by its own pre-skip and last granule (RFC 7845, 4.2 and 4.4).
    """
    pages = _pages(stream)
    opus = pages[0].body.startswith(b"OpusHead")
    wanted = 2 if opus else 3
    packets, used = _packets(pages, wanted)
    head = bytearray(packets[0])
    if context:
        skipped = struct.unpack_from("<H", head, 10)[0] + context
        struct.pack_into("<H", head, 10, skipped)
    packets[0] = bytes(head)
    packets[1] = _comment_packet(comments, opus)
    sound = pages[used:]
    if context:
        sound = _cut(sound, sound[-1].granule - context)
    return _joined([*_header_pages(packets), *sound])


def _pages(stream: bytes) -> list[_Page]:
    pages = []
    at = 0
    while at + 27 <= len(stream) and stream[at : at + 4] == b"OggS":
        flags, granule = stream[at + 5], struct.unpack_from("<q", stream, at + 6)[0]
        count = stream[at + 26]
        lacing = stream[at + 27 : at + 27 + count]
        begin = at + 27 + count
        at = begin + sum(lacing)
        pages.append(_Page(flags, granule, lacing, stream[begin:at]))
    return pages


def _packets(pages: list[_Page], wanted: int) -> tuple[list[bytes], int]:
    """The first packets, and how many pages they fill (headers end on a page of their own)."""
    found: list[bytes] = []
    part = b""
    for number, page in enumerate(pages, start=1):
        at = 0
        for size in page.lacing:
            part += page.body[at : at + size]
            at += size
            if size < _MOST_SEGMENTS:
                found.append(part)
                part = b""
        if len(found) >= wanted:
            return found, number
    return found, len(pages)


def _comment_packet(comments: Mapping[str, str], opus: bool) -> bytes:
    fields = [f"{name}={value}".encode() for name, value in comments.items()]
    body = struct.pack("<I", len(_VENDOR)) + _VENDOR + struct.pack("<I", len(fields))
    body += b"".join(struct.pack("<I", len(field)) + field for field in fields)
    return b"OpusTags" + body if opus else b"\x03vorbis" + body + b"\x01"


def _header_pages(packets: list[bytes]) -> list[_Page]:
    """The identification alone on its page, the others together, over as many as they need."""
    pages = [_Page(_FIRST, 0, _lacing(packets[0]), packets[0])]
    lacing = b"".join(_lacing(packet) for packet in packets[1:])
    body = b"".join(packets[1:])
    at = 0
    for begin in range(0, len(lacing), _MOST_SEGMENTS):
        piece = lacing[begin : begin + _MOST_SEGMENTS]
        size = sum(piece)
        continued = begin > 0 and lacing[begin - 1] == _MOST_SEGMENTS
        ends = any(each < _MOST_SEGMENTS for each in piece)
        flags = _CONTINUED if continued else 0
        pages.append(_Page(flags, 0 if ends else -1, piece, body[at : at + size]))
        at += size
    return pages


def _lacing(packet: bytes) -> bytes:
    return bytes([_MOST_SEGMENTS] * (len(packet) // 255) + [len(packet) % 255])


def _cut(pages: list[_Page], last: int) -> list[_Page]:
    """The pages up to the one that holds granule ``last``, which ends there."""
    for number, page in enumerate(pages):
        if page.granule >= last:
            return [*pages[:number], replace(page, flags=page.flags | _LAST, granule=last)]
    return pages


def _joined(pages: list[_Page]) -> bytes:
    out = bytearray()
    for number, page in enumerate(pages):
        head = struct.pack("<4sBBqIII", b"OggS", 0, page.flags, page.granule, SERIAL, number, 0)
        whole = bytearray(head + bytes([len(page.lacing)]) + page.lacing + page.body)
        checksum = _checksum(np.frombuffer(bytes(whole), np.uint8), _TABLE)
        struct.pack_into("<I", whole, 22, int(checksum))
        out += whole
    return bytes(out)


def _checksum_table() -> npt.NDArray[np.uint32]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1
        table.append(value & 0xFFFFFFFF)
    return np.array(table, np.uint32)


_TABLE = _checksum_table()


@compiled
def _checksum(page: npt.NDArray[np.uint8], table: npt.NDArray[np.uint32]) -> int:
    value = np.uint32(0)
    for byte in page:
        value = np.uint32(value << np.uint32(8)) ^ table[(value >> np.uint32(24)) ^ byte]
    return int(value)
