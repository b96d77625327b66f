"""Ogg streams taken apart and put together: fixed serials, comments, packets and their pages.

Pages after RFC 3533, Vorbis headers after the Vorbis I specification (4.2, 5), Opus after RFC 7845.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena_assets.score.synth.jit import compiled

SERIAL = 0x41524E41
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_VENDOR = b"arena_assets"
_MOST_SEGMENTS = 255
_PACKETS_A_PAGE = 24


@dataclass(frozen=True, slots=True)
class Page:
    flags: int
    granule: int
    lacing: bytes
    body: bytes


def tagged(stream: bytes, comments: Mapping[str, str]) -> bytes:
    """A Vorbis or Opus stream with our serial, its comments replaced by ``comments``."""
    pages = pages_of(stream)
    packets, used = _headers(pages)
    packets[1] = comment_packet(comments, opus=len(packets) == 2)
    return joined([*header_pages(packets), *pages[used:]])


def taken_apart(stream: bytes) -> tuple[list[bytes], list[tuple[bytes, int]]]:
    """The header packets, and the sound's packets, each with the granule of the page that it is the
    last to end on, else -1."""
    pages = pages_of(stream)
    headers, used = _headers(pages)
    found: list[tuple[bytes, int]] = []
    part = b""
    for page in pages[used:]:
        at = 0
        for size in page.lacing:
            part += page.body[at : at + size]
            at += size
            if size < _MOST_SEGMENTS:
                found.append((part, -1))
                part = b""
        if page.granule >= 0 and found:
            found[-1] = (found[-1][0], page.granule)
    return headers, found


def put_together(headers: list[bytes], packets: Sequence[tuple[bytes, int]]) -> bytes:
    """A stream of header packets and the sound's packets, each with the granule at its end."""
    pages = header_pages(headers)
    lacing, body, number, last = b"", b"", 0, len(packets) - 1
    for at, (packet, granule) in enumerate(packets):
        lacing += lacing_of(packet)
        body += packet
        number += 1
        room = _MOST_SEGMENTS - len(lacing)
        ahead = len(lacing_of(packets[at + 1][0])) if at < last else 0
        if at == last or number == _PACKETS_A_PAGE or ahead > room:
            pages.append(Page(_LAST if at == last else 0, granule, lacing, body))
            lacing, body, number = b"", b"", 0
    return joined(pages)


def _headers(pages: list[Page]) -> tuple[list[bytes], int]:
    return _packets(pages, 2 if pages[0].body.startswith(b"OpusHead") else 3)


def pages_of(stream: bytes) -> list[Page]:
    pages = []
    at = 0
    while at + 27 <= len(stream) and stream[at : at + 4] == b"OggS":
        flags, granule = stream[at + 5], struct.unpack_from("<q", stream, at + 6)[0]
        count = stream[at + 26]
        lacing = stream[at + 27 : at + 27 + count]
        begin = at + 27 + count
        at = begin + sum(lacing)
        pages.append(Page(flags, granule, lacing, stream[begin:at]))
    return pages


def _packets(pages: list[Page], wanted: int) -> tuple[list[bytes], int]:
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


def comment_packet(comments: Mapping[str, str], opus: bool) -> bytes:
    fields = [f"{name}={value}".encode() for name, value in comments.items()]
    body = struct.pack("<I", len(_VENDOR)) + _VENDOR + struct.pack("<I", len(fields))
    body += b"".join(struct.pack("<I", len(field)) + field for field in fields)
    return b"OpusTags" + body if opus else b"\x03vorbis" + body + b"\x01"


def header_pages(packets: list[bytes]) -> list[Page]:
    """The identification alone on its page, the others together, over as many as they need."""
    pages = [Page(_FIRST, 0, lacing_of(packets[0]), packets[0])]
    lacing = b"".join(lacing_of(packet) for packet in packets[1:])
    body = b"".join(packets[1:])
    at = 0
    for begin in range(0, len(lacing), _MOST_SEGMENTS):
        piece = lacing[begin : begin + _MOST_SEGMENTS]
        size = sum(piece)
        continued = begin > 0 and lacing[begin - 1] == _MOST_SEGMENTS
        ends = any(each < _MOST_SEGMENTS for each in piece)
        flags = _CONTINUED if continued else 0
        pages.append(Page(flags, 0 if ends else -1, piece, body[at : at + size]))
        at += size
    return pages


def lacing_of(packet: bytes) -> bytes:
    return bytes([_MOST_SEGMENTS] * (len(packet) // 255) + [len(packet) % 255])


def joined(pages: list[Page]) -> bytes:
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
